"""The attention STGCN."""
