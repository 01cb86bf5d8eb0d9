"""From GRAB-format recordings to the graph store."""
