"""Reference rows: what a model must beat, and what is possible."""
