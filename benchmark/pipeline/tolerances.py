"""How far two scores may lie apart and still count as the same, by what was done anew and by the metric's unit."""

from collections.abc import Mapping
from typing import NamedTuple

from deepgrasp.tasks import metric

RESCORED = 1e-6
"""The same predictions scored anew, in any unit: only the order of a sum differs between processors."""

CELL_TOLERANCES = {"fraction": 0.10, "": 0.10, "cm": 1.5, "deg": 8.0}
"""One cell trained anew, by unit.

Rounding differs between processors and grows over the steps. Measured under older rules, with other lengths of training
and no MSSD: on two machines the 27 scores of a task were at most 0.07 (fractions), 0.05 (MCC, kappa), 1.2 cm and 5.9
degrees apart; one machine gives the same scores again.
"""

ROW = {"fraction": 0.03, "": 0.03, "cm": 0.4, "deg": 3.0}
"""The mean of three replicates or more: there the same two machines lay 0.022, 0.017, 0.39 cm and 2.0 degrees apart."""


class Deviation(NamedTuple):
    """One metric of two scores; ``allowed`` is how far they may lie apart."""

    key: str
    before: float
    after: float
    allowed: float

    @property
    def share(self) -> float:
        """The distance as a share of what is allowed: above 1 it is too large."""
        return abs(self.after - self.before) / self.allowed


def allowed(key: str, replicates: int = 1) -> float:
    """How far a metric's mean over as many replicates may move when they are trained anew."""
    # a mean over two is nearly as loose as one cell, so it gets a cell's limit
    moved, of_rows = metric(key), replicates >= 3
    # a metric says its own where a unit's limits are too wide to see a fault
    return (moved.may_move or (CELL_TOLERANCES[moved.unit], ROW[moved.unit]))[of_rows]


def deviations(before: Mapping[str, float], after: Mapping[str, float], *, trained: bool) -> list[Deviation]:
    """Each metric of two scores of one task, the largest share first.

    Args:
        trained: whether the second stems from another training, not only from another scoring.
    """
    limits = {key: allowed(key) if trained else RESCORED for key in before}
    # metrics that only one of them has are for the caller to refuse
    found = [Deviation(key, before[key], after[key], limits[key]) for key in before if key in after]
    return sorted(found, key=lambda deviation: (-deviation.share, deviation.key))
