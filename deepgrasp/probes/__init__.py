"""Perturbations of what a trained model sees, and measures of what it makes of them; nothing is trained here."""
