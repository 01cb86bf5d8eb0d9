"""Names that are chosen by patterns, such as ``action/*/0``."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from deepgrasp.errors import InputError, did_you_mean


def matching(names: Sequence[str], patterns: Sequence[str], where: str, problem: str, remedy: str) -> tuple[str, ...]:
    """Names that match one of the patterns, which have wildcards as file names have (``*``), in their order.

    Args:
        where: what an error says before the pattern, with what stands between.
        problem: what it says of a pattern that matches none.
        remedy: what to do where no name is near.

    Raises:
        InputError: a pattern matches none.
    """
    # fnmatchcase: fnmatch tells capitals apart on some machines and not on others
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise InputError(f"{where}{pattern}", problem, did_you_mean(pattern, names, remedy))
    return tuple(name for name in names if any(fnmatchcase(name, pattern) for pattern in patterns))
