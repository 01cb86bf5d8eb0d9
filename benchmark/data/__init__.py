"""Data from outside, and pictures of what is in the store."""
