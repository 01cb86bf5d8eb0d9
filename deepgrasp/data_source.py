"""Whose data a store or a board holds: the stand-in, GRAB, or a lab's own; told by what was written on preparing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deepgrasp.errors import InputError

_TITLE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .,+()-]{0,58}[A-Za-z0-9)])?")
_TAKEN = ("grab", "syntheticdata", "synthetic", "standin")  # letters and digits of names that are not a lab's to give
_MARKUP = re.compile(r"[<>|`\[\]]")
CATALOGUE = "catalogue"  # the key of what was prepared under which a lab's own data are told
FRAMERATE = 120.0
"""Frames a second of GRAB's cameras, and of the stand-in's."""


def is_title(text: object) -> bool:
    """Whether a lab's data may be called so: it stands in tables and pages as it is, and is nobody else's name."""
    if not isinstance(text, str) or not _TITLE.fullmatch(text):
        return False
    return re.sub(r"[^a-z0-9]", "", text.lower()) not in _TAKEN


def is_plain(text: object) -> bool:
    """Whether this is a line of text that may stand in a page as it is: no markup, nothing that cannot be seen."""
    return isinstance(text, str) and 0 < len(text) <= 500 and text.isprintable() and not _MARKUP.search(text)


@dataclass(frozen=True)
class DataSource:
    """What boards and cards say of data.

    Attributes:
        name: as boards call them.
        framerate: frames a second of the recordings.
        licence: of a lab's own data, if it says.
        cite: how to cite them, if it says.
    """

    name: str
    synthetic: bool = False
    framerate: float = FRAMERATE
    licence: str | None = None
    cite: str | None = None


def data_source(said: Mapping[str, Any]) -> DataSource:
    """The source of data: the stand-in, GRAB, or a lab's own capture with its name, rate, licence and citation.

    Args:
        said: what a store's manifest, a result or a board says of its data: ``kind``, ``synthetic`` or ``grab``, which
            is GRAB's format; and ``prepare``, how they were prepared, where that is known.

    Raises:
        InputError: what is said of a lab's own data is not of its form.
    """
    if said["kind"] == "synthetic":
        return DataSource("Synthetic data", synthetic=True)
    prepare = said.get("prepare", {})
    if CATALOGUE not in prepare:
        return DataSource("GRAB")
    told = prepare[CATALOGUE] if isinstance(prepare[CATALOGUE], dict) else {}
    name, rate, *texts = (told.get(key) for key in ("name", "framerate", "licence", "cite"))
    if not is_title(name) or not isinstance(rate, float) or not all(text is None or is_plain(text) for text in texts):
        raise InputError(f"prepare.{CATALOGUE}", "does not say whose data these are", "prepare the graph store again")
    return DataSource(str(name), False, rate, *texts)
