"""Predictions from outside: their metadata, their arrays, the folder they lie in and how they get there."""
