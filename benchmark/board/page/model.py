"""Data of the board's page: boards, their tasks, and for each row its scores, costs, curves and origin."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmark.board.board_file import BOARD_VERSION
from benchmark.board.colours import look
from benchmark.board.markdown import (
    bounds,
    chance,
    facts,
    inputs_shown,
    label,
    number,
    ranked,
    ranks_text,
    shown_scale,
    skill,
    whom_tested,
)
from benchmark.board.page.about import descriptions
from benchmark.board.row_pairs import compared_rows
from benchmark.board.rows import BoardRow, BoardTable
from benchmark.pipeline.schema import Cost, Result
from deepgrasp.data_source import data_source
from deepgrasp.tasks import NO_TASK, TASKS, metric

Shown = dict[str, Any]  # what the page reads, as JSON

_DIGITS = 5  # significant ones: more than any drawing shows
OF_RESULTS = ("confusion", "curves", "hyperparameters", "recipe", "origins")
"""What a row of the page has of its results; all else is from the board's table."""


def boards(found: Sequence[tuple[BoardTable, Sequence[Result]]]) -> list[Shown]:
    """Data of the page: a board for each table and its results; boards never mix, so the page lists them."""
    return [
        {
            **terms(table),
            "tasks": [_task(task, table, rows, results) for task, rows in ranked(table)],
            "about": descriptions({row["model"] for _, rows in ranked(table) for row in rows}),
        }
        for table, results in found
    ]


def renewed(board: Shown, table: BoardTable) -> Shown:
    """A board of a page with all that its table says, taken from the table; of the page, what only results say.

    Raises:
        KeyError: the page lacks a task or a row of the table.
        TypeError: it has not the form of a board.
    """
    shown = {task["name"]: task for task in board["tasks"]}
    tasks = []
    for task, rows in ranked(table):
        by_label = {row["label"]: row for row in shown[task]["rows"]}
        both = [(by_label[label(row)], row) for row in rows]
        made = [{key: old[key] for key in OF_RESULTS} | row_numbers(task, row) for old, row in both]
        tasks.append({"classes": shown[task]["classes"], **task_terms(table, task, rows), "rows": made})
    return {**terms(table), "tasks": tasks, "about": board["about"]}


def terms(table: BoardTable) -> Shown:
    """What all rows of a board share: data, split, inputs, people."""
    return {
        "version": BOARD_VERSION,  # of this file's form; that of the benchmark is its release
        "release": table.get("release"),
        "kind": table["data"]["kind"],
        "data": data_source(table["data"]).name,
        "hash": table["data"]["hash"],
        "split": table["split"],
        "inputs": inputs_shown(table["inputs"]),
        "held_out": whom_tested(table),
        "replicates": table["replicates"],
        "people": len(table["subjects"]),
        "level": table["level"],
        "settings": {"prepare": table["data"]["prepare"], "inputs": table["inputs"]},
    }


def task_terms(table: BoardTable, task: str, rows: Sequence[BoardRow]) -> Shown:
    """What a board says of a task as a whole: its metrics, how far rows are apart, and what it can tell apart."""
    columns = []
    for key in TASKS[task].columns(rows[0]["metrics"]):
        shown, (factor, digits) = metric(key), shown_scale(key)
        unit = {"fraction": "%", "deg": "°"}.get(shown.unit, shown.unit)
        drawn = {"unit": unit, "scale": factor, "digits": digits, "up": shown.higher_is_better}
        columns.append({"key": key, "label": shown.label} | drawn)
    return {
        "name": task,
        "predicts": TASKS[task].predicts,
        "method": table["method"][task],
        "facts": facts(table, task),
        "columns": columns,
        "pairs": _pairs(rows),
    }


def _task(task: str, table: BoardTable, rows: Sequence[BoardRow], results: Sequence[Result]) -> Shown:
    cells: dict[tuple[str, str], list[Result]] = {}  # the results that a row stands for, by replicate
    for result in sorted(results, key=lambda result: result.run.replicate):
        if result.task == task:
            cells.setdefault((result.run.model, result.run.training), []).append(result)
    return {
        **task_terms(table, task, rows),
        "classes": next(result.classes for result in results if result.task == task),
        "rows": [_row(task, row, cells[row["model"], row["training"]]) for row in rows],
    }


