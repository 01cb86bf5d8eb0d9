"""The board: results to rows with intervals and ties, and every form in which they are shown."""
