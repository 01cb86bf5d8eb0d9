"""Where a result comes from: commit, versions, image and device."""

import os
import platform
import subprocess
from importlib import metadata

SOURCES = ("deepgrasp", "baselines", "benchmark", "params.yaml", "dvc.yaml", "pyproject.toml", "docker")
PACKAGES = ("accelerate", "numpy", "torch", "torch-geometric")


def provenance() -> dict[str, object]:
    """Commit, whether the sources differ from it, package versions, container image; ``None`` where unknown."""
    return {
        "commit": _git("rev-parse", "HEAD"),
        "dirty": bool(_git("status", "--porcelain", "--", *SOURCES)),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "image": os.environ.get("DEEPGRASP_IMAGE"),
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
