"""The tasks: what each asks, how it is scored, and its trivial answer."""
