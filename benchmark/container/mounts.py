"""What a container sees of the machine: the repository, data that lie outside it, and what the user adds."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmark.params import Params
from deepgrasp.errors import InputError

HOME = "/bench"  # where the image keeps the code, and the repository takes its place
Volumes = dict[str, dict[str, str]]  # as the Docker SDK wants them


def volumes(root: Path, params: Params, extra: Sequence[str]) -> Volumes:
    """All mounts by path on this machine.

    Raises:
        InputError: a path does not exist, or an extra mount is not ``PATH[:PATH INSIDE[:ro]]``.
    """
    root = root.resolve()
    found: Volumes = {str(root): {"bind": HOME, "mode": "rw"}}
    for path in _history(root):
        found[str(path)] = {"bind": str(path), "mode": "rw"}
    for key in ("root", "models"):
        found |= _data(root, key, Path(getattr(params.data, key)))
    for text in extra:
        found |= _extra(text)
    return found


def _history(root: Path) -> list[Path]:
    """Git's folder where it lies elsewhere: a worktree knows it by its absolute path."""
    if not (root / ".git").is_file():
        return []
    ask = ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"]
    done = subprocess.run(ask, cwd=root, capture_output=True, text=True)
    return [Path(done.stdout.strip())] if done.returncode == 0 else []


def _data(root: Path, key: str, path: Path) -> Volumes:
    """A data root outside of the repository, read-only, under the name that the parameters call it by."""
    real = (root / path).resolve()
    if real.is_relative_to(root):
        return {}  # comes with the repository, if the pipeline has made it already
    if not real.exists():
        raise InputError(f"params.yaml, data.{key}", f"{path} does not exist", "give the folder that holds the data")
    named = Path(os.path.normpath(Path(HOME) / path))
    inside = real if named.is_relative_to(HOME) else named  # a link in the repository leads to the real path
    return {str(real): {"bind": str(inside), "mode": "ro"}}


def _extra(text: str) -> Volumes:
    outside, *rest = text.split(":")
    real = Path(outside).expanduser().resolve()
    inside = rest[0] if rest and rest[0] else str(real)
    mode = rest[1] if len(rest) > 1 else "rw"
    if not outside or len(rest) > 2 or mode not in ("ro", "rw") or not inside.startswith("/"):
        raise InputError(f"--mount {text}", "is not a mount", "write PATH[:/PATH/INSIDE[:ro]]")
    if not real.exists():
        raise InputError(f"--mount {text}", f"{outside} does not exist", "give a path of this machine")
    return {str(real): {"bind": inside, "mode": mode}}
