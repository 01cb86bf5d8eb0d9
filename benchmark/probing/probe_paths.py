"""Where probes lie, from the root of the repository."""

from pathlib import Path

PIPELINE, PROBES = "probes/dvc.yaml", Path("data/probes")
