"""Named overlays of ``params.yaml``: what each is for, what it needs, and which numbers it should give."""
