"""Geometry: rotations, kinematic chains and graphs; by numpy and scipy, and by torch in one module."""
