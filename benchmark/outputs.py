"""Where a command may write, checked before the work: nothing is replaced but what it could have made itself."""

import os
from pathlib import Path

from deepgrasp.errors import InputError
from deepgrasp.files import check_replaceable


def check_file(out: Path) -> None:
    """Check that a file can be made there, or takes the place of a file.

    Raises:
        InputError: a folder or a device is there, or something on the way is no folder or cannot be written.
    """
    check_replaceable(out)
    check_parents(out)


def check_folder(out: Path) -> None:
    """Check that a folder is or can be made there.

    Raises:
        InputError: it is a file, or something on the way is no folder or cannot be written.
    """
    if out.exists() and not out.is_dir():
        raise InputError(out, "is a file, no folder", "name another place")
    check_parents(out)


def check_parents(out: Path) -> None:
    """Check that what holds ``out`` is there or can be made.

    Raises:
        InputError: something on the way to it is no folder, or cannot be written.
    """
    # the nearest that is there: folders below it are made when the file is written
    there = next(folder for folder in out.absolute().parents if folder.exists())
    if not there.is_dir():
        raise InputError(out, f"{there} is a file, no folder", "name another place")
    if not os.access(there, os.W_OK):
        raise InputError(out, f"{there} cannot be written", "name another place")
