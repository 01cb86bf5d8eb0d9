"""GRAB on disk: the catalogue of names, and one npz to one typed sequence."""
