"""The board of probes as its file holds it, read and checked; and whether its trainings are those of a board."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from benchmark.board.rows import BoardTable, row_name
from benchmark.pipeline.schema import DataRecord, Number, Record, RecordedInputs, RecordedSplit, TaskName, Vector, parse

PROBES_FOLDER, PROBES_FILE = "probes", "board.json"
"""Its folder among the boards that other commands keep, and its file there."""
_DIGITS = 3  # significant ones of a number on the page
_VERSION = 2  # of this file alone: raised when a field changes its meaning

NumberWithInterval = Annotated[list[Number | None], Field(min_length=3, max_length=3)]
"""A number and the ends of its interval, which are None where there is none; of a number that is none all three."""


class AskedPerturbation(Record):
    """A perturbation: what it is, for people, and at which strengths it was asked."""

    name: str
    kind: str
    says: str
    senses: list[str]
    unit: str
    strengths: Annotated[list[float], Field(min_length=1)]


class PlaceOnBody(Record):
    """A joint, or a patch with where it is drawn on the flat hand: towards the thumb, and from wrist to tips."""

    name: str
    sense: str
    at: Annotated[list[Number], Field(min_length=2, max_length=2)] | None


class Curve(Record):
    """Skill at strength 0 and at each further one; the area under the curve, and where half of the skill is gone."""

    skill: list[NumberWithInterval]
    area: NumberWithInterval
    may_be_best: bool | None
    half: NumberWithInterval


class Weights(Record):
    """Weights of the senses under an exchange of touch."""

    touch: NumberWithInterval
    pose: NumberWithInterval
    paired: Number


class Moved(Record):
    """Drift of the estimated hand at a strength, cm: along the imposed way, of how many, any way, and which way.

    Ways are inwards (to the body's middle), up, and to the front, each with its interval; what is imposed has none.
    """

    along: NumberWithInterval
    asked: Number
    size: NumberWithInterval
    moved: Annotated[list[NumberWithInterval], Field(min_length=3, max_length=3)]
    imposed: Vector


class Importance(Record):
    """Of each place: the skill that is lost without it, and by how much it lowers the loss; how far both agree."""

    lost: list[NumberWithInterval]
    attributed: list[NumberWithInterval]
    agreement: NumberWithInterval
    recordings: int


class ProbedRow(Record):
    """A row of a task: an entrant, or a reference row."""

    model: Annotated[str, Field(min_length=1)]
    training: str
    oracle: bool
    by_subject: dict[str, Number]
    skill: NumberWithInterval
    curves: dict[str, Curve]
    weights: dict[str, Weights]
    drift: dict[str, list[Moved]]
    where: Importance | None


class SkillScale(Record):
    """Primary metric at a skill of 0 and of 1."""

    zero: float
    one: float


class LeftOut(Record):
    """What was not asked of all that could be: names of tasks, of rows, of replicates and of perturbations."""

    tasks: list[str] = Field(default_factory=list)
    rows: list[str] = Field(default_factory=list)
    replicates: list[str] = Field(default_factory=list)
    perturbations: list[str] = Field(default_factory=list)


class ProbeTable(Record):
    """The board of probes."""

    schema_version: Annotated[int, Field(ge=_VERSION, le=_VERSION)] = _VERSION
    release: str
    data: DataRecord
    split: RecordedSplit
    inputs: RecordedInputs
    replicates: list[int]
    subjects: list[str]
    level: float
    apart: float
    kinds: dict[str, str]
    perturbations: list[AskedPerturbation]
    not_asked: dict[str, str]
    left_out: LeftOut = LeftOut()  # boards of earlier code do not say it
    places: list[PlaceOnBody]
    scale: dict[TaskName, SkillScale]
    tasks: dict[TaskName, list[ProbedRow]]


def load_probes(folder: Path) -> ProbeTable | None:
    """The board of probes in a folder; None where there is none.

    Raises:
        InputError: its file is damaged.
    """
    file = folder / PROBES_FILE
    remedy = "make it anew with `python -m benchmark probe`"
    return parse(ProbeTable, file.read_bytes(), file, remedy) if file.exists() else None


def row_label(row: ProbedRow) -> str:
    """A row's name; one that was trained on all tasks together says so."""
    return row_name(row.model, row.training)


def is_of(probes: ProbeTable, table: BoardTable) -> bool:
    """Whether probes are of a board's data, split and inputs: others have nothing to do with it."""
    said = {"data": probes.data.model_dump(), "split": probes.split, "inputs": probes.inputs}
    return all(table[key] == value for key, value in said.items())


def of_other_trainings(probes: ProbeTable, table: BoardTable) -> list[str]:
    """Rows whose clean scores are not the board's, such as ``object/mlp``.

    The answers to nothing perturbed are those that the board scored, to the last digit: so equal scores of every person
    are equal trainings.
    """
    found = []
    for task, rows in probes.tasks.items():
        there = {(row["model"], row["training"]): row["estimate"]["by_subject"] for row in table["tasks"].get(task, [])}
        found += [f"{task}/{row_label(row)}" for row in rows if there.get((row.model, row.training)) != row.by_subject]
    return found


def probes_on_page(probes: ProbeTable, table: BoardTable) -> dict[str, Any]:
    """What the page shows of probes beside a board: numbers with the digits that drawings need, rows by label."""
    kept = probes.model_dump(exclude={"data", "inputs", "split", "tasks", "schema_version", "subjects"})
    rows = {
        task: [{"label": row_label(row), **row.model_dump(exclude={"by_subject"})} for row in rows]
        for task, rows in probes.tasks.items()
    }
    shown: dict[str, Any] = _short(kept | {"tasks": rows, "others": of_other_trainings(probes, table)})
    return shown


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    if isinstance(value, dict):
        return {key: _short(each) for key, each in value.items()}
    return [_short(each) for each in value] if isinstance(value, list) else value
