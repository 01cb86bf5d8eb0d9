"""Where a page of recordings may lie: what is made of licensed data stays in the folder that no clone has."""

from pathlib import Path

from benchmark.outputs import check_file
from deepgrasp.data_source import DataSource
from deepgrasp.errors import InputError

_KEPT = Path("data")


def check_page_place(out: Path, source: DataSource) -> None:
    """Check that a page of recordings is a file, and lies below ``data/`` if they are not the stand-in's.

    Raises:
        InputError: it is none, cannot be made, or would lie elsewhere.
    """
    check_file(out)
    # resolved: a link in data/ may lead out of it
    if source.synthetic or _KEPT.resolve() in out.resolve().parents:
        return
    # git ignores data/, and everything else may be committed, pushed and served by mistake
    problem = f"is not below {_KEPT}/, and {source.name} is not yours to pass on: the page holds parts of it"
    raise InputError(out, problem, f"write it as {_KEPT / out.name}")
