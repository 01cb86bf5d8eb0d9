"""Folders that appear complete or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """A scratch folder for a ``with`` block; it takes the place of ``folder`` when the block ends without an error.

    Whatever stood there before stays until then; a killed run leaves at most the scratch folder, which the next clears.
    """
    # beside the folder, so that both lie in one file system, where renaming copies nothing
    scratch, old = (folder.with_name(f"{folder.name}.{suffix}") for suffix in ("partial", "old"))
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        yield scratch
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)  # a folder that is not empty cannot be renamed over
        scratch.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
