"""The board as a page to look at: one HTML file that needs no network, written from the board and the results."""
