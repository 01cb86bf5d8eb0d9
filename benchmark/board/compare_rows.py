"""Is one row of a board better than another, and by how much: difference, interval, probabilities, in words."""

from collections.abc import Sequence
from typing import NamedTuple

from benchmark.board.comparisons import Floats
from benchmark.board.markdown import difference_unit, label, shown_scale
from benchmark.board.row_pairs import compared_rows, pairs
from benchmark.board.rows import BoardRow, BoardTable, block_matrix
from benchmark.tables import table as text_table
from deepgrasp.errors import InputError, did_you_mean
from deepgrasp.intervals import LEVEL
from deepgrasp.tasks import TASKS, metric

MARGINS = {"fraction": 0.02, "cm": 0.25, "deg": 2.0, "": 0.02}
"""By unit of the metric that ranks: a difference that is too small to matter. It is a choice, and an option."""


class Versus(NamedTuple):
    """Comparison of two rows on a task, in the metric's own unit and sense.

    Attributes:
        difference: the first row's mean minus the second's.
        better: probability that the first is truly the better one.
        equal: probability that the true difference is below ``margin``.
        by_block: the difference in each block ``[B]``.
    """

    task: str
    difference: float
    low: float
    high: float
    better: float
    equal: float
    margin: float
    error: float
    freedom: float
    by_block: Floats

    @property
    def verdict(self) -> str:
        """What these figures allow to say, in a few words."""
        if self.equal >= LEVEL:
            return "practically equal"
        if self.low <= 0 <= self.high:
            return "undecided"
        first = (self.difference > 0) == TASKS[self.task].higher_is_better
        return "the first is better" if first else "the second is better"


TwoNames = tuple[str, str]
"""Of two rows, as the board shows them: ``lstm``, ``best+joint``."""


def versus(tables: Sequence[BoardTable], names: TwoNames, task: str | None, margin: float | None) -> list[Versus]:
    """The first named row against the second, on each task that has both, or on one; of the first board with both.

    Args:
        margin: the largest difference that does not matter, in the unit that the board shows (points, cm); None takes
            that of the metric's unit (``MARGINS``).

    Raises:
        InputError: a row or task is unknown, the rows share no task, or too few trainings to say anything.
    """
    if names[0] == names[1]:
        raise InputError(f"compare {names[0]} {names[1]}", "is one row twice", "name two rows")
    known = {label(row) for table in tables for rows in table["tasks"].values() for row in rows}
    for name in names:
        if name not in known:
            raise InputError(
                f"compare {name or repr(name)}", "no board has this row", did_you_mean(name, sorted(known))
            )
    tasks = [each for each in TASKS if any(each in table["tasks"] for table in tables)]
    if task is not None and task not in tasks:
        raise InputError(f"--task {task}", "no board has this task", did_you_mean(task, tasks))
    for table in tables:
        found = []
        for each in tasks if task is None else [task]:
            rows = {label(row): row for row in table["tasks"].get(each, [])}
            if rows.keys() >= {*names}:
                found.append((each, table["tasks"][each], rows[names[0]], rows[names[1]]))
        if found:
            return [_versus(*each, margin) for each in found]
    where = "no task" if task is None else task
    raise InputError(f"compare {names[0]} {names[1]}", f"{where} has both rows", "name two rows of one table")


def _versus(task: str, rows: Sequence[BoardRow], one: BoardRow, other: BoardRow, margin: float | None) -> Versus:
    from scipy.special import stdtr

    means = block_matrix([one, other])
    if means.shape[1] < 2:
        both = f"compare {label(one)} {label(other)}"
        raise InputError(both, f"{task} has one training, which tells nothing of others", "run more replicates")
    ranked = compared_rows(rows)
    names = [label(row) for row in ranked[0]] if ranked else []
    # as on the board, where both are ranked: the other rows say how far chance moves any two
    if ranked is not None and {label(one), label(other)} <= {*names}:
        found, place = ranked[1], (names.index(label(one)), names.index(label(other)))
    else:
        found, place = pairs(means), (0, 1)
    difference, half = float(found.differences[place]), float(found.halves[place])
    # two rows without any spread differ for sure
    error = max(float(found.errors[place]), 1e-12)
    scale, _ = shown_scale(TASKS[task].primary)
    limit = MARGINS[metric(TASKS[task].primary).unit] if margin is None else margin / scale
    sign = 1 if TASKS[task].higher_is_better else -1
    inside = stdtr(found.freedom, (limit - difference) / error) - stdtr(found.freedom, (-limit - difference) / error)
    return Versus(
        task=task,
        difference=difference,
        low=difference - half,
        high=difference + half,
        better=float(stdtr(found.freedom, sign * difference / error)),
        equal=float(inside),
        margin=limit,
        error=error,
        freedom=found.freedom,
        by_block=means[0] - means[1],
    )


def comparison_report(names: TwoNames, found: Sequence[Versus]) -> str:
    """A line a task for a terminal of 80 columns, and what its columns mean."""
    lines = []
    for each in found:
        key = TASKS[each.task].primary
        scale, digits = shown_scale(key)
        low, middle, high = (f"{scale * value:+.{digits}f}" for value in (each.low, each.difference, each.high))
        shown = f"{middle} {difference_unit(key)}"
        lines.append((each.task, shown, f"{low} to {high}", _chance(each.better), _chance(each.equal), each.verdict))
    margins: dict[str, str] = {}  # by unit, the first task of each
    for each in found:
        key = TASKS[each.task].primary
        margins.setdefault(difference_unit(key), f"{shown_scale(key)[0] * each.margin:g}")
    within = " or ".join(f"{value} {unit}" for unit, value in margins.items())
    level = f"{100 * LEVEL:.0f} %"
    return (
        f"{names[0]} minus {names[1]}\n\n"
        + text_table(("task", "difference", level, "P(better)", "P(equal)", "verdict"), lines, narrow=True)
        + f"\n\n{level}: interval of the difference, if this one comparison was planned."
        + f"\nP(better): how likely {names[0]} is truly the better one."
        + f"\nP(equal): how likely the true difference is below {within}."
    )


def _chance(value: float) -> str:
    return "< 0.01" if value < 0.01 else "> 0.99" if value > 0.99 else f"{value:.2f}"
