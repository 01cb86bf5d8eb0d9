"""Any two rows of a board: how far they are apart, with what certainty, and which pairs a task has."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from benchmark.board.comparisons import Floats, compare
from benchmark.board.rows import BoardRow, block_matrix, is_ranked
from deepgrasp.intervals import LEVEL


class PairDifferences(NamedTuple):
    """Mean differences ``[R, R]`` (row minus column), their errors, and halves of their intervals of ``LEVEL``."""

    differences: Floats
    errors: Floats
    halves: Floats
    freedom: float


def compared_rows(rows: Sequence[BoardRow]) -> tuple[list[BoardRow], PairDifferences] | None:
    """The ranked rows of a task and all their pairs; None for fewer than two rows or blocks."""
    chosen = [row for row in rows if is_ranked(row)]
    means = block_matrix(chosen)
    return None if len(chosen) < 2 or means.shape[1] < 2 else (chosen, pairs(means))


def pairs(means: Floats) -> PairDifferences:
    """All pairs of rows from their means ``[R, B]`` over two or more blocks."""
    from scipy.special import stdtrit

    found = compare(means)
    bound = float(stdtrit(found.freedom, (1 + LEVEL) / 2))
    return PairDifferences(found.differences, found.errors, np.asarray(bound * found.errors), found.freedom)
