"""The board as plain data, made from results: rows by task with interval, skill, and which of them may be the best."""

from collections.abc import Sequence
from statistics import fmean
from typing import Any, get_args

import numpy as np

from benchmark.board.chances import chances
from benchmark.board.comparisons import Floats, compare, may_be_best, resolved
from benchmark.board.results import home
from benchmark.board.variance_components import components_of_chance
from benchmark.pipeline.schema import Origin, Result
from deepgrasp.data_source import is_plain
from deepgrasp.intervals import LEVEL, Blocks, Scores, block_means, blocks, by_number, interval, subject_means
from deepgrasp.tasks import ALL_TASKS, NO_TASK, TASKS, metric
from deepgrasp.version import VERSION

BoardRow = dict[str, Any]
"""One row of a task on the board, as plain data: what the JSON file holds."""
BoardTable = dict[str, Any]
"""The whole board as plain data."""
TRIVIAL = "trivial"
"""The reference row whose skill is 0."""
TOGETHER = f"+{ALL_TASKS}"
"""What a row's name ends with that was trained on all tasks together."""


def board(results: Sequence[Result]) -> BoardTable:
    """The whole board: what it covers, and for each task its rows, the best first and oracles last."""
    # a submission may have seen less than the board offers, a cell of the grid saw what it offers
    run = home(results, lambda result: result.run.origin).run
    tasks = [task for task in TASKS if any(result.task == task for result in results)]
    ranked = {task: _ranking(task, results, run.inputs["modalities"]) for task in tasks}
    return {
        "release": VERSION,
        "data": run.data.model_dump(),
        "split": run.split,
        "inputs": run.inputs,
        "replicates": sorted({result.run.replicate for result in results}),
        "subjects": sorted({name for result in results for name in result.per_sequence.subjects}, key=by_number),
        "level": LEVEL,
        "method": {task: method(task) for task in tasks},
        "scale": {task: _scale(task, rows) for task, (rows, _) in ranked.items()},
        "resolution": {task: resolution for task, (_, resolution) in ranked.items()},
        "tasks": {task: rows for task, (rows, _) in ranked.items()},
    }


def method(task: str) -> str:
    """A sentence or more for the reader: how the task's interval and comparisons are computed."""
    shown, level = metric(TASKS[task].primary), f"{100 * LEVEL:.0f} %"
    return (
        f"The mean {shown.label} is over blocks: a block is a training with the people that it is tested on, and has "
        "the mean over its people, each person counted once. (Seeds on one fold share a block; where every training "
        f"tests all people, the people are the blocks.) The {level} interval is of that mean, by Student's t over "
        f"blocks. The rows in bold are a {level} confidence set for the best row (Hsu's multiple comparisons with the "
        "best): a row leaves it if another one beats it by more than chance would, and the truly best row stays in "
        f"{level} of boards. P(best) is how likely a row is the truly best one, and ranks are those between which it "
        f"lies with {level}, from the same differences over blocks. Skill is how much of the way from the trivial "
        "answer (0) to the ceiling (1) a row has gone. Oracles are given facts that no encoder sees. "
        "They are not ranked, and neither are rows that were not tested on everything."
    )


def _ranking(task: str, results: Sequence[Result], offered: str) -> tuple[list[BoardRow], dict[str, Any]]:
    """The rows of a task in the order of the board, the best first, and what their comparison can tell apart."""
    cells: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        if result.task == task:
            cells.setdefault((result.run.model, result.run.training), []).append(result)
    pooled = {name: _scores(cell) for name, cell in cells.items()}
    of = blocks(sorted({key for scores in pooled.values() for key in scores}, key=lambda key: (key[1], key)))
    found = [(_row(task, *name, cell, offered, of), pooled[name]) for name, cell in cells.items()]
    # the union over rows: one that lacks a fold must not set what all others are asked
    # to be ranked a row must have been tested on all that the rows trained here were tested on: one that met two of six
    # people is neither better nor worse than one that met all, whatever their means
    asked = [pair for pair in found if pair[0]["origin"] == "trained"] or found
    whole = {key for _, scores in asked for key in scores}
    for row, scores in found:
        row["complete"] = scores.keys() == whole
    sign = 1 if TASKS[task].higher_is_better else -1

    def place(pair: tuple[BoardRow, Scores]) -> tuple[bool, bool, float, str, str]:
        """Ranked rows first, then those that were tested on less, oracles last; the best mean first, then by name."""
        row = pair[0]
        return row["oracle"], not row["complete"], -sign * row["estimate"]["mean"], row["model"], row["training"]

    found.sort(key=place)
    rows = [row for row, _ in found]
    ranked = [pair for pair in found if is_ranked(pair[0])]
    _compare([row for row, _ in ranked], sign)
    zero, one = (_scale(task, rows)[end] for end in ("zero", "one"))
    for row in rows:
        if zero is not None and zero != one:
            # + 0.0: no skill of "-0.00"
            row["skill"] = _rounded((row["estimate"]["mean"] - zero) / (one - zero) + 0.0)
    apart = components_of_chance([scores for _, scores in ranked], of) if ranked else None
    # Of two encoders, which is what the board is asked: the trivial row, far off, varies otherwise than they do.
    encoders = [row for row, _ in ranked if row["training"] != NO_TASK]
    means = block_matrix(encoders if len(encoders) > 1 else [row for row, _ in ranked])
    # one block: nothing is compared
    smallest = resolved(compare(means)) if means.shape[1] > 1 else None
    return rows, {
        "blocks": len(set(of.values())),
        "difference": _rounded(smallest),
        "components": apart and {key: _rounded(value) for key, value in apart._asdict().items()},
    }


