"""Training: the loop, recipe and seeds that all entrants share, one cell of the grid or all of them."""
