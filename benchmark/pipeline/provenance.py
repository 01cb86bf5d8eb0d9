"""Where a result comes from: commit, versions, image, machine and driver."""

import hashlib
import os
import platform
import re
from importlib import metadata
from pathlib import Path

from benchmark.paths import CODE
from benchmark.pipeline import environment
from benchmark.versioning.git import ask_git

# what can move a score; a changed text in docs/ makes no run dirty
SOURCES = ("deepgrasp", "baselines", "benchmark", "params.yaml", "dvc.yaml", "pyproject.toml", "docker")
DRIVER = Path("/proc/driver/nvidia/version")
# the packages that compute in a training or a reference row: their versions can move scores
COMPUTING = ("accelerate", "numpy", "scikit-learn", "scipy", "torch", "torch-geometric", "torch-geometric-temporal")


def provenance(stage: str | None = None) -> dict[str, object]:
    """Commit, whether the sources differ from it, package versions, container image, machine; ``None`` where unknown.

    Args:
        stage: its code is told too, as the SHA-256 of ``data/code/<stage>.json``, and environment variables that may
            move its scores. The code is not computed here: then a change of what follows the imports would make every
            stage run again.
    """
    # unknown is None, never clean: there is no .git, no git, or git refuses a clone that somebody else owns; and an
    # archive of the code that was unpacked within another repository is no state of that one
    ours = ask_git(Path(), "rev-parse", "--show-prefix") == b"\n"
    commit, changed = (
        ask_git(Path(), *command) if ours else None
        for command in (("rev-parse", "HEAD"), ("status", "--porcelain", "--", *SOURCES))
    )
    found: dict[str, object] = {
        "commit": None if commit is None else commit.decode().strip(),
        "dirty": None if commit is None or changed is None else bool(changed),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in COMPUTING},
        # set by `container run`; a container cannot see its own image's id
        "image": os.environ.get("DEEPGRASP_IMAGE"),
        "node": platform.node() or None,
        "driver": _driver(),
    }
    if stage is None:
        return found
    return found | {"code": _sha256(CODE / f"{stage}.json"), "environment": environment.recorded()}


def _sha256(file: Path) -> str | None:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else None


def _driver() -> str | None:
    """The version of NVIDIA's driver, asked of the system: torch would have to be imported."""
    try:
        found = re.search(r"Kernel Module.*?\s(\d+(?:\.\d+)+)\s", DRIVER.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None
    return found[1] if found else None


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
