"""The people: anatomy, skin and model files."""
