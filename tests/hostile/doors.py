"""Doors through which files of others come in, and the judgement of what a door did with a hostile one.

To add a door: write a module with ``DOORS``, a dict of :class:`Door` by name, and name it in ``MODULES``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Literal
from zlib import crc32

import numpy as np

from deepgrasp.errors import InputError

KINDS = ("recordings", "arctic", "models", "store", "submissions", "results")
MODULES = tuple(f"tests.hostile.{kind}" for kind in KINDS)
TRACE = "executed"
"""A file of this name in the case's folder means that a file's content was run."""

# refused: in one InputError. same: refused, or read as the whole file is. accepted: read as the whole file is.
# either: refused or read; what was changed cannot be told from another right value.
Expected = Literal["refused", "same", "accepted", "either"]


@dataclass(frozen=True)
class Case:
    """One input: ``write`` puts it into an empty folder."""

    what: str
    write: Callable[[Path], object]
    expected: Expected


@dataclass(frozen=True)
class Door:
    """One way in.

    Attributes:
        make: a case that is drawn from a generator; with None, the whole input, which is accepted.
        read: reads the input of a folder and returns a fingerprint of all that was read.
    """

    make: Callable[[np.random.Generator | None], Case]
    read: Callable[[Path], str]


@cache
def doors() -> dict[str, Door]:
    """All doors by name."""
    return {name: door for module in MODULES for name, door in import_module(module).DOORS.items()}


def case_of(name: str, seed: int, number: int) -> Case:
    """Case ``number`` of a door: the same in every process and on every machine."""
    return doors()[name].make(np.random.default_rng([seed, crc32(name.encode()), number]))


def judge(name: str, case: Case, folder: Path, whole: str | None) -> str:
    """What the door did: ``refused``, ``accepted``, or a fault in words.

    Args:
        folder: empty; the case is written there.
        whole: fingerprint of the whole input.
    """
    case.write(folder)
    try:
        found = doors()[name].read(folder)
    except InputError as error:
        told = str(error)
        if (folder / TRACE).exists():
            return "EXECUTED"
        if "\n" in told or len(told) > 1500:
            return f"NOT ONE LINE: {told[:200]!r}"
        return "refused" if case.expected != "accepted" else f"WRONGLY REFUSED: {told}"
    except BaseException as error:
        return f"TRACEBACK: {type(error).__name__}: {error}"[:300]
    if (folder / TRACE).exists():
        return "EXECUTED"
    right = case.expected == "either" or (case.expected in ("same", "accepted") and found == whole)
    return "accepted" if right else "WRONGLY ACCEPTED"


def whole_of(name: str, folder: Path) -> str:
    """Fingerprint of the whole input of a door, read in an empty folder."""
    door = doors()[name]
    door.make(None).write(folder)
    return door.read(folder)
