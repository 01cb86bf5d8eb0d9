"""Where a page of recordings may lie: what is made of licensed data stays in the folder that no clone has."""

from pathlib import Path

from deepgrasp.data_source import DataSource
from deepgrasp.errors import InputError

KEPT = Path("data")


def check_place(out: Path, source: DataSource) -> None:
    """Check that a page of recordings is a file, and lies below ``data/`` if they are not the stand-in's.

    Raises:
        InputError: it is a folder, or would lie elsewhere.
    """
    if out.is_dir():
        raise InputError(out, "is a folder", "name a file")
    if source.synthetic or KEPT.resolve() in out.resolve().parents:
        return
    # git ignores data/, and everything else may be committed, pushed and served by mistake
    problem = f"is not below {KEPT}/, and {source.name} is not yours to pass on: the page holds parts of it"
    raise InputError(out, problem, f"write it as {KEPT / out.name}")
