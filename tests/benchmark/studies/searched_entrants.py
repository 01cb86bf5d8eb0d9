"""Which entrants a search is tried on: all whose files have a space."""

import baselines
from benchmark.pipeline.read_code import SEARCH_NAME
from deepgrasp.loading import load_module


def searchable() -> list[str]:
    """Names of the entrants whose files have a search space."""
    return [name for name in baselines.names() if hasattr(load_module(f"baselines.{name}"), SEARCH_NAME)]
