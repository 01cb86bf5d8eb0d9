"""Git and DVC: every call of them, what DVC says is stale and keeps, and its files written so that it may be killed."""
