"""What keeps the board honest: results reproduced from their predictions, and the gate before a merge."""
