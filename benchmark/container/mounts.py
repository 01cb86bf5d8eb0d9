"""Mounts of a container: the repository, data that lie outside it, and what the user adds."""

import os
from collections.abc import Sequence
from pathlib import Path

from benchmark.params import Params
from benchmark.versioning.git import ask_git
from deepgrasp.errors import InputError

HOME = "/bench"  # where the image keeps the code, and the repository takes its place
Volumes = list[str]  # PATH:PATH INSIDE:MODE, as the Docker SDK takes them too


def volumes(root: Path, params: Params, extra: Sequence[str]) -> Volumes:
    """All mounts; of two with the same path inside, the later one.

    Raises:
        InputError: a path does not exist, or an extra mount is not ``PATH[:PATH INSIDE[:ro]]``.
    """
    root = root.resolve()
    # by path inside: a later mount replaces an earlier one of the same place
    found = {HOME: (root, "rw")}
    # Git's folder of a worktree lies outside it and is known by its absolute path; without it no commit is known
    if (root / ".git").is_file():
        folder = ask_git(root, "rev-parse", "--path-format=absolute", "--git-common-dir")
        if folder is not None:
            history = Path(os.fsdecode(folder).rstrip("\n"))
            found[str(history)] = (history, "rw")
    for key in ("root", "models"):
        found |= _data(root, key, Path(getattr(params.data, key)))
    for text in extra:
        found |= _extra(text)
    for path, _ in found.values():
        # a colon separates the parts of a mount, and Docker knows no way to escape it
        if ":" in str(path):
            raise InputError(path, "the engine cannot mount a path with a colon", "rename the folder")
    return [f"{path}:{inside}:{mode}" for inside, (path, mode) in found.items()]


def _data(root: Path, key: str, path: Path) -> dict[str, tuple[Path, str]]:
    """Mount of a data root outside the repository: read-only, under the path that the parameters give."""
    # links are followed: what they lead to would not be there inside
    real = (root / path).resolve()
    named = Path(os.path.normpath(Path(HOME) / path))
    if real.is_relative_to(root) and (not path.is_absolute() or named.is_relative_to(HOME)):
        return {}  # comes with the repository, if the pipeline has made it already
    if not real.exists():
        raise InputError(f"params.yaml, data.{key}", f"{path} does not exist", "give the folder that holds the data")
    inside = real if named.is_relative_to(HOME) else named  # a link in the repository leads to the real path
    return {str(inside): (real, "ro")}


def _extra(text: str) -> dict[str, tuple[Path, str]]:
    """Mount that a user asks for as ``PATH[:/PATH/INSIDE[:ro]]``, after Docker's own ``--volume``."""
    outside, *rest = text.split(":")
    real = Path(outside).expanduser().resolve()
    inside = os.path.normpath(rest[0]) if rest and rest[0] else str(real)
    mode = rest[1] if len(rest) > 1 else "rw"
    if not outside or len(rest) > 2 or mode not in ("ro", "rw") or not inside.startswith("/"):
        raise InputError(f"--mount {text}", "is not a mount", "write PATH[:/PATH/INSIDE[:ro]]")
    if not real.exists():
        raise InputError(f"--mount {text}", f"{outside} does not exist", "give a path of this machine")
    if inside == HOME:
        raise InputError(f"--mount {text}", f"{HOME} is the repository", "give another path inside")
    return {inside: (real, mode)}
