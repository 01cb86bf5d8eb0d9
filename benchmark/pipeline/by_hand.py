"""A cell that a command makes by hand, in the place of the one that DVC keeps: how that comes back."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmark.paths import DVC_LOCK


@contextmanager
def cell(out: Path) -> Iterator[Path]:
    """The folder of a cell that is made inside of the block; at its end the way back is told.

    `dvc checkout` refuses to take such a cell away. Nothing is said where DVC itself runs the command, or where no lock
    names the cell.
    """
    yield out
    if "DVC_STAGE" in os.environ or not DVC_LOCK.is_file():
        return
    if f"path: {out.as_posix()}\n" in DVC_LOCK.read_text(encoding="utf-8"):
        back = f"`dvc checkout --force {out.as_posix()}` brings that back, and so does `make repro`"
        print(f"{out}: made by hand, it is not the one that {DVC_LOCK} names; {back}", file=sys.stderr)