def _pairs(rows: Sequence[BoardRow]) -> Shown | None:
    """Names of the ranked rows, and for each of them its difference to those before it, with half of its interval."""
    if (found := compared_rows(rows)) is None:
        return None
    ranked_rows, pairs = found
    apart = [
        [[_short(float(each[k, other])) for each in (pairs.differences, pairs.halves)] for other in range(k)]
        for k in range(len(ranked_rows))
    ]
    return {"names": [label(row) for row in ranked_rows], "apart": apart}


def _row(task: str, row: BoardRow, cell: Sequence[Result]) -> Shown:
    return {
        **row_numbers(task, row),
        "confusion": _confusion(cell),
        "curves": [
            {
                "replicate": result.run.replicate,
                "steps": [point.step for point in result.run.history],
                "skill": [round(point.skill, 4) for point in result.run.history],
                "loss": [_short(point.train_loss) for point in result.run.history],
                "kept": result.run.kept,
            }
            for result in cell
            if result.run.history  # a reference row has no curve
        ],
        # of the first replicate: all replicates of a row have the same
        "hyperparameters": cell[0].run.hyperparameters,
        "recipe": cell[0].run.recipe,
        "origins": _origins(cell),
    }


def row_numbers(task: str, row: BoardRow) -> Shown:
    """What the page says of a row that stands in the board's table: scores, ranks, costs."""
    primary = TASKS[task].primary
    metrics = {key: value["mean"] for key, value in row["metrics"].items()} | {primary: row["estimate"]["mean"]}
    # in words: the page has room for them, and signs would need a legend
    again = "from outside, trained here to the same scores"
    weakly = f"{again}, but in a process from which the test labels were within reach"
    remarks = {"trained": [], "verified": [again], "weakly verified": [weakly]}.get(row["origin"], [row["origin"]])
    if row.get("outside"):
        remarks += [f"trained here by code from outside of the repository: {row['outside']}"]
    if not row["complete"]:
        remarks += [f"tested on {len(row['estimate']['by_subject'])} people, not on everything: not ranked"]
    if row["sees"]:
        remarks += [f"sees {row['sees']} alone"]
    return {
        "model": row["model"],
        "label": label(row),
        "look": list(look(row["model"])),  # as JSON has it, with which it is compared
        "kind": "oracle" if row["oracle"] else {NO_TASK: "simple"}.get(row["training"], row["training"]),
        "remarks": remarks,
        "best": row["may_be_best"],
        "chance": [_short(row["p_best"]), chance(row)],
        "ranks": [row["ranks"] and row["ranks"][0], ranks_text(row)],
        "skill": [_short(row["skill"]), skill(row)],
        "mean": _short(row["estimate"]["mean"]),
        "low": _short(row["estimate"]["low"]),
        "high": _short(row["estimate"]["high"]),
        "people": {name: _short(value) for name, value in row["estimate"]["by_subject"].items()},
        # a number to sort and to draw by, and the text as it stands in Markdown: rounded twice, they would differ
        "bounds": bounds(primary, row["estimate"]),
        "metrics": {key: [_short(value), number(key, value)] for key, value in metrics.items()},
        "validation": [_short(row["validation"]["mean"]), number(primary, row["validation"]["mean"])],
        # all fields of the record of costs, so that the page forgets none
        "cost": {key: _short(row[key]) for key in Cost.model_fields}
        # no answer takes no time: a zero is what nobody measured
        | {"ms_per_sample": _short(row["ms_per_sample"]) or None},
        "sequences": sum(row["test_sequences"]),
    }


def _confusion(cell: Sequence[Result]) -> list[list[int]] | None:
    """Test sequences of all replicates by (true class, predicted class, count); what is not there is zero."""
    counted = [result.confusion for result in cell if result.confusion is not None]
    if not counted:
        return None
    # [replicates, true, predicted] -> [true, predicted]
    counts = np.sum(np.array(counted), axis=0)
    return [[int(true), int(said), int(counts[true, said])] for true, said in np.argwhere(counts)]


def _origins(cell: Sequence[Result]) -> list[Shown]:
    """Provenance of the replicates, one entry for all that have the same: most boards come from one commit."""
    found: list[Shown] = []
    for result in cell:
        # compared whole: provenance is a nested dict, which cannot be a key
        same = [origin for origin in found if origin["from"] == result.run.provenance]
        if same:
            same[0]["replicates"].append(result.run.replicate)
        else:
            found.append({"replicates": [result.run.replicate], "from": result.run.provenance})
    return found


def _short(value: float | None) -> float | None:
    """A number short enough for a page; whole numbers stay whole."""
    return value if value is None or isinstance(value, int) else float(f"{value:.{_DIGITS}g}")
