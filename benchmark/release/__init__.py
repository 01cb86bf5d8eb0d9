"""A version in one folder that can be put anywhere: gathered, described, and checked again by whoever gets it."""