def _compare(ranked: Sequence[BoardRow], sign: int) -> None:
    """Say of each ranked row whether it may be the best, how likely that is, and its ranks."""
    if ranked:
        ranked[0]["may_be_best"] = True
    means = sign * block_matrix(ranked)
    if means.shape[1] < 2:  # one training tells nothing of others: the rest stays None
        return
    for row, kept, chance in zip(ranked, may_be_best(means), chances(means), strict=True):
        row["may_be_best"] = bool(kept)
        row["p_best"], row["ranks"] = _rounded(chance.best), [chance.first, chance.last]


def block_matrix(rows: Sequence[BoardRow]) -> Floats:
    """Means ``[R, B]`` of rows over the blocks that all of them have, in the order of the blocks' names."""
    if not rows:
        return np.zeros((0, 0))
    shared = set.intersection(*(set(row["estimate"]["by_block"]) for row in rows))
    names = sorted(shared, key=by_number)
    return np.array([[row["estimate"]["by_block"][name] for name in names] for row in rows], dtype=np.float64)


def _scale(task: str, rows: Sequence[BoardRow]) -> dict[str, Any]:
    """What a skill of 0 and of 1 is: the trivial row's mean, and that of the best oracle or else perfection."""
    # tested on less, they would be the ends of another scale
    whole = [row for row in rows if row["complete"]]
    zero = next((row["estimate"]["mean"] for row in whole if row["model"] == TRIVIAL), None)
    oracles = [(row["estimate"]["mean"], row["model"]) for row in whole if row["oracle"]]
    up = TASKS[task].higher_is_better
    one, oracle = (max if up else min)(oracles) if oracles else (1.0 if up else 0.0, None)
    return {"zero": zero, "one": one, "oracle": oracle}


def is_ranked(row: BoardRow) -> bool:
    """Whether a row competes: no oracle, and tested on everything."""
    return not row["oracle"] and bool(row["complete"])


def row_name(model: str, training: str) -> str:
    """A row's name among those of its task: the model's, with ``+joint`` if it was trained on all tasks together."""
    return model + (TOGETHER if training == ALL_TASKS else "")


def _row(task: str, model: str, training: str, cell: list[Result], offered: str, of: Blocks) -> BoardRow:
    # values stand by replicate, in whatever order the files were read
    cell = sorted(cell, key=lambda result: result.run.replicate)
    scores = _scores(cell)
    means = block_means(scores, of)
    among = interval(list(means.values()))  # None for a single block
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
        "metrics": {key: over_replicates([result.metrics[key] for result in cell]) for key in cell[0].metrics},
        "estimate": {
            "mean": _rounded(fmean(means.values())),
            "low": _rounded(low),
            "high": _rounded(high),
            "by_block": {name: _rounded(value) for name, value in means.items()},
            "by_subject": {subject: _rounded(value) for subject, value in subject_means(scores).items()},
        },
        # what other rows decide is filled in when all are there
        "complete": None,
        "may_be_best": None,
        "p_best": None,
        "ranks": None,
        "skill": None,
        "validation": over_replicates([result.run.validation[result.task] for result in cell]),
        # the largest, should replicates differ in size
        "parameters": max(result.run.cost.parameters for result in cell),
        "multiply_adds": max(result.run.cost.multiply_adds for result in cell),
        "ms_per_sample": fmean(result.run.cost.ms_per_sample for result in cell),
        "latency_p50_ms": _mean([result.run.cost.latency_p50_ms for result in cell]),
        "latency_p99_ms": _mean([result.run.cost.latency_p99_ms for result in cell]),
        "seconds": fmean(result.run.cost.seconds for result in cell),
        **_outside(cell),
    }


def _outside(cell: Sequence[Result]) -> dict[str, str]:
    """Where a row's code is from, of an entrant from outside of the repository; nothing of any other row."""
    said = [result.run.provenance.get("entrant") for result in cell]
    # a result may have been edited by hand, and the page shows this
    found = {each["from"] for each in said if isinstance(each, dict) and is_plain(each.get("from"))}
    return {"outside": " or ".join(sorted(found))} if found else {}


def _mean(values: list[float | None]) -> float | None:
    """The mean of a cost over replicates; ``None`` if one of them did not measure it."""
    # a mean over some of the replicates would be compared with others' means over all
    known = [value for value in values if value is not None]
    return fmean(known) if len(known) == len(values) else None


def over_replicates(values: list[float]) -> dict[str, Any]:
    """Mean over replicates, and their values; no spread: replicates vary fold and seed together."""
    return {"mean": fmean(values), "values": values}


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
