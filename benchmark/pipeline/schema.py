"""What is written down: a run beside its predictions, a result per scored task, and their JSON."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from benchmark.input_fields import InputFields
from deepgrasp.choices import SplitName
from deepgrasp.errors import InputError
from deepgrasp.files import parse_json
from deepgrasp.tasks import ALL_TASKS, METRICS, NO_TASK, NOT_TASKS, ONE_TASK, TASKS, Training, metric, training_of

if TYPE_CHECKING:  # the board reads records and needs nothing of what reads a store
    from deepgrasp.store.store import Store

# raised when a field changes its meaning: older files are refused, not misread
RESULT_SCHEMA = 4

Kind = Annotated[str, Field(pattern="^(synthetic|grab)$")]
TaskName = Annotated[str, Field(pattern=f"^({'|'.join(TASKS)})$")]
TrainedOn = Annotated[str, Field(pattern=f"^({'|'.join([*TASKS, *NOT_TASKS])})$")]
Origin = Literal["trained", "verified", "weakly verified", "self-reported"]  # the surest first
Isolation = Literal["container", "bubblewrap", "process"]
"""Where submitted code trained, the surest first: a container or Linux namespaces hide all files, a process none."""


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


def _chosen(inputs: dict[str, Any]) -> dict[str, Any]:
    try:
        InputFields.model_validate(inputs)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg'].lower()}") from None
    # as it was given: what a later version records besides is kept
    return inputs


def _told(provenance: dict[str, Any]) -> dict[str, Any]:
    # a commit that is no text would stop the page's script
    for key, kinds in (("commit", (str, type(None))), ("dirty", (bool, type(None)))):
        if not isinstance(provenance.get(key), kinds):
            raise ValueError(f"{key} is {provenance[key]!r}")
    return provenance


RecordedSplit = Annotated[str, AfterValidator(_known)]
RecordedInputs = Annotated[dict[str, Any], AfterValidator(_chosen)]
Provenance = Annotated[dict[str, Any], AfterValidator(_told)]
Validation = Annotated[dict[TaskName, float], AfterValidator(_possible)]
# ends of what floats and drawings can bear, far beyond any training: one that diverged is still recorded
Number = Annotated[float, Field(ge=-1e100, le=1e100)]
Vector = Annotated[list[Number], Field(min_length=3, max_length=3)]
"""A way in space: inwards (to the body's middle), up, to the front; centimetres."""
Count = Annotated[int, Field(ge=0, le=10**9)]
LIMITS: dict[str, tuple[float, float]] = {"fraction": (0, 1), "": (-1, 1), "cm": (0, 1e100), "deg": (0, 180)}
"""Between which values a metric lies, by its unit."""
SLACK = 1e-9  # sums of floats: an agreement of 1 may come out as 1.0000000000000002


class Record(BaseModel):
    """No unknown fields, no change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class DataRecord(Record):
    """Record of the graph store that was read: its kind keeps synthetic and real apart, its hash names the content."""

    kind: Kind
    hash: Annotated[str, Field(min_length=1, max_length=64)]
    prepare: dict[str, Any]

    @classmethod
    def of(cls, store: "Store") -> "DataRecord":
        """The record of a store: its kind, its hash, and how it was prepared."""
        return cls(kind=store.kind, hash=store.hash, prepare=dict(store.manifest["prepare"]))


class Point(Record):
    """One point of the learning curve, after so many optimisation steps.

    ``train_loss`` is the mean since the point before; by ``validation_loss`` a recipe may choose the state it keeps.
    """

    step: Annotated[int, Field(ge=1, le=10**9)]
    train_loss: Number
    validation_loss: Number
    skill: Annotated[float, Field(ge=-1e100, le=1 + SLACK)]


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

    ``origin`` is who answers for the predictions: the referee, who trained the cell; the referee, who trained an
    outsider's code where it could find no test label, or weakly, in a process that could; or an outsider alone.
    ``oracle``: it was told what no input holds, so it shows what is possible and is not ranked.
    """

    schema_version: Annotated[int, Field(ge=RESULT_SCHEMA, le=RESULT_SCHEMA)] = RESULT_SCHEMA
    data: DataRecord
    split: RecordedSplit
    inputs: RecordedInputs
    trained_on: TrainedOn
    model: Annotated[str, Field(min_length=1, max_length=100)]
    replicate: Annotated[int, Field(ge=0, le=9999)]
    validation: Validation
    history: list[Point]
    cost: Cost
    # free, not a type: a later recipe has other keys, and old runs stay readable
    recipe: dict[str, Any]
    hyperparameters: dict[str, Any]
    provenance: Provenance
    origin: Origin = "trained"
    oracle: bool = False

    @property
    def cell(self) -> str:
        """Name of the cell that was run, such as ``action/mlp/0``: see :func:`cell_name`."""
        return cell_name(self.trained_on, self.model, self.replicate)

    @property
    def is_reference(self) -> bool:
        """Whether it is a reference row's, which no entrant trains."""
        return self.trained_on == NO_TASK

    @property
    def training(self) -> Training:
        """``single``, ``joint`` or ``none``: trained on one task, on all tasks, or not at all."""
        return training_of(self.trained_on)

    @property
    def kept(self) -> int:
        """Place in the history of the state whose answers were stored: the last, or that of the lowest loss."""
        if self.recipe.get("keep") != "best":
            return len(self.history) - 1
        return min(range(len(self.history)), key=lambda k: self.history[k].validation_loss)


class PerSequence(Record):
    """The primary metric of every test sequence, in the order of its fold, and whose sequence each is."""

    ids: list[str]
    subjects: list[str]
    values: list[Annotated[float, Field(ge=0, le=1e100)]]

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
    metrics: dict[str, Number]
    test_sequences: Annotated[int, Field(ge=1, le=10**9)]
    per_sequence: PerSequence
    classes: list[str] | None
    confusion: list[list[Count]] | None
    run: Run

    @model_validator(mode="after")
    def _validated(self) -> "Result":
        if self.task not in self.run.validation:
            raise ValueError(f"run.validation lacks {self.task}")
        for key, value in self.metrics.items():
            # what a name that no task has may hold is not known; the gate refuses such names
            if key in METRICS or key.startswith("joint_"):
                low, high = LIMITS[metric(key).unit]
                if not low - SLACK <= value <= high + SLACK:
                    raise ValueError(f"metrics.{key} is {value:g}, and must lie between {low:g} and {high:g}")
        if TASKS[self.task].classifies is None:
            return self
        if self.classes is None or self.confusion is None:
            raise ValueError(f"{self.task} needs classes and confusion")
        # a table of another shape would stop the board's drawings with a traceback
        size = len(self.classes)
        if len(set(self.classes)) < size or {len(self.confusion), *map(len, self.confusion)} != {size}:
            raise ValueError(f"confusion must be a table of {size} x {size}, a row and a column for each class once")
        return self

    @property
    def name(self) -> str:
        """The file's name below ``results/``."""
        return file_name(self.task, self.run.model, self.run.trained_on, self.run.replicate)


def file_name(task: str, model: str, trained_on: str, replicate: int) -> str:
    """The file below ``results/`` of one task of a run."""
    # a reference row answers each task by itself, and is told as one that was trained on it
    training = ALL_TASKS if trained_on == ALL_TASKS else ONE_TASK
    return f"{task}/{model}/{training}-{replicate}.json"


def cell_name(trained_on: str, model: str, replicate: int) -> str:
    """The folder of a cell below ``runs/``, such as ``action/mlp/0``; of a reference row ``none/wrist/0``."""
    return f"{trained_on}/{model}/{replicate}"


R = TypeVar("R", bound=Record)
LARGEST_JSON = 2**26  # bytes of a JSON file; the largest of GRAB's own size would have some hundred thousand
RESULT_REMEDY = "regenerate it with `dvc repro`"


def to_json(value: object) -> str:
    """JSON text with sorted keys, a line for a list of plain numbers, a final newline: equal values, equal bytes."""
    text = json.dumps(value, indent=2, sort_keys=True, allow_nan=False)
    # json has indent for all lists or for none: a confusion matrix would have a line for each number
    return re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda found: "[" + re.sub(r"\s+", " ", found[1]) + "]", text) + "\n"


