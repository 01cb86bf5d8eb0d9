"""Whose data a store or a board holds: the stand-in, GRAB, or a lab's own; told by what was written on preparing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deepgrasp.errors import InputError

TITLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,+()-]{0,59}")
"""What data may be called: it stands in tables and pages as it is."""
CATALOGUE = "catalogue"  # the key of what was prepared under which a lab's own data are told
FRAMERATE = 120.0
"""Frames a second of GRAB's cameras, and of the stand-in's."""


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


def data_source(kind: str, prepare: Mapping[str, Any]) -> DataSource:
    """Whose data these are.

    Args:
        kind: as a store has it: ``synthetic`` or ``grab``, which is GRAB's format.
        prepare: what a store or a result says of how they were prepared.

    Raises:
        InputError: what is said of a lab's own data is not of its form.
    """
    if kind == "synthetic":
        return DataSource("Synthetic data", synthetic=True)
    if CATALOGUE not in prepare:
        return DataSource("GRAB")
    told = prepare[CATALOGUE]
    fields = {key: told.get(key) for key in ("name", "framerate", "licence", "cite")} if isinstance(told, dict) else {}
    name, rate = fields.get("name"), fields.get("framerate")
    texts = [fields.get(key) for key in ("licence", "cite")]
    if (
        not isinstance(name, str)
        or not TITLE.fullmatch(name)
        or type(rate) is not float
        or not all(text is None or isinstance(text, str) for text in texts)
    ):
        raise InputError(f"prepare.{CATALOGUE}", "does not say whose data these are", "prepare the graph store again")
    return DataSource(name, False, rate, *texts)
