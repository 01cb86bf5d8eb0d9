"""Writes requirements.lock, what pip resolves for pyproject.toml, and requirements-torch.lock, the part torch needs.

Both are without the CUDA packages that torch itself pins. Run it with the oldest supported Python
(``make lock PYTHON=python3.10``), so that one lock serves them all; further arguments are pip's (``'torch==2.13.0'``).
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

LOCK = Path(__file__).with_name("requirements.lock")
TORCH = Path(__file__).with_name("requirements-torch.lock")
HEADER = """\
# Made by `make lock`; do not edit. torch's CUDA wheel brings the CUDA packages that fit it, at versions of its own.
"""
TORCH_HEADER = """\
# Made by `make lock`; do not edit. The part of requirements.lock that is torch and what it needs: a layer of its own.
"""
FROM_TORCH = ("cuda-", "nvidia-", "triton")  # present in torch's CUDA wheel only
KEEP = {"nvidia-ml-py"}  # dvclive's, pure Python


def normal(name: str) -> str:
    """A package's name as the lock spells it."""
    return name.lower().replace("_", "-")


def resolve() -> list[dict[str, object]]:
    """The metadata of everything that an empty environment would get."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch, "report.json")
        options = ["--dry-run", "--ignore-installed", "--quiet", "--report", str(report)]
        root = LOCK.parent.parent
        subprocess.run([sys.executable, "-m", "pip", "install", *options, f"{root}[dev]", *sys.argv[1:]], check=True)
        return [item["metadata"] for item in json.loads(report.read_text())["install"]]


def closure(name: str, needs: dict[str, set[str]]) -> set[str]:
    """A package and, of those known, all that it needs in the end."""
    found, new = set(), {name}
    while new:
        found |= new
        new = {need for each in new for need in needs[each] if need in needs} - found
    return found


def required(metadata: dict[str, object]) -> set[str]:
    """Names that a package requires on some platform, extras aside: too many do no harm, for only the locked count."""
    lines = [line for line in metadata.get("requires_dist", []) if "extra ==" not in line]  # type: ignore[attr-defined]
    return {normal(re.match(r"[\w.-]+", line)[0]) for line in lines}  # type: ignore[index]


def main() -> None:
    """Write both files."""
    found = {normal(str(item["name"])): item for item in resolve()}
    found.pop("deepgrasp-bench")
    kept = {name for name in found if name in KEEP or not name.startswith(FROM_TORCH)}
    pins = {name: str(found[name]["version"]).split("+")[0] for name in sorted(kept)}
    torch = closure("torch", {name: required(found[name]) for name in kept})
    LOCK.write_text(HEADER + "".join(f"{name}=={version}\n" for name, version in pins.items()))
    TORCH.write_text(TORCH_HEADER + "".join(f"{name}=={pins[name]}\n" for name in sorted(torch)))


if __name__ == "__main__":
    main()
