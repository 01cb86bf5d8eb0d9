"""Writes requirements.lock: what pip resolves for pyproject.toml, without the CUDA packages that torch itself pins.

Run it with the oldest supported Python (``make lock PYTHON=python3.10``), so that one lock serves them all.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

LOCK = Path(__file__).with_name("requirements.lock")
HEADER = """\
# Made by `make lock`; do not edit. torch's CUDA wheel brings the CUDA packages that fit it, at versions of its own.
"""
FROM_TORCH = ("cuda-", "nvidia-", "triton")  # present in torch's CUDA wheel only
KEEP = {"nvidia-ml-py"}  # dvclive's, pure Python


def resolve() -> dict[str, str]:
    """Names and versions of everything that an empty environment would get."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch, "report.json")
        options = ["--dry-run", "--ignore-installed", "--quiet", "--report", str(report)]
        root = LOCK.parent.parent
        subprocess.run([sys.executable, "-m", "pip", "install", *options, f"{root}[dev]", *sys.argv[1:]], check=True)
        found = [item["metadata"] for item in json.loads(report.read_text())["install"]]
    return {item["name"].lower().replace("_", "-"): item["version"].split("+")[0] for item in found}


def main() -> None:
    pins = resolve()
    pins.pop("deepgrasp-bench")
    kept = {name: pins[name] for name in sorted(pins) if name in KEEP or not name.startswith(FROM_TORCH)}
    LOCK.write_text(HEADER + "".join(f"{name}=={version}\n" for name, version in kept.items()))


if __name__ == "__main__":
    main()
