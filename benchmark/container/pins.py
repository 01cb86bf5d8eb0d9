"""Versions pinned in the lock, its hash, and a check against pyproject.toml."""

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deepgrasp.errors import InputError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ALL, TORCH, APART = (Path("docker") / f"requirements{part}.lock" for part in ("", "-torch", "-no-deps"))


def read(path: Path) -> dict[str, str]:
    """Versions by package name, read from a lock file.

    Raises:
        InputError: the file is missing, or a line is no pin.
    """
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
    except OSError as error:
        raise InputError(path, "cannot be read", "run from the root of the repository") from error
    pinned = [line.partition("==") for line in lines if line and not line.startswith("#")]
    for name, _, version in pinned:
        if not version:
            raise InputError(path, f"'{name}' is not pinned", "write the lock anew with `make lock`")
    return {str(canonicalize_name(name)): version for name, _, version in pinned}


def digest(root: Path) -> str:
    """SHA-256 of the three lock files that an image is installed from."""
    found = hashlib.sha256()
    for path in (ALL, TORCH, APART):
        found.update("".join(f"{name}=={version}\n" for name, version in read(root / path).items()).encode())
    return found.hexdigest()


def version(root: Path) -> str:
    """The project's own version."""
    return str(_project(root)["version"])


def check(root: Path) -> None:
    """Refuse a lock that does not fit pyproject.toml.

    Raises:
        InputError: a dependency is not locked or locked outside its bounds, or torch's part is not a part.
    """
    project, locked = _project(root), read(root / ALL)
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]  # type: ignore[misc,index]
    wrong = [problem for line in asked if (problem := _unmet(Requirement(line), locked))]
    part = read(root / TORCH)
    wrong += [f"{name} differs in {TORCH}" for name in part if part[name] != locked.get(name)]
    wrong += [] if "torch" in part else [f"{TORCH} lacks torch"]
    if wrong:
        raise InputError(ALL, f"is out of date: {listed(wrong)}", "write it anew with `make lock`")


def compare(installed: Mapping[str, str], root: Path) -> list[str]:
    """Differences between installed and locked versions; torch's build (+cpu, +cu130) does not count."""
    locked = read(root / ALL) | read(root / APART)
    have = {str(canonicalize_name(name)): version.partition("+")[0] for name, version in installed.items()}
    return [
        f"{name} is {have.get(name, 'missing')} instead of {version}"
        for name, version in locked.items()
        if have.get(name) != version
    ]


def listed(problems: list[str]) -> str:
    """The first three of a list of problems, and how many more there are."""
    more = f" and {len(problems) - 3} more" if len(problems) > 3 else ""
    return ", ".join(problems[:3]) + more


def _unmet(asked: Requirement, locked: Mapping[str, str]) -> str | None:
    found = locked.get(canonicalize_name(asked.name))
    if found is None:
        return f"lacks {asked.name}" if asked.marker is None or asked.marker.evaluate() else None
    return None if asked.specifier.contains(found, prereleases=True) else f"{asked.name}=={found} is not {asked}"


def _project(root: Path) -> dict[str, object]:
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    except OSError as error:
        raise InputError(root / "pyproject.toml", "cannot be read", "run from the root of the repository") from error
    return dict(project)
