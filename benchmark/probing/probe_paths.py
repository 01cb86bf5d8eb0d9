"""Where probes lie, from the root of the repository."""

from pathlib import Path

STAGES, PIPELINE, PROBES = Path("probes/stages.yaml"), "probes/dvc.yaml", Path("data/probes")
