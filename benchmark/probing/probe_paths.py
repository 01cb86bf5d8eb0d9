"""Where probes lie, from the root of the repository."""

from pathlib import Path

PROBES_STAGES, PROBES_PIPELINE, PROBES = Path("probes/stages.yaml"), "probes/dvc.yaml", Path("data/probes")
