"""Where a page of recordings may lie: what is made of licensed data stays in the folder that no clone has."""

import os
from pathlib import Path

from deepgrasp.data_source import DataSource
from deepgrasp.errors import InputError

KEPT = Path("data")


def check_folder(out: Path) -> None:
    """Check before the work that a file's folder is there or can be made.

    Raises:
        InputError: something on the way to it is no folder, or cannot be written.
    """
    # the nearest that is there: folders below it are made when the file is written
    there = next(folder for folder in out.absolute().parents if folder.exists())
    if not there.is_dir():
        raise InputError(out, f"{there} is a file, no folder", "name another place")
    if not os.access(there, os.W_OK):
        raise InputError(out, f"{there} cannot be written", "name another place")


def check_place(out: Path, source: DataSource) -> None:
    """Check that a page of recordings is a file, and lies below ``data/`` if they are not the stand-in's.

    Raises:
        InputError: it is a folder, or would lie elsewhere.
    """
    if out.is_dir():
        raise InputError(out, "is a folder", "name a file")
    check_folder(out)
    # resolved: a link in data/ may lead out of it
    if source.synthetic or KEPT.resolve() in out.resolve().parents:
        return
    # git ignores data/, and everything else may be committed, pushed and served by mistake
    problem = f"is not below {KEPT}/, and {source.name} is not yours to pass on: the page holds parts of it"
    raise InputError(out, problem, f"write it as {KEPT / out.name}")
