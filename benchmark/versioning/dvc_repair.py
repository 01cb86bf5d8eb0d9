"""What a killed DVC may leave: lent stages, a torn list of readers, or a torn dvc.lock, which comes back from a copy.

DVC writes the last two in place, dvc.lock at the end of every stage and for longer than a second. Our own calls of DVC
write them whole (:mod:`benchmark.versioning.safe_dvc`); one that is called by hand does not.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from benchmark.paths import DVC_LOCK
from benchmark.versioning.commands import MENDED
from benchmark.versioning.git import ask_git
from benchmark.versioning.lent_stages import take_back
from deepgrasp.errors import InputError
from deepgrasp.files import write_text

COPY = Path(".dvc/tmp/dvc.lock.copy")  # Git ignores that folder
READERS = Path(".dvc/tmp/rwlock")
BUSY = Path(".dvc/tmp/lock")  # locked while DVC reads and writes


def keep_lock(root: Path) -> None:
    """Copy a dvc.lock that is whole; called where one is about to be written again."""
    text = _text(root / DVC_LOCK)
    if text is not None and (root / ".dvc").is_dir() and text != _text(root / COPY) and is_whole(text):
        write_text(root / COPY, text)


def mend(root: Path) -> None:
    """Bring back a torn dvc.lock and say so, drop a torn list of readers and lent stages; nothing of what is in use.

    A dvc.lock that is missing is none that is torn: DVC writes a new one, and its cache has what was trained.

    Raises:
        InputError: dvc.lock is damaged, and neither its copy nor the last commit has a whole one.
    """
    take_back(root)
    if _readers_whole(root) and _lock_whole(root):
        return
    with _dvc_at_rest(root) as at_rest:
        if not at_rest:
            return
        if not _readers_whole(root):
            (root / READERS).unlink()  # all of them are gone
        if _lock_whole(root):
            return
        committed = ask_git(root, "show", f"HEAD:./{DVC_LOCK}") or b""
        for where, found in (("its copy", _text(root / COPY)), ("the last commit", committed.decode(errors="replace"))):
            if found and is_whole(found):
                write_text(root / DVC_LOCK, found)
                print(f"{MENDED}: brought back from {where}", file=sys.stderr)
                return
    raise InputError(
        DVC_LOCK, "is damaged, and there is no whole copy of it", "remove it: DVC's cache keeps what is trained"
    )


def is_whole(text: str) -> bool:
    """Whether DVC can read it: stages by name, each with its command."""
    try:
        # libyaml where it is there: ruamel needs seconds for a lock of sixty cells
        found = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return False
    if not text.endswith("\n"):
        return False
    stages = found.get("stages", {}) if isinstance(found, dict) and "schema" in found else None
    return isinstance(stages, dict) and all(isinstance(each, dict) and "cmd" in each for each in stages.values())


@contextmanager
def _dvc_at_rest(root: Path) -> Iterator[bool]:
    """A block in which no DVC starts; whether none runs already."""
    import fcntl

    if not (root / BUSY).exists():
        yield True  # it has never run here
        return
    with (root / BUSY).open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # as DVC itself does
        except OSError:
            yield False
            return
        yield True


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return None


def _lock_whole(root: Path) -> bool:
    text = _text(root / DVC_LOCK)
    return text is None or is_whole(text)


def _readers_whole(root: Path) -> bool:
    text = _text(root / READERS)
    try:
        json.loads(text or "{}")
    except ValueError:
        return False
    return text != ""
