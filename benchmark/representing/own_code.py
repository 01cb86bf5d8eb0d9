"""A hash of the code that looks into a network: what was found by other code is found again."""

import hashlib
from functools import lru_cache
from pathlib import Path

from benchmark.pipeline.code import PACKAGES, followed

START = "benchmark.representing.one_network"
ROOT = Path(__file__).parents[2]


@lru_cache
def code_hash(model: str) -> str:
    """SHA-256 over all of our code that runs, the entrant's file included; comments and docstrings do not count.

    The same weights give other activations in other code. An entrant that lies elsewhere is told by its weights alone.
    """
    found: dict[str, str] = {}
    waiting = [START, f"baselines.{model}"]
    while waiting:
        name = waiting.pop()
        path = ROOT / name.replace(".", "/")
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if name not in found and file.is_file():
            code = followed(file.read_text(encoding="utf-8"))
            found[name] = code.digest
            waiting += [other for other in code.imports if other.partition(".")[0] in PACKAGES]
    return hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest()
