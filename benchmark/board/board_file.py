"""The boards as leaderboard.json holds them, read and checked: a file that was edited by hand is named with its key."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from benchmark.board.rows import BoardTable
from benchmark.pipeline.schema import (
    DataRecord,
    Number,
    Origin,
    Record,
    RecordedInputs,
    RecordedSplit,
    TaskName,
    checked_json,
    parse,
)
from deepgrasp.errors import InputError
from deepgrasp.tasks import TASKS, Training

BOARD_FILE = "leaderboard.json"
BOARD_VERSION = 5  # of this file alone: raised when a field changes its meaning

NotNegative = Annotated[float, Field(ge=0)]
Whole = Annotated[int, Field(ge=0)]


class _Replicates(Record):
    mean: float
    values: Annotated[list[float], Field(min_length=1)]


class _Estimate(Record):
    mean: Number
    low: float | None
    high: float | None
    by_block: Annotated[dict[str, Number], Field(min_length=1)]
    by_subject: dict[str, float]

    @model_validator(mode="after")
    def _both_ends(self) -> "_Estimate":
        if (self.low is None) != (self.high is None):
            raise ValueError("an interval has two ends or none")
        return self


class _Scale(Record):
    zero: float | None
    one: float
    oracle: str | None


class _Components(Record):
    recordings: NotNegative
    people: NotNegative
    trainings: NotNegative
    recordings_a_person: NotNegative
    people_a_training: NotNegative


class _Resolution(Record):
    blocks: Whole
    difference: NotNegative | None
    components: _Components | None


class _Row(Record):
    model: Annotated[str, Field(min_length=1)]
    training: Training
    oracle: bool
    origin: Origin
    sees: str | None
    outside: str | None = None
    replicates: list[Whole]
    test_sequences: list[Whole]
    metrics: dict[str, _Replicates]
    estimate: _Estimate
    complete: bool
    may_be_best: bool | None
    p_best: Annotated[float, Field(ge=0, le=1)] | None
    ranks: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=2, max_length=2)] | None
    skill: float | None
    validation: _Replicates
    parameters: Whole
    multiply_adds: Whole
    ms_per_sample: NotNegative
    latency_p50_ms: NotNegative | None
    latency_p99_ms: NotNegative | None
    seconds: NotNegative


class _Board(Record):
    release: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")] | None = None  # boards of earlier code do not say it
    data: DataRecord
    split: RecordedSplit
    inputs: RecordedInputs
    replicates: Annotated[list[Whole], Field(min_length=1)]
    subjects: list[str]
    level: Annotated[float, Field(gt=0, lt=1)]
    method: dict[TaskName, str]
    scale: dict[TaskName, _Scale]
    resolution: dict[TaskName, _Resolution]
    tasks: Annotated[dict[TaskName, Annotated[list[_Row], Field(min_length=1)]], Field(min_length=1)]

    @model_validator(mode="after")
    def _columns(self) -> "_Board":
        for task, rows in self.tasks.items():
            if task not in self.scale or task not in self.resolution:
                raise ValueError(f"tasks.{task}: has no scale or no resolution")
            # rows that are compared have the same blocks
            if len({tuple(sorted(row.estimate.by_block)) for row in rows if row.complete and not row.oracle}) > 1:
                raise ValueError(f"tasks.{task}: ranked rows differ in blocks")
            # the first row says which columns a table has
            asked = {TASKS[task].primary, *TASKS[task].columns(rows[0].metrics)}
            for row in rows:
                if lost := sorted(asked - row.metrics.keys()):
                    raise ValueError(f"tasks.{task}: {row.model} lacks {', '.join(lost)}")
        return self


class _Leaderboard(Record):
    schema_version: Annotated[int, Field(ge=BOARD_VERSION, le=BOARD_VERSION)]
    boards: Annotated[list[_Board], Field(min_length=1)]


def load_boards(folder: Path) -> list[BoardTable]:
    """The boards as they were written to ``leaderboard/leaderboard.json``, that of the cells trained here first.

    Raises:
        InputError: there is none, one of another version, or one that was edited by hand.
    """
    file = folder / BOARD_FILE
    # a pipe would be waited for, and a device read, for ever
    if not file.is_file():
        raise InputError(file, "is no leaderboard", "run `dvc repro`")
    try:
        text = file.read_bytes()
        found = checked_json(text, file)
    except OSError as error:
        raise InputError(file, "is no leaderboard", "run `dvc repro`") from error
    except InputError as error:
        raise InputError(file, f"is no leaderboard: {error.problem}", "run `dvc repro`") from None
    if not isinstance(found, dict) or found.get("schema_version") != BOARD_VERSION:
        raise InputError(file, f"is no leaderboard of version {BOARD_VERSION}", "run `dvc repro`")
    parse(_Leaderboard, text, file)
    # as plain data: what shows it asks for keys
    return list(found["boards"])
