"""An entrant from outside of the repository, as it was kept for its cells: where it is from, its hashes, its class."""

import hashlib
from pathlib import Path
from typing import Annotated

from pydantic import Field

import baselines
from benchmark.pipeline.schema import Record, parse
from deepgrasp.errors import InputError
from deepgrasp.outside_entrants import Source, file_of

ABOUT_FILE = "about.json"
Text = Annotated[str, Field(min_length=1, max_length=1000)]


class Kept(Record):
    """What is known of an entrant from outside; beside it lie copies of its files.

    Attributes:
        told: where its source is, as errors name it.
        origin: the same as results and the board have it: no folder of this machine.
        file: that defines the encoder, among the sources.
        module: its dotted name, where an installed package holds it.
        cls: name of the class, where the file may define others.
        sources: SHA-256 of each file, by its path here.
    """

    told: Text
    origin: Text
    file: Text
    module: str | None
    cls: str | None
    sources: dict[str, str]


def kept(name: str) -> Kept | None:
    """What is known of the entrant of that name; ``None``: nothing was kept of one.

    Raises:
        InputError: what was kept is damaged, or of another schema.
    """
    about = baselines.outside(name) / ABOUT_FILE
    return parse(Kept, about.read_bytes(), about) if about.is_file() else None


def source_digest(name: str) -> str:
    """SHA-256 over the sources of an entrant from outside; nothing of any other entrant."""
    found = kept(name)
    return hashlib.sha256(found.model_dump_json().encode()).hexdigest() if found else ""


def source(name: str) -> Source | None:
    """Where the code of an entrant from outside is that its cells run: the copy of its file, or an installed package.

    Raises:
        InputError: it is not what was kept.
    """
    found = kept(name)
    if found is None:
        return None
    folder = baselines.outside(name)
    if found.module is None:
        _check(folder / found.file, found.sources.get(found.file, ""), (folder / found.file).as_posix())
    else:
        # a package is not carried along: it may hold more than Python, and need others
        for path, expected in found.sources.items():
            dotted = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            _check(file_of(dotted), expected, f"{found.told}, {path}")
    return Source(found.told, folder / found.file, found.module, found.cls)


def _check(file: Path | None, expected: str, where: str) -> None:
    if file is None or not file.is_file():
        raise InputError(where, "is not here", "install the package where cells are trained, or run `dvc repro`")
    if hashlib.sha256(file.read_bytes()).hexdigest() != expected:
        raise InputError(where, "is not the file that was looked at", "run `dvc repro`, which looks again")
