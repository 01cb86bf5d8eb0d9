"""What the board's rules hold on simulated boards, with the committed board's own chance: see ``make coverage``.

Each simulated board has as many rows as the committed one. A row's mean over a training's fold is what its training,
its people and their recordings give, each drawn with the standard deviation that the committed board shows of it. All
rows are equally good in truth, which is the hardest case for the rule: it loses the truly best row most often there.
Once all rows have the same spread, once their spreads lie between half and three halves of it: on the board of
2026-11-27 they were estimated, from six people, as 0.4 to 2.0 of the mean, where equal spreads would give 0.4 to 1.6.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from benchmark.board.board_file import load_boards
from benchmark.board.comparisons import POWER, Floats, compare, may_be_best
from benchmark.board.markdown import difference_unit, number
from benchmark.command_exit import in_one_line
from benchmark.paths import LEADERBOARD
from benchmark.tables import table
from deepgrasp.intervals import LEVEL
from deepgrasp.tasks import TASKS

_PEOPLE = (6, 10, 20, 40)
SIMULATED_BOARDS = 4000  # a rate near 5 % has a standard error of 0.3 points, and less over twelve rows
UNEQUAL = (0.5, 1.5)
"""Ends of the spreads of rows, as multiples of the common one."""


class Rates(NamedTuple):
    """Fractions of boards, and a difference.

    Attributes:
        lost: of boards whose truly best row is not in bold; the mean over which row that is.
        worst: the same for the row that is lost most often.
        covered: of the pairs' intervals that hold the true difference, the mean over pairs.
        found: the smallest true difference of two rows whose interval excludes zero in ``POWER`` of boards.
    """

    lost: float
    worst: float
    covered: float
    found: float


def fold_noise(noise: Mapping[str, float]) -> float:
    """Standard deviation of a row's mean over one fold, from the components of chance that ``leaderboard.json`` has."""
    # what is drawn for each person and each recording, averaged over the fold
    persons = noise["people"] ** 2 + noise["recordings"] ** 2 / noise["recordings_a_person"]
    return float((noise["trainings"] ** 2 + persons / noise["people_a_training"]) ** 0.5)


def drawn_means(rows: int, trainings: int, spreads: tuple[float, float] = (1, 1)) -> Floats:
    """Means ``[boards, rows, trainings]`` of equally good rows, the same at every call.

    ``spreads``: standard deviations of the first and the last row; the others' lie between.
    """
    rng = np.random.default_rng([trainings, rows])
    return np.asarray(rng.normal(size=(SIMULATED_BOARDS, rows, trainings)) * np.linspace(*spreads, rows)[:, None])


def rates(means: Floats) -> Rates:
    """How the board's rules fare on simulated boards ``[boards, rows, trainings]`` of equally good rows."""
    from scipy.optimize import brentq
    from scipy.special import stdtrit

    lost = 1 - may_be_best(means).mean(axis=0)  # [rows]
    found = compare(means)
    bound = stdtrit(found.freedom, (1 + LEVEL) / 2) * found.errors
    pairs = ~np.eye(means.shape[1], dtype=bool)
    middles, bounds = found.differences[:, pairs], bound[:, pairs]
    covered = float((np.abs(middles) <= bounds).mean())
    # moved, not drawn anew: the same chance at every difference, so that there is one root
    smallest = brentq(
        lambda apart: (np.abs(middles + apart) > bounds).mean() - POWER, 0, 10 * float(np.median(bounds)), rtol=1e-4
    )
    return Rates(float(lost.mean()), float(lost.max()), covered, float(smallest))


def coverage_report(board: Mapping[str, Any]) -> str:
    """A line for each task and number of people."""
    known: dict[tuple[int, int], tuple[Rates, Rates]] = {}  # tasks differ in scale alone
    lines = []
    for task in TASKS:
        noise = board["resolution"].get(task, {}).get("components")
        if noise is None:
            continue
        rows, key = sum(row["may_be_best"] is not None for row in board["tasks"][task]), TASKS[task].primary
        for people in _PEOPLE:
            size = rows, round(people / noise["people_a_training"])
            if size not in known:
                known[size] = rates(drawn_means(*size)), rates(drawn_means(*size, UNEQUAL))
            equal, unequal = known[size]
            smallest = f"{number(key, equal.found * fold_noise(noise))} {difference_unit(key)}"
            percents = (equal.lost, unequal.worst, equal.covered, unequal.covered)
            lines.append((task, people, *(f"{100 * share:.1f} %" for share in percents), smallest))
    heads = ("task", "people", "best row lost", "unequal spreads", "intervals hold", "unequal", "found with 80 % power")
    return table(heads, lines, narrow=True)


def main() -> None:
    """Print the rates on the first committed board's components of chance."""
    print(
        f"{SIMULATED_BOARDS} boards a line: the truly best row may be lost in 5 % of them, "
        "with unequal spreads in 8 %\n"
    )
    print(coverage_report(load_boards(LEADERBOARD)[0]))


if __name__ == "__main__":
    in_one_line(main)
