"""The contract of an entrant as a plugin of pytest: ``pytest --entrant path/to/mine.py``."""
