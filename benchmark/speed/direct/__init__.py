"""Direct implementations of entrants: the same equations as their authors write them, unhurried, a file an entrant.

A test holds each entrant to its file here on the same weights; `make speed` times both.
"""

from pathlib import Path


def direct_names() -> list[str]:
    """Names of the entrants that have a direct implementation, sorted."""
    return sorted(file.stem for file in Path(next(iter(__path__))).glob("*.py") if not file.stem.startswith("_"))
