"""The entrants: one file each, one encoder class in it; the name of the file is the name of the entrant."""
