"""Versions pinned in the lock, its hash, and a check against pyproject.toml."""

import hashlib
import platform
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deepgrasp.errors import InputError, listed

ALL_REQUIREMENTS, _NEEDS, TORCH, _APART = (
    Path("docker") / f"requirements{part}.lock" for part in ("", "-torch-needs", "-torch", "-no-deps")
)
PIN = re.compile(r"([\w.-]+)==([^\s;]+)(?: ; (.+))?")  # name, version, and the Pythons and machines it is for
IMAGE = (ALL_REQUIREMENTS, _NEEDS, TORCH, _APART)  # the files that an image is installed from


def read_pins(path: Path, python: str | None = None) -> dict[str, str]:
    """Versions by name, as a Python (such as 3.12.4) gets them; without one, as this Python does.

    Raises:
        InputError: the file is missing, or a line is no pin.
    """
    full = python or platform.python_version()
    # markers are evaluated for the image's Python, which need not be the caller's
    environment = {"python_full_version": full, "python_version": ".".join(full.split(".")[:2])}
    pins: dict[str, str] = {}
    for line in _lines(path):
        found = PIN.fullmatch(line.partition(" --hash=")[0])
        if found is None:
            raise InputError(path, f"'{line.partition(' ')[0]}' is not pinned", "write the lock anew with `make lock`")
        name, version, marker = found.groups()
        if marker is None or Marker(marker).evaluate(environment):
            pins[str(canonicalize_name(name))] = version
    return pins


def locked_versions(root: Path, python: str | None = None) -> dict[str, str]:
    """Versions by name of all that an image with this Python gets.

    Raises:
        InputError: a file of the lock is missing, or a line of it is no pin.
    """
    return {name: version for path in IMAGE for name, version in read_pins(root / path, python).items()}


def lock_digest(root: Path) -> str:
    """SHA-256 of all that an image installs from: versions and hashes, whatever Python reads them."""
    # comments and line breaks left out: they change no image
    found = hashlib.sha256()
    for path in IMAGE:
        found.update("".join(f"{line}\n" for line in _lines(root / path)).encode())
    return found.hexdigest()


def project_version(root: Path) -> str:
    """The project's own version."""
    return str(_project(root)["version"])


def check_pins(root: Path) -> None:
    """Refuse a lock that does not fit pyproject.toml.

    Raises:
        InputError: a dependency is not locked or locked outside its bounds, or two files name it, or torch is missing.
    """
    project, parts = _project(root), [read_pins(root / path) for path in IMAGE]
    extras: dict[str, list[str]] = project["optional-dependencies"]  # type: ignore[assignment]
    asked = [*project["dependencies"], *extras["suite"], *extras["dev"]]  # type: ignore[misc]
    pinned = {name: version for part in parts for name, version in part.items()}
    wrong = []
    for need in map(Requirement, asked):
        found = pinned.get(canonicalize_name(need.name))
        if found is None:
            # what another system or Python needs is not in a lock for this one
            wrong += [f"lacks {need.name}"] if need.marker is None or need.marker.evaluate() else []
        elif not need.specifier.contains(found, prereleases=True):
            wrong.append(f"{need.name}=={found} is not {need}")
    # two files could pin two versions, and the later install would win
    times = Counter(name for part in parts for name in part)
    wrong += [f"{name} is in two files" for name, count in times.items() if count > 1]
    wrong += [] if "torch" in read_pins(root / TORCH) else [f"{TORCH} lacks torch"]
    if wrong:
        raise InputError(ALL_REQUIREMENTS, f"is out of date: {listed(wrong)}", "write it anew with `make lock`")


def unlike_lock(installed: Mapping[str, str], root: Path, python: str | None = None) -> list[str]:
    """Packages that differ from the lock for this Python, in words; torch's build (+cpu, +cu130) does not count."""
    have = {str(canonicalize_name(name)): version.partition("+")[0] for name, version in installed.items()}
    return [
        f"{name} is {have.get(name, 'missing')} instead of {version}"
        for name, version in locked_versions(root, python).items()
        if have.get(name) != version
    ]


def _lines(path: Path) -> list[str]:
    """The requirements, each with its hashes in one line."""
    try:
        # hashes stand on lines of their own, each after a backslash
        text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    except OSError as error:
        raise InputError(path, "cannot be read", "run from the root of the repository") from error
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _project(root: Path) -> dict[str, object]:
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    except OSError as error:
        raise InputError(root / "pyproject.toml", "cannot be read", "run from the root of the repository") from error
    return dict(project)
