"""The entrants: one file each with one encoder class; the name of the file is the name of the entrant."""

from pathlib import Path


def names() -> list[str]:
    """Names of all entrants, sorted: the stems of the files here.

    No file is imported, because scoring asks for the names alone and does without torch.
    """
    # a new file here is enrolled by being here: no list names it
    return sorted(file.stem for file in Path(next(iter(__path__))).glob("*.py") if not file.stem.startswith("_"))


def outside(name: str) -> Path:
    """The folder for the copy of an entrant's source that lies outside of the repository; see ``docs/entrants.md``."""
    return Path(next(iter(__path__))) / "outside" / name
