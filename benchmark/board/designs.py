"""What other people, recordings and seeds would tell apart, and cost: ``python -m benchmark.board.designs``.

From the committed board's own components of chance and its own times, by the same simulation as ``make coverage``.
"""

from collections.abc import Mapping
from itertools import product
from statistics import fmean
from typing import Any, NamedTuple

from benchmark.board.board_file import load_boards
from benchmark.board.coverage import drawn_means, fold_noise, rates
from benchmark.board.markdown import difference_unit, number
from benchmark.command_exit import in_one_line
from benchmark.paths import LEADERBOARD
from benchmark.tables import table
from deepgrasp.tasks import NOT_TASKS, TASKS

_PEOPLE, _RECORDINGS, _SEEDS = (6, 10, 20, 40), (36, 72, 144), (1, 2)
SECONDS_A_RECORDING = 0.38
"""Core-seconds to make and prepare a recording of the stand-in: 136 s on 2 cores for 720 (AMD EPYC, 2026-11-27)."""


class Design(NamedTuple):
    """How many people, recordings of each, and seeds a fold of two people."""

    people: int
    recordings: int
    seeds: int


def design_cost(board: Mapping[str, Any], design: Design) -> float:
    """Core-seconds of a design: data, and as many trainings as it has of every row, by the board's mean times."""
    rows = {(task, row["model"], row["training"]): row for task, each in board["tasks"].items() for row in each}
    # a reference row and a joint training answer all tasks at once
    once = {(None if training in NOT_TASKS else task, *rest, training): row["seconds"]
            for (task, *rest, training), row in rows.items()}  # fmt: skip
    return (
        sum(once.values()) * design.people / 2 * design.seeds + SECONDS_A_RECORDING * design.people * design.recordings
    )


def told_apart(board: Mapping[str, Any], design: Design) -> dict[str, float]:
    """The smallest true difference of two rows, by task, in the metric's own unit.

    More seeds divide what a training moves alone: people and recordings that are tested twice stay the same ones.
    """
    found = {}
    for task in TASKS:
        noise = board["resolution"].get(task, {}).get("components")
        if noise:
            rows = sum(row["may_be_best"] is not None for row in board["tasks"][task])
            own = {"recordings_a_person": design.recordings, "people_a_training": 2}
            own["trainings"] = noise["trainings"] / design.seeds**0.5
            found[task] = rates(drawn_means(rows, design.people // 2)).found * fold_noise({**noise, **own})
    return found


def designs_report(board: Mapping[str, Any]) -> str:
    """A line for each design; the last column is what the same resolution would cost, over the board's own design."""
    own = Design(10, 72, 1)
    lines, zero = [], (design_cost(board, own), told_apart(board, own))
    for design in (Design(*each) for each in product(_PEOPLE, _RECORDINGS, _SEEDS)):
        price, apart = design_cost(board, design), told_apart(board, design)
        # an error halves with four times the cost
        worth = fmean((apart[task] / zero[1][task]) ** 2 for task in apart) * price / zero[0]
        told = (f"{number(TASKS[task].primary, apart[task])} {difference_unit(TASKS[task].primary)}" for task in apart)
        lines.append((*map(str, design), f"{price:,.0f}", *told, f"{worth:.2f}"))
    heads = ("people", "recordings", "seeds", "core-seconds", *zero[1], "cost for the same")
    return table(heads, lines, narrow=True)


if __name__ == "__main__":
    in_one_line(lambda: print(designs_report(load_boards(LEADERBOARD)[0])))
