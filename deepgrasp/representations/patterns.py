"""Names that are chosen by patterns, such as ``action/*/0``."""

import difflib
from collections.abc import Sequence
from fnmatch import fnmatchcase

from deepgrasp.errors import InputError, did_you_mean

TOLD, NEAREST = 8, 3  # names that an error tells: all of so few, and of more than that the nearest ones


def matching(names: Sequence[str], patterns: Sequence[str], where: str, problem: str, remedy: str) -> tuple[str, ...]:
    """Those of the names that match one of the patterns, in their order.

    Args:
        where: what an error says before the pattern, with what stands between.
        problem: what it says of a pattern that matches none.
        remedy: what to do where no name is near.

    Raises:
        InputError: a pattern matches none.
    """
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise InputError(f"{where}{pattern}", problem, nearest(pattern, names, remedy))
    return tuple(name for name in names if any(fnmatchcase(name, pattern) for pattern in patterns))


def nearest(name: str, known: Sequence[str], *more: str) -> str:
    """The remedy for an unknown name among many: those that are most like it, however little; no wall of names."""
    if len(known) <= TOLD:
        return did_you_mean(name, known, *more)
    like = difflib.get_close_matches(name.lower(), known, n=NEAREST, cutoff=0.0)
    return did_you_mean(name, like, *more).replace("choose from", f"choose from {len(known)} names, such as", 1)
