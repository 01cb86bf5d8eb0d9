"""A few recordings as moving pictures on one page."""
