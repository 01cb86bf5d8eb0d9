"""GRAB on disk: its names, its archives, and its recordings as typed sequences."""
