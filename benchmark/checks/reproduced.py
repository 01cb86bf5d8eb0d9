"""Reproduced or not, in words: the scores here beside those of the commit, for the end of ``make repro``."""

from collections.abc import Iterable
from statistics import fmean

from benchmark.board.markdown import difference_unit, number
from benchmark.checks.regression import Raw, differing, name_of
from benchmark.pipeline.schema import Result
from benchmark.pipeline.tolerances import CELL, RESCORED
from deepgrasp.tasks import TASKS, metric

BACK = "git checkout -- results leaderboard README.md dvc.lock && dvc checkout"
NAMED = 3  # cells that are named where they moved further than a processor moves them


def reproduced(before: Iterable[Raw], after: Iterable[Result]) -> str:
    """How many scores equal the committed ones, how far the others moved, and whether another processor explains it."""
    old = {name_of(raw): raw for raw in before}
    new = {result.name: result for result in after}
    shared = sorted(old.keys() & new.keys())
    if not shared:
        return "Nothing to compare with: the commit has no results of these cells."
    if other := differing(old[shared[0]], new[shared[0]].model_dump()):
        return f"Nothing to compare with: the committed scores are of other {other}."
    moves: dict[str, dict[str, float]] = {}  # by task: how far each cell moved, with its sign
    for name in shared:
        result, key = new[name], TASKS[new[name].task].primary
        # the metric that ranks: one number a cell; an older commit may have ranked by another
        moved = result.metrics[key] - old[name]["metrics"].get(key, float("inf"))
        moves.setdefault(result.task, {})[name.partition("/")[2].removesuffix(".json")] = moved
    equal = sum(abs(moved) <= RESCORED for cells in moves.values() for moved in cells.values())
    alone = [
        f"{count} {words}"
        for count, words in ((len(new) - len(shared), "are new here"), (len(old) - len(shared), "are gone"))
        if count
    ]
    others = f" Besides, {' and '.join(alone)}." if alone else ""
    if equal == len(shared):
        return f"Reproduced: all {equal} scores equal the committed ones.{others}"
    tasks = [task for task in TASKS if task in moves]
    units: dict[str, str] = {}  # the first task of each
    for task in tasks:
        units.setdefault(metric(TASKS[task].primary).unit, task)
    allowed = " and ".join(_amount(task, CELL[unit]) for unit, task in units.items())
    beyond = [
        f"{task}/{cell}"
        for task in tasks
        for cell, moved in moves[task].items()
        if abs(moved) > CELL[metric(TASKS[task].primary).unit]
    ]
    if beyond:
        more = f" and {len(beyond) - NAMED} more" if len(beyond) > NAMED else ""
        verdict = (
            f"NOT reproduced: {', '.join(beyond[:NAMED])}{more} moved by more than the {allowed} that another kind of "
            "processor moves a cell. Look for other parameters, code or data: `git status`, `git diff params.yaml`."
        )
    else:
        verdict = (
            f"Reproduced, but not to the digit: every cell lies within the {allowed} that another kind of processor "
            "may move it, because sums round differently (benchmark/pipeline/tolerances.py has what was measured)."
        )
    cells = ", ".join(_largest(task, moves[task]) for task in tasks)
    rows = ", ".join(_largest(task, _rows(moves[task])) for task in tasks)
    return (
        f"{verdict}\n{equal} of {len(shared)} scores equal the committed ones.{others}\n"
        f"Largest change of a cell: {cells}. Of a row's mean: {rows}.\n"
        f"What `git status` shows are this machine's numbers; `{BACK}` brings back the committed ones."
    )


def _rows(cells: dict[str, float]) -> dict[str, float]:
    """Mean change of each row, from those of its cells, which are named ``mlp/single-0``."""
    grouped: dict[str, list[float]] = {}
    for cell, moved in cells.items():
        grouped.setdefault(cell.rpartition("-")[0], []).append(moved)
    return {row: fmean(values) for row, values in grouped.items()}


def _largest(task: str, moves: dict[str, float]) -> str:
    name = max(moves, key=lambda each: abs(moves[each]))
    return f"{task} {_amount(task, abs(moves[name]))} ({name})"


def _amount(task: str, value: float) -> str:
    key = TASKS[task].primary
    return f"{number(key, value)} {difference_unit(key)}"
