"""Perturbations, one a file, whose name is the file's; saving one enrols it in ``probe``, its board, its tests."""
