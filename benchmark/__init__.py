"""The referee: parameters, training, scoring and the leaderboard."""
