"""Learning curves over the number of recordings as a study keeps them for the page, and the board that they are of."""

from pathlib import Path
from statistics import fmean
from typing import Annotated, Any

from pydantic import Field, model_validator

from benchmark.board.colours import look
from benchmark.board.rows import TOGETHER
from benchmark.pipeline.schema import (
    LIMITS,
    SLACK,
    DataRecord,
    Number,
    Record,
    RecordedInputs,
    RecordedSplit,
    TaskName,
    parse,
)
from deepgrasp.errors import InputError
from deepgrasp.files import check_is_file
from deepgrasp.tasks import ALL_TASKS, ONE_TASK, TASKS, metric

LEARNING_FILE = "learning.json"
_VERSION = 1  # of this file alone: raised when a field changes its meaning
_REMEDY = "delete it, or make it again with `python -m benchmark learning ... --keep`"

Whole = Annotated[int, Field(ge=0)]


class CurvePoint(Record):
    """The metric that ranks, of one row trained on so many recordings of each fold: a value a replicate."""

    task: TaskName
    row: Annotated[str, Field(min_length=1, max_length=110)]  # a model, and "+joint"
    recordings: Annotated[int, Field(ge=1, le=10**9)]
    values: Annotated[list[Number], Field(min_length=1)]

    @model_validator(mode="after")
    def _possible(self) -> "CurvePoint":
        low, high = LIMITS[metric(TASKS[self.task].primary).unit]
        # an accuracy of 40 would be per cent, and press all others flat
        if not all(low - SLACK <= value <= high + SLACK for value in self.values):
            raise ValueError(f"values of {self.task} must lie between {low:g} and {high:g}")
        return self


class Curves(Record):
    """All points of a study, and what they share; ``extra`` are the parameters it was given besides (``-S``)."""

    schema_version: Annotated[int, Field(ge=_VERSION, le=_VERSION)] = _VERSION
    data: DataRecord
    split: RecordedSplit
    inputs: RecordedInputs
    replicates: Annotated[list[Whole], Field(min_length=1)]
    extra: list[str]
    points: Annotated[list[CurvePoint], Field(min_length=1)]

    @model_validator(mode="after")
    def _aligned(self) -> "Curves":
        seen = set()
        for point in self.points:
            name = f"{point.task}, {point.row} of {point.recordings}"
            if len(point.values) != len(self.replicates):
                raise ValueError(f"{name}: has {len(point.values)} values for {len(self.replicates)} replicates")
            if name in seen:
                raise ValueError(f"{name}: is there twice")
            seen.add(name)
        return self


def load_curves(folder: Path) -> Curves | None:
    """The curves in ``folder``; ``None`` if nobody kept any there.

    Raises:
        InputError: no such record, or one that was edited by hand.
    """
    file = folder / LEARNING_FILE
    check_is_file(file)
    if not file.exists():
        return None
    try:
        return parse(Curves, file.read_bytes(), file, _REMEDY)  # no stage makes this file
    except OSError as error:
        raise InputError(file, f"cannot be read ({error})", _REMEDY) from None


def curves_on_page(curves: Curves, board: dict[str, Any]) -> dict[str, Any] | None:
    """What a board of the page shows of the curves; ``None``: they are of other data, another split or other inputs.

    Args:
        board: as :func:`benchmark.board.page.model.boards` has it.

    Returns:
        Replicates, extra parameters, and for each task its rows but for oracles: label, kind and look as on the board,
        and points of recordings, mean and values.
    """
    ours = curves.data.kind, curves.data.hash, curves.split, curves.inputs
    # steps and sizes are no part of a board either: what the study changed of them stands beside the curves
    if ours != (board["kind"], board["hash"], board["split"], board["settings"]["inputs"]):
        return None
    known = {(task["name"], row["label"]): row for task in board["tasks"] for row in task["rows"]}
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for point in sorted(curves.points, key=lambda point: point.recordings):
        like = _like(known.get((point.task, point.row)), point.row)
        if like["kind"] == "oracle":  # it is told the answer: a line far off, which presses the others flat
            continue
        row = found.setdefault(point.task, {}).setdefault(point.row, like)
        row["points"].append([point.recordings, fmean(point.values), point.values])
    # in the board's order, the best first
    place = {name: k for k, name in enumerate(known)}
    tasks = {
        task: [rows[name] for name in sorted(rows, key=lambda name: (place.get((task, name), len(place)), name))]
        for task, rows in found.items()
    }
    return {"replicates": curves.replicates, "extra": curves.extra, "tasks": tasks}


def _like(row: dict[str, Any] | None, label: str) -> dict[str, Any]:
    """A row of the board without its scores; one that the board has not looks as it would there."""
    model, joint, _ = label.partition(TOGETHER)
    known = row or {"kind": ALL_TASKS if joint else ONE_TASK, "look": look(model)}
    return {"label": label, "kind": known["kind"], "look": known["look"], "opens": row is not None, "points": []}
