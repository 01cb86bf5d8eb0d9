"""Files that operating systems leave among the files of a person, and that nobody means to be read."""

import logging
from collections.abc import Iterable
from pathlib import PurePath

# macOS: folders' settings, and a file's own attributes where the disk or a ZIP cannot hold them (._x beside x, or below
# __MACOSX/); Windows: previews and folders' looks; network drives and editors leave the rest
_NAMES = {".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", ".appledouble", ".localized"}
_FOLDERS = {".trashes", ".spotlight-v100", ".fseventsd", "$recycle.bin", "system volume information", "@eadir"}


def is_litter(path: PurePath) -> bool:
    """Whether a relative path is a file that an operating system left, or lies in such a folder, by its name."""
    # no file of GRAB begins like this, and none is in such a folder: nothing that is meant is ever left out
    return any(part.startswith("._") or part.lower() in _NAMES | _FOLDERS for part in path.parts)


def tell_litter(where: object, names: Iterable[str]) -> None:
    """Warn in one line that files of operating systems were left out, if there are any."""
    tell_left_out(where, names, "of operating systems")


def tell_left_out(where: object, names: Iterable[str], which: str) -> None:
    """Warn in one line that files were left out, if there are any: how many, and the first three."""
    # by the logging library: a caller from Python may silence it, and the functions between need not hand it on
    if found := sorted(names):
        shown = ", ".join(found[:3]) + (", ..." if len(found) > 3 else "")
        files = "file" if len(found) == 1 else "files"
        logging.getLogger(__name__).warning("%s: left out %d %s %s: %s", where, len(found), files, which, shown)
