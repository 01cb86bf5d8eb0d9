"""Where prepared data are kept between sessions, and under which name: a hash of all that decides what they hold."""

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from deepgrasp.errors import InputError

VARIABLE = "DEEPGRASP_CACHE"
# all that a stand-in or a store is made by; what reads them and what scores them is not among it
MAKERS = ("geometry", "grab", "body", "store", "prepare", "standin")


def cache_folder(chosen: str | os.PathLike[str] | None = None) -> Path:
    """The folder for prepared data: the chosen one, or ``$DEEPGRASP_CACHE``, or the user's own place for caches.

    That is ``$XDG_CACHE_HOME`` or ``~/.cache`` on Linux (XDG Base Directory Specification), ``~/Library/Caches`` on
    macOS, ``%LOCALAPPDATA%`` on Windows. Nothing is made yet.

    Raises:
        InputError: there is a file in its place.
    """
    # by hand: three lines are no reason for a package that everybody must install
    if sys.platform == "darwin":
        usual = Path.home() / "Library" / "Caches"
    else:
        variable = "LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME"
        usual = Path(os.environ.get(variable) or Path.home() / ".cache")
    named = chosen or os.environ.get(VARIABLE)
    folder = Path(named).expanduser().absolute() if named else usual / "deepgrasp"
    if folder.exists() and not folder.is_dir():
        raise InputError(folder, "is a file", f"give the name of a folder as `cache`, or set {VARIABLE}")
    return folder


def name_of(**what: Any) -> str:
    """Sixteen hexadecimal digits of the SHA-256 of options, and of the code that makes data of them."""
    text = json.dumps({**what, "code": _makers()}, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def state_of(folders: Iterable[Path]) -> Mapping[str, Any]:
    """Path, size and time (ns) of every file in some folders: of a data set that was changed, another.

    Not the content: to read GRAB takes minutes, and this is asked at every start.
    """
    found = {}
    for folder in folders:
        for path in _files(folder):
            stat = path.stat()
            # nanoseconds: a file that is written twice within a second is another
            found[str(path.absolute())] = [stat.st_size, stat.st_mtime_ns]
    return found


def _files(folder: Path) -> list[Path]:
    """Every file below a folder, behind links to folders too; a folder that is met twice counts once."""
    found, met = [], set()
    # behind links, too: a data set may lie on another disk; what is met twice may be a ring of links
    for place, folders, names in os.walk(folder, followlinks=True):
        if (real := os.path.realpath(place)) in met:
            folders.clear()
            continue
        met.add(real)
        found += [path for name in names if (path := Path(place, name)).is_file()]
    return sorted(found)


@cache
def _makers() -> str:
    """SHA-256 of the files of the rooms that make data, and of those beside the rooms."""
    root = Path(__file__).parent.parent
    files = [*root.glob("*.py"), *(file for room in MAKERS for file in (root / room).rglob("*.py"))]
    found = hashlib.sha256()
    for file in sorted(files):
        # whole files, comments too: what follows imports is the suite's, and the library is installed without it
        found.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    return found.hexdigest()
