"""Whose data a store or a board holds: the stand-in, GRAB, or a lab's own; told by what was written on preparing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deepgrasp.errors import InputError

_TITLE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .,+()-]{0,58}[A-Za-z0-9)])?")
# Names that are not a lab's to give: no word of its title is one of them, with whatever is glued to it (GRAB2, ReGRAB).
# To grab is a plain verb, so grabber and grabbing stay free, as do standing and outstanding.
_TAKEN = re.compile(r"grab(?!b)|synthetic|standin(?!g)")
_SPELT = re.compile(r"grab|synthetic|standin")  # the same out of several words: G.R.A.B, stand-in
# Marks and letters that show nothing, and that Python still counts as printable: joiners, fillers of Hangul, selectors
# of variants, the empty Braille cell (Unicode's Default_Ignorable_Code_Point, less what is no letter anyway).
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_MARKUP = re.compile(r"[<>|`\[\]]")
CATALOGUE = "catalogue"  # the key of what was prepared under which a lab's own data are told
GRAB_FRAMERATE = 120.0
"""Frames a second of GRAB's cameras, and of the stand-in's."""


def is_title(text: object) -> bool:
    """Whether a lab's data may be called so: it stands in tables and pages as it is, and holds nobody else's name."""
    if not isinstance(text, str) or not _TITLE.fullmatch(text):
        return False
    words = re.findall(r"[a-z]+", re.sub(r"\d", "", text.casefold()))
    # any run of neighbouring words, written as one: punctuation between letters hides no name
    runs = ("".join(words[first:last]) for first in range(len(words)) for last in range(first + 1, len(words) + 1))
    return not any(map(_TAKEN.search, words)) and not any(map(_SPELT.fullmatch, runs))


def is_plain(text: object) -> bool:
    """Whether this is a line of text that may stand in a page as it is: no markup, nothing that cannot be seen."""
    return isinstance(text, str) and 0 < len(text) <= 500 and is_seen(text) and not _MARKUP.search(text)


def is_seen(text: str) -> bool:
    """Whether all of a text shows: no character of it is invisible, or moves others about."""
    return text.isprintable() and not _UNSEEN.search(text)


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
    framerate: float = GRAB_FRAMERATE
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
