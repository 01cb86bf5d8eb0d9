"""Probes: what stored checkpoints make of perturbed inputs; the stage, its command, its board and its figures."""
