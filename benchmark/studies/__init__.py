"""Studies: many settings, their cells made side by side and each once, and one report of them all."""
