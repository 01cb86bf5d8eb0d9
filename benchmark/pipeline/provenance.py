"""Where a result comes from: commit, versions, image and device."""

import hashlib
import os
import platform
from importlib import metadata
from pathlib import Path

from ruamel.yaml import YAML

from benchmark.commands import ask_git

SOURCES = ("deepgrasp", "baselines", "benchmark", "params.yaml", "dvc.yaml", "pyproject.toml", "docker")
PACKAGES = ("accelerate", "numpy", "torch", "torch-geometric")


def provenance() -> dict[str, object]:
    """Commit, whether the sources differ from it, package versions, container image; ``None`` where unknown."""
    commit = ask_git(Path(), "rev-parse", "HEAD")
    return {
        "commit": None if commit is None else commit.decode().strip(),
        "dirty": bool(ask_git(Path(), "status", "--porcelain", "--", *SOURCES)),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "image": os.environ.get("DEEPGRASP_IMAGE"),
    }


def hashes(pipeline: Path, stage: str) -> dict[str, str]:
    """SHA-256 of each file that a stage of the pipeline depends on, by path."""
    deps = YAML(typ="safe", pure=True).load(pipeline.read_text())["stages"][stage]["deps"]
    return {name: hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in deps}


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
