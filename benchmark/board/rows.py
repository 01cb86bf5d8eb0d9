"""The board as plain data, made from results: rows by task with spread, interval, and who is tied with the best."""

from collections.abc import Callable, Sequence
from statistics import fmean, stdev
from typing import Any, get_args

from benchmark.board.statistics import (
    LEVEL,
    Interval,
    Scores,
    corrected_pairs,
    difference,
    interval,
    p_value,
    subject_means,
)
from benchmark.pipeline.schema import Origin, Result, home
from deepgrasp.tasks import TASKS, metric

BoardRow = dict[str, Any]
"""One row of a task on the board, as plain data: what the JSON file holds."""
BoardTable = dict[str, Any]
"""The whole board as plain data."""
HELD_OUT: dict[str, Callable[[int], str]] = {
    "subject": lambda subjects: f"{subjects} of 10 subjects tested",
    "object": lambda _: "6 unseen objects tested",
    "random": lambda _: "every person also trained on",
    "leave-one-out": lambda subjects: f"{subjects} of 10 subjects tested",
}
"""By split: what is held out, in words, from the number of subjects tested."""


def board(results: Sequence[Result]) -> BoardTable:
    """The whole board: what it covers, and for each task its rows, the best first and oracles last."""
    # a submission may have seen less than the board offers, a cell of the grid saw what it offers
    run = home(results, lambda result: result.run.origin).run
    subjects = sorted(
        {name for result in results for name in result.per_sequence.subjects}, key=lambda name: (len(name), name)
    )  # s2 before s10
    tasks = [task for task in TASKS if any(result.task == task for result in results)]
    return {
        "data": run.data.model_dump(),
        "split": run.split,
        "inputs": run.inputs,
        "replicates": sorted({result.run.replicate for result in results}),
        "subjects": subjects,
        "held_out": HELD_OUT[run.split](len(subjects)),
        "level": LEVEL,
        "method": {task: method(task) for task in tasks},
        "tasks": {task: _ranking(task, results, run.inputs["modalities"]) for task in tasks},
    }


def method(task: str) -> str:
    """A sentence or more for the reader: how the task's interval and comparisons are computed."""
    shown = metric(TASKS[task].primary)
    return (
        f"The {100 * LEVEL:.0f} % interval is that of the mean {shown.label} over people: the test sequences of all "
        "replicates are pooled, each tested subject counts as one mean over its sequences, and Student's t has one "
        "degree of freedom fewer than subjects (CV3 standard error). Rows are ordered by that mean. Two rows are "
        "compared on the sequences that both predict, subject by subject, with Holm's correction over all pairs of the "
        f"task's rows; those that do not differ from the best at {100 * (1 - LEVEL):.0f} % are tied with it. "
        "Oracles are told what no input holds, and are not ranked; nor are rows that were not tested on everything."
    )


def _ranking(task: str, results: Sequence[Result], offered: str) -> list[BoardRow]:
    """The rows of a task in the order of the board, each compared with the first one, which is the best."""
    cells: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        if result.task == task:
            cells.setdefault((result.run.model, training_of(result)), []).append(result)
    found = [(_row(task, model, training, cell, offered), _scores(cell)) for (model, training), cell in cells.items()]
    # the union over rows: one that lacks a fold must not set what all others are asked
    # to be ranked a row must have been tested on all that the rows trained here were tested on: one that met two of six
    # people is neither better nor worse than one that met all, whatever their means
    asked = [pair for pair in found if pair[0]["origin"] == "trained"] or found
    whole = {key for _, scores in asked for key in scores}
    for row, scores in found:
        row["complete"] = scores.keys() == whole
    sign = -1 if TASKS[task].higher_is_better else 1

    def place(pair: tuple[BoardRow, Scores]) -> tuple[bool, bool, float, str, str]:
        """Ranked rows first, then those that were tested on less, oracles last; the best mean first, then by name."""
        row = pair[0]
        return row["oracle"], not row["complete"], sign * row["estimate"]["mean"], row["model"], row["training"]

    found.sort(key=place)
    ranked = [pair for pair in found if is_ranked(pair[0])]
    corrected = corrected_pairs([scores for _, scores in ranked])
    for k, (row, scores) in enumerate(ranked):
        if k == 0:
            row["tied_with_best"] = True
        elif (p := corrected.get((0, k))) is not None:  # without people in common nothing can be said: stays None
            row["tied_with_best"] = p >= 1 - LEVEL
            means = list(difference(scores, ranked[0][1]).values())  # this row minus the best, a value a subject
            among = interval(means) or Interval(means[0], means[0], means[0])
            told = among._asdict() | {"p": p_value(means), "p_holm": p}
            row["difference_to_best"] = {key: _rounded(value) for key, value in told.items()} | {"subjects": len(means)}
    return [row for row, _ in found]


