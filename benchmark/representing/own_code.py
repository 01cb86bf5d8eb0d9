"""A hash of the code that looks into networks: what was found by other code is found again."""

import hashlib
from pathlib import Path

from benchmark.pipeline.code import followed

ROOMS = ("benchmark.representing.", "deepgrasp.representations.")
ROOT = Path(__file__).parents[2]


def code_hash(module: str) -> str:
    """SHA-256 over a module and those of the two rooms that it imports, without comments and docstrings."""
    found: dict[str, str] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        file = ROOT / f"{name.replace('.', '/')}.py"
        if name not in found and file.is_file():
            code = followed(file.read_text(encoding="utf-8"))
            found[name] = code.digest
            waiting += [other for other in code.imports if other.startswith(ROOMS)]
    return hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest()
