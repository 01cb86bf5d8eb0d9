"""Who takes what, how often and how long: the list of takes."""
