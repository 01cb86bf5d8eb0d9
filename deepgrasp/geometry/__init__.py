"""Geometry: rotations, kinematic chains and graphs, by numpy alone."""
