"""The boards as leaderboard.json holds them, read and checked: a file that was edited by hand is named with its key."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from benchmark.board.rows import BoardTable
from benchmark.pipeline.schema import (
    DataRecord,
    Origin,
    Record,
    RecordedInputs,
    RecordedSplit,
    TaskName,
    parse,
    read_json,
)
from deepgrasp.errors import InputError
from deepgrasp.tasks import TASKS

FILE = "leaderboard.json"
VERSION = 4  # of this file alone: raised when a field changes its meaning

NotNegative = Annotated[float, Field(ge=0)]
Whole = Annotated[int, Field(ge=0)]


class _Spread(Record):
    mean: float
    sd: float | None
    values: Annotated[list[float], Field(min_length=1)]


class _Estimate(Record):
    mean: float
    low: float | None
    high: float | None
    by_subject: dict[str, float]

    @model_validator(mode="after")
    def _both_ends(self) -> "_Estimate":
        if (self.low is None) != (self.high is None):
            raise ValueError("an interval has two ends or none")
        return self


class _Difference(Record):
    mean: float
    low: float
    high: float
    p: float | None
    p_holm: Annotated[float, Field(ge=0, le=1)]
    subjects: Whole


class _Row(Record):
    model: Annotated[str, Field(min_length=1)]
    training: Literal["single", "joint", "none"]
    oracle: bool
    origin: Origin
    sees: str | None
    replicates: list[Whole]
    test_sequences: list[Whole]
    metrics: dict[str, _Spread]
    estimate: _Estimate
    complete: bool
    tied_with_best: bool | None
    difference_to_best: _Difference | None
    validation: _Spread
    parameters: Whole
    multiply_adds: Whole
    ms_per_sample: NotNegative
    latency_p50_ms: NotNegative | None
    latency_p99_ms: NotNegative | None
    seconds: NotNegative


class _Board(Record):
    data: DataRecord
    split: RecordedSplit
    inputs: RecordedInputs
    replicates: Annotated[list[Whole], Field(min_length=1)]
    subjects: list[str]
    held_out: str
    level: Annotated[float, Field(gt=0, lt=1)]
    method: dict[TaskName, str]
    tasks: Annotated[dict[TaskName, Annotated[list[_Row], Field(min_length=1)]], Field(min_length=1)]

    @model_validator(mode="after")
    def _columns(self) -> "_Board":
        for task, rows in self.tasks.items():
            # the first row says which columns a table has
            asked = {TASKS[task].primary, *TASKS[task].columns(rows[0].metrics)}
            for row in rows:
                if lost := sorted(asked - row.metrics.keys()):
                    raise ValueError(f"tasks.{task}: {row.model} lacks {', '.join(lost)}")
        return self


class _Leaderboard(Record):
    schema_version: Annotated[int, Field(ge=VERSION, le=VERSION)]
    boards: Annotated[list[_Board], Field(min_length=1)]


def load_boards(folder: Path) -> list[BoardTable]:
    """The boards as they were written to ``leaderboard/leaderboard.json``, that of the cells trained here first.

    Raises:
        InputError: there is none, one of another version, or one that was edited by hand.
    """
    file = folder / FILE
    # a pipe would be waited for, and a device read, for ever
    if not file.is_file():
        raise InputError(file, "is no leaderboard", "run `dvc repro`")
    try:
        text = file.read_bytes()
        found = read_json(text, file)
    except OSError as error:
        raise InputError(file, "is no leaderboard", "run `dvc repro`") from error
    except InputError as error:
        raise InputError(file, f"is no leaderboard: {error.problem}", "run `dvc repro`") from None
    if not isinstance(found, dict) or found.get("schema_version") != VERSION:
        raise InputError(file, f"is no leaderboard of version {VERSION}", "run `dvc repro`")
    parse(_Leaderboard, text, file)
    # as plain data: what shows it asks for keys
    return list(found["boards"])
