"""What is written down: a run beside its predictions, a result per scored task, and their JSON."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from deepgrasp.choices import SplitName
from deepgrasp.errors import InputError
from deepgrasp.tasks import TASKS, metric

if TYPE_CHECKING:  # the board reads records and needs nothing of what reads a store
    from deepgrasp.store.store import Store

# raised when a field changes its meaning: older files are refused, not misread
SCHEMA = 3

Kind = Annotated[str, Field(pattern="^(synthetic|grab)$")]
TaskName = Annotated[str, Field(pattern=f"^({'|'.join(TASKS)})$")]
TrainedOn = Annotated[str, Field(pattern=f"^({'|'.join(TASKS)}|joint|none)$")]
Origin = Literal["trained", "verified", "self-reported"]  # the surest first


def _known(split: str) -> str:
    if split not in (known := get_args(SplitName)):
        raise ValueError(f"is none of {', '.join(known)}")
    return split


def _possible(validation: dict[str, float]) -> dict[str, float]:
    for task, value in validation.items():
        # an accuracy of 40 would be per cent, and first on every board
        highest = 1.0 if metric(TASKS[task].primary).unit == "fraction" else float("inf")
        if not 0 <= value <= highest:
            raise ValueError(f"{task} must lie between 0 and {highest:g}")
    return validation


RecordedSplit = Annotated[str, AfterValidator(_known)]
Validation = Annotated[dict[TaskName, float], AfterValidator(_possible)]


class Record(BaseModel):
    """No unknown fields, no change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class DataRecord(Record):
    """Which graph store: its kind keeps synthetic and real apart, its hash names the content."""

    kind: Kind
    hash: str
    prepare: dict[str, Any]

    @classmethod
    def of(cls, store: "Store") -> "DataRecord":
        """The record of a store: its kind, its hash, and how it was prepared."""
        return cls(kind=store.kind, hash=store.hash, prepare=dict(store.manifest["prepare"]))


class Epoch(Record):
    """One point of the learning curve; ``skill`` is what the best checkpoint is chosen by."""

    epoch: int
    train_loss: float
    skill: float


class Cost(Record):
    """What a run took; the bounds are far beyond any run, and keep a row from stretching the board's drawings.

    Latency is of one window alone on the CPU; ``None`` where there is no network, or nobody measured it.
    """

    parameters: Annotated[int, Field(ge=0, le=10**12)]
    multiply_adds: Annotated[int, Field(ge=0, le=10**15)]
    seconds: Annotated[float, Field(ge=0, le=1e9)]
    ms_per_sample: Annotated[float, Field(ge=0, le=1e9)]
    latency_p50_ms: Annotated[float, Field(ge=0, le=1e9)] | None = None
    latency_p99_ms: Annotated[float, Field(ge=0, le=1e9)] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "Cost":
        p50, p99 = self.latency_p50_ms, self.latency_p99_ms
        if (p50 is None) != (p99 is None) or (p50 is not None and p99 is not None and p50 > p99):
            raise ValueError("latency_p50_ms and latency_p99_ms must both be there, the first not above the second")
        return self


class Run(Record):
    """One trained cell: everything that its predictions do not say themselves.

    ``origin`` is who answers for the predictions: the referee, who trained the cell; an outsider alone; or an outsider
    whose code the referee trained to the same scores.
    ``oracle``: it was told what no input holds, so it shows what is possible and is not ranked.
    """

    schema_version: Annotated[int, Field(ge=SCHEMA, le=SCHEMA)] = SCHEMA
    data: DataRecord
    split: RecordedSplit
    inputs: dict[str, Any]
    trained_on: TrainedOn
    model: str
    replicate: int
    validation: Validation
    history: list[Epoch]
    cost: Cost
    # free, not a type: a later recipe has other keys, and old runs stay readable
    recipe: dict[str, Any]
    hyperparameters: dict[str, Any]
    provenance: dict[str, Any]
    origin: Origin = "trained"
    oracle: bool = False


class PerSequence(Record):
    """The primary metric of every test sequence, in the order of its fold, and whose sequence each is."""

    ids: list[str]
    subjects: list[str]
    values: list[float]

    @model_validator(mode="after")
    def _aligned(self) -> "PerSequence":
        if not len(self.ids) == len(self.subjects) == len(self.values):
            raise ValueError("ids, subjects and values differ in length")
        if len(set(self.ids)) < len(self.ids):
            raise ValueError("a sequence is there twice")
        return self

    def rows(self) -> Iterator[tuple[str, str, float]]:
        """Id, subject and value of each sequence."""
        return zip(self.ids, self.subjects, self.values, strict=True)


class Result(Record):
    """One task of one run, scored on the held-out subjects.

    ``per_sequence`` is rounded to a millionth, which no table shows. ``confusion`` counts test sequences by true class
    (row) and predicted class, in the order of ``classes``.
    """

    task: TaskName
    metrics: dict[str, float]
    test_sequences: int
    per_sequence: PerSequence
    classes: list[str] | None
    confusion: list[list[int]] | None
    run: Run

    @model_validator(mode="after")
    def _validated(self) -> "Result":
        if self.task not in self.run.validation:
            raise ValueError(f"run.validation lacks {self.task}")
        return self

    @property
    def name(self) -> str:
        """The file's name below ``results/``."""
        # "none" is told as "single": a reference row answers each task by itself
        training = "joint" if self.run.trained_on == "joint" else "single"
        return f"{self.task}/{self.run.model}/{training}-{self.run.replicate}.json"


R = TypeVar("R", bound=Record)


def to_json(value: object) -> str:
    """Sorted keys, one line for a list of plain numbers, a final newline: the same value gives the same bytes."""
    text = json.dumps(value, indent=2, sort_keys=True, allow_nan=False)
    # json has indent for all lists or for none: a confusion matrix would have a line for each number
    return re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda found: "[" + re.sub(r"\s+", " ", found[1]) + "]", text) + "\n"


def parse(model: type[R], text: str | bytes, where: Path) -> R:
    """A checked record from JSON.

    Raises:
        InputError: no JSON, or a field that is missing, unknown, mistyped, NaN or of another schema.
    """
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        # the first is enough: a damaged file is made anew, not mended by hand
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the file"
        raise InputError(f"{where}, {field}", first["msg"].lower(), "regenerate it with `dvc repro`") from error
