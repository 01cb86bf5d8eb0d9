"""Inputs of networks: which graphs they see, arrays, standardising, streams."""
