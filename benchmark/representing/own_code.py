"""A hash of the code that looks into a network: what was found by other code is found again."""

import hashlib
from functools import lru_cache
from pathlib import Path

from benchmark.pipeline.code import Sources

_START = "benchmark.representing.one_network"
_ROOT = Path(__file__).parents[2]


@lru_cache
def code_hash(model: str) -> str:
    """SHA-256 over all of our code that runs, the entrant's file included; comments and docstrings do not count.

    The same weights give other activations in other code. An entrant that lies elsewhere is told by its weights alone.
    """
    found = _sources().of_modules(_START, f"baselines.{model}")
    return hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest()


@lru_cache
def _sources() -> Sources:
    return Sources(_ROOT)  # each file is read once for all models