def is_ranked(row: BoardRow) -> bool:
    """Whether a row competes: no oracle, and tested on everything."""
    return not row["oracle"] and bool(row["complete"])


def training_of(result: Result) -> str:
    """``single``, ``joint`` or ``none``: trained on the task alone, on all tasks, or not at all."""
    return {"joint": "joint", "none": "none"}.get(result.run.trained_on, "single")


def _row(task: str, model: str, training: str, cell: list[Result], offered: str) -> BoardRow:
    # values stand by replicate, in whatever order the files were read
    cell = sorted(cell, key=lambda result: result.run.replicate)
    means = subject_means(_scores(cell))
    among = interval(list(means.values()))  # None for a single subject
    # an interval of t is symmetric and may reach where no score can lie: it is cut there
    highest = 1.0 if metric(TASKS[task].primary).unit == "fraction" else float("inf")
    low, high = (None, None) if among is None else (max(0.0, among.low), min(highest, among.high))
    return {
        "model": model,
        "training": training,
        "oracle": any(result.run.oracle for result in cell),
        # of several origins the weakest: one self-reported replicate makes the row self-reported
        "origin": min((result.run.origin for result in cell), key=get_args(Origin)[::-1].index),
        # what it saw, where that is less than the board offers: a submission of poses alone
        "sees": " or ".join(sorted({result.run.inputs["modalities"] for result in cell} - {offered})) or None,
        "replicates": [result.run.replicate for result in cell],
        "test_sequences": [result.test_sequences for result in cell],
        "metrics": {key: spread([result.metrics[key] for result in cell]) for key in cell[0].metrics},
        "estimate": {
            "mean": _rounded(fmean(means.values())),
            "low": _rounded(low),
            "high": _rounded(high),
            "by_subject": {subject: _rounded(value) for subject, value in means.items()},
        },
        "complete": None,
        "tied_with_best": None,
        "difference_to_best": None,
        "validation": spread([result.run.validation[result.task] for result in cell]),
        # the largest, should replicates differ in size
        "parameters": max(result.run.cost.parameters for result in cell),
        "multiply_adds": max(result.run.cost.multiply_adds for result in cell),
        "ms_per_sample": fmean(result.run.cost.ms_per_sample for result in cell),
        "latency_p50_ms": _mean([result.run.cost.latency_p50_ms for result in cell]),
        "latency_p99_ms": _mean([result.run.cost.latency_p99_ms for result in cell]),
        "seconds": fmean(result.run.cost.seconds for result in cell),
    }


def _mean(values: list[float | None]) -> float | None:
    """The mean of a cost over replicates; ``None`` if one of them did not measure it."""
    # a mean over some of the replicates would be compared with others' means over all
    known = [value for value in values if value is not None]
    return fmean(known) if len(known) == len(values) else None


def spread(values: list[float]) -> dict[str, Any]:
    """Mean and sample standard deviation (``None`` for a single value) with the values themselves."""
    return {"mean": fmean(values), "sd": stdev(values) if len(values) > 1 else None, "values": values}


def _scores(cell: Sequence[Result]) -> Scores:
    """The primary metric of every test sequence of a row, all replicates pooled."""
    # by replicate too: with overlapping folds a sequence may be tested more than once
    return {
        (subject, result.run.replicate, name): value
        for result in cell
        for name, subject, value in result.per_sequence.rows()
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 9)  # what libraries compute differs in the last digits
