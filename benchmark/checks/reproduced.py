"""Reproduced or not, in words: the scores here beside those of the commit, for the end of ``make repro``."""

from collections.abc import Iterable

from benchmark.board.markdown import shown_scale
from benchmark.checks.regression import Raw, name_of
from benchmark.pipeline.schema import Result
from benchmark.pipeline.tolerances import CELL, RESCORED
from deepgrasp.tasks import TASKS, metric

BACK = "git checkout -- results leaderboard README.md dvc.lock && dvc checkout"


def reproduced(before: Iterable[Raw], after: Iterable[Result]) -> str:
    """How many scores equal the committed ones, the largest change of each task, and what a change may come from."""
    old = {name_of(raw): raw for raw in before}
    new = {result.name: result for result in after}
    shared = sorted(old.keys() & new.keys())
    if not shared:
        return "Nothing to compare with: the commit has no results of these cells."
    moves: dict[str, list[tuple[float, str]]] = {}
    for name in shared:
        result, key = new[name], TASKS[new[name].task].primary
        # the metric that ranks: one number a cell
        moved = abs(result.metrics[key] - old[name]["metrics"].get(key, float("inf")))
        moves.setdefault(result.task, []).append((moved, name.partition("/")[2].removesuffix(".json")))
    equal = sum(moved <= RESCORED for each in moves.values() for moved, _ in each)
    if equal == len(shared):
        return f"Reproduced: all {equal} scores equal the committed ones."
    largest = [f"{task} {_amount(task, *max(moves[task]))}" for task in TASKS if task in moves]
    units: dict[str, str] = {}  # the first task of each
    for task in moves:
        units.setdefault(metric(TASKS[task].primary).unit, task)
    allowed = " and ".join(_amount(task, CELL[unit]) for unit, task in units.items())
    return (
        f"{equal} of {len(shared)} scores equal the committed ones. Largest change of a cell: {', '.join(largest)}. "
        "The same code on another kind of processor moves single cells by points, because sums round differently; "
        f"up to {allowed} a cell counts as the same (benchmark/pipeline/tolerances.py has what was measured). "
        f"What `git status` shows are this machine's numbers; `{BACK}` brings back the committed ones."
    )


def _amount(task: str, value: float, cell: str = "") -> str:
    scale, digits = shown_scale(TASKS[task].primary)
    unit = {"fraction": "points"}.get(metric(TASKS[task].primary).unit, metric(TASKS[task].primary).unit)
    return f"{scale * value:.{digits}f} {unit}" + (f" ({cell})" if cell else "")
