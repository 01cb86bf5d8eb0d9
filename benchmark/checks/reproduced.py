"""Reproduced or not, in words: the scores here beside those of the commit, for the end of ``make repro``."""

from collections.abc import Iterable
from statistics import fmean

from benchmark.board.markdown import difference_unit, number
from benchmark.checks.regression import Raw, differing, result_name
from benchmark.pipeline.schema import Result
from benchmark.pipeline.tolerances import RESCORED, allowed
from deepgrasp.errors import listed
from deepgrasp.tasks import TASKS

_BACK = "git checkout -- results leaderboard README.md dvc.lock && git clean -fdq results && dvc checkout"
_NAMED = 3  # cells that are named where they moved further than a processor moves them


def reproduced(before: Iterable[Raw], after: Iterable[Result]) -> str:
    """How many scores equal the committed ones, how far the others moved, and whether another processor explains it."""
    old = {result_name(raw): raw for raw in before}
    new = {result.name: result for result in after}
    shared = sorted(old.keys() & new.keys())
    if not shared:
        return "Nothing to compare with: the commit has no results of these cells."
    rounded = all(_only_rounded(old[name], new[name].model_dump(mode="json")) for name in shared)
    ours = new[shared[0]].model_dump(mode="json")
    # of data that are only rounded otherwise, another hash is no other data
    theirs = {**old[shared[0]], "run": old[shared[0]]["run"] | ({"data": ours["run"]["data"]} if rounded else {})}
    if other := differing(theirs, ours):
        return f"Nothing to compare with: the committed scores are of other {other}."
    data = "The same recordings, prepared alike, have another hash here: their numbers are rounded otherwise.\n"
    data *= rounded  # an empty text where they are the same
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
        return f"{data}Reproduced: all {equal} scores equal the committed ones.{others}"
    tasks = [task for task in TASKS if task in moves]
    limits = {task: allowed(TASKS[task].primary) for task in tasks}
    amounts: dict[str, list[str]] = {}
    for task in tasks:
        amounts.setdefault(_amount(task, limits[task]), []).append(task)
    within = " and ".join(f"{amount} ({', '.join(named)})" for amount, named in amounts.items())
    beyond = [f"{task}/{cell}" for task in tasks for cell, moved in moves[task].items() if abs(moved) > limits[task]]
    if beyond:
        verdict = (
            f"NOT reproduced: {listed(beyond, _NAMED)} moved by more than the {within} that another kind of "
            "processor moves a cell. Look for other parameters, code or data: `git status`, `git diff params.yaml`."
        )
    else:
        verdict = (
            f"Reproduced, but not to the digit: every cell lies within the {within} that another kind of processor "
            "may move it, because sums round differently (benchmark/pipeline/tolerances.py has what was measured)."
        )
    cells = ", ".join(_largest(task, moves[task]) for task in tasks)
    rows = ", ".join(_largest(task, _rows(moves[task])) for task in tasks)
    return (
        f"{data}{verdict}\n{equal} of {len(shared)} scores equal the committed ones.{others}\n"
        f"Largest change of a cell: {cells}. Of a row's mean: {rows}.\n"
        f"What `git status` shows are this machine's numbers; `{_BACK}` brings back the committed ones."
    )


def _only_rounded(before: Raw, after: Raw) -> bool:
    """Whether the data differ in nothing that a result says of them but their hash."""
    ours, theirs = after["run"]["data"], before["run"]["data"]
    ids = [each.get("per_sequence", {}).get("ids") for each in (before, after)]
    alike = all(theirs.get(key) == ours[key] for key in ("kind", "prepare"))
    return theirs["hash"] != ours["hash"] and alike and ids[0] == ids[1]


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
