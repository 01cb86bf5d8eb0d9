"""The benchmark in a pinned environment: images built, checked and run through the Docker engine."""
