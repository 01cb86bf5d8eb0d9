"""ARCTIC's own files, and how recordings in GRAB's format are made of them."""