def parse(model: type[R], text: str | bytes, where: Path, remedy: str = RESULT_REMEDY) -> R:
    """A checked record from JSON.

    Args:
        remedy: what to do about one that is no such record.

    Raises:
        InputError: no JSON, a key twice, or a field that is missing, unknown, mistyped, NaN, out of range or of another
            schema.
    """
    checked_json(text, where, remedy)
    try:
        # strict: "9" is no number, though pydantic would make one of it
        return model.model_validate_json(text, strict=True)
    except ValidationError as error:
        # the first is enough: a damaged file is made anew, not mended by hand
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the file"
        # pydantic writes a bound of 1e100 with all of its digits
        problem = re.sub(r"\d{20,}", lambda digits: f"{float(digits[0]):g}", first["msg"].lower())
        raise InputError(f"{where}, {field}", problem, remedy) from error


def checked_json(text: str | bytes, where: Path, remedy: str = RESULT_REMEDY) -> Any:
    """The value that a JSON text holds; ``remedy`` says what to do about one that holds none.

    Raises:
        InputError: too large, no UTF-8, no JSON, too deeply nested, or an object that holds a key twice.
    """
    if len(text) > LARGEST_JSON:
        raise InputError(where, f"has {len(text):,} bytes, more than {LARGEST_JSON:,}", remedy)
    try:
        return parse_json(text)
    except ValueError as error:  # a number of 10,000 digits, too
        raise InputError(where, f"is invalid JSON ({error})", remedy) from None
