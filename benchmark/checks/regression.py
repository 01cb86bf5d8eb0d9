"""The board's rows against those of another commit: which scores went down, which rows are gone."""

import io
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, Field, ValidationError

from benchmark.checks.differences import differences
from benchmark.paths import RESULTS
from benchmark.pipeline.schema import checked_json, file_name
from benchmark.pipeline.tolerances import allowed
from benchmark.versioning.git import ask_git
from deepgrasp.errors import InputError
from deepgrasp.tasks import TASKS, metric, training_of

RowKey = tuple[str, str, str]  # task, model, training
ReplicateScores = dict[str, dict[int, float]]  # metric -> replicate -> value
Raw = Mapping[str, Any]  # a result as JSON: an older commit's schema may be another


class Change(NamedTuple):
    """A metric's mean over the replicates that both commits have; a positive ``gain`` is for the better."""

    row: RowKey
    key: str
    before: float
    after: float
    gain: float
    allowed: float

    @property
    def verdict(self) -> str:
        """``worse``, ``better`` or ``same``, beyond what another training may change."""
        if abs(self.gain) <= self.allowed:
            return "same"
        return "better" if self.gain > 0 else "worse"


def check_commit(root: Path, ref: str) -> None:
    """Refuse what is no commit of the repository at ``root``.

    Raises:
        InputError: Git knows no such commit.
    """
    if ask_git(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}") is None:
        raise InputError(f"--against {ref}", "is no commit here", "fetch it, or name one that `git log` shows")


def results_at(root: Path, ref: str) -> list[Raw]:
    """The results that a commit holds, whatever their schema.

    Raises:
        InputError: Git knows no such commit.
    """
    check_commit(root, ref)
    # one call for all files: a `git show` for each would start hundreds of processes
    packed = ask_git(root, "archive", "--format=tar", ref, str(RESULTS))
    if packed is None:  # it has no such folder
        return []
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        members = [member for member in archive if member.isfile() and member.name.endswith(".json")]
        return [
            _earlier(file.read(), f"{ref}:{member.name}") for member in members if (file := archive.extractfile(member))
        ]


def result_name(raw: Raw) -> str:
    """The file of a result below ``results/``, as :attr:`Result.name` tells it of one of today's schema."""
    run = raw["run"]
    return file_name(raw["task"], run["model"], run["trained_on"], run["replicate"])


class _Data(BaseModel):
    hash: str


class _Run(BaseModel):
    model: str
    trained_on: str
    replicate: int
    split: str
    data: _Data
    inputs: dict[str, Any]
    recipe: dict[str, Any]
    hyperparameters: dict[str, Any]
    provenance: dict[str, Any]


class _Earlier(BaseModel):
    """What is compared of a result of another commit; its schema may have been another."""

    task: Annotated[str, Field(pattern=f"^({'|'.join(TASKS)})$")]
    metrics: dict[str, float]
    run: _Run


def _earlier(text: bytes, where: str) -> Raw:
    raw = checked_json(text, Path(where))
    try:
        _Earlier.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "the file"
        raise InputError(
            f"{where}, {key}", first["msg"].lower(), "compare with a commit that has whole results"
        ) from None
    found: Raw = raw
    return found


def conceded(root: Path, ref: str) -> dict[str, str]:
    """The scores that commits since ``ref`` say they lower on purpose, by ``task/model``, and each one's reason.

    A commit says so in a trailer: ``Lower-score: object/best reads less of the touch, to be twice as fast``.
    """
    # unfold: a long reason may be wrapped over several lines of the message
    shown = ask_git(root, "log", "--format=%(trailers:key=Lower-score,valueonly,unfold)", f"{ref}..HEAD") or b""
    # a message may hold any bytes
    words = [line.partition(" ") for line in shown.decode(errors="replace").splitlines()]
    return {row: why.strip() for row, _, why in words if why.strip()}


def differing(before: Raw, after: Raw) -> str:
    """The first of data, split and inputs by which two results cannot be compared; empty if they can."""
    ours, theirs = after["run"], before["run"]
    if ours["data"]["hash"] != theirs["data"]["hash"]:
        return "data"
    if ours["split"] != theirs["split"]:
        return "split"
    shared = ours["inputs"].keys() & theirs["inputs"].keys()  # a later commit may know more of them
    return "inputs" if any(ours["inputs"][key] != theirs["inputs"][key] for key in shared) else ""


def origin_of(raw: Raw) -> str:
    """Who answers for a result; before there were submissions none said so."""
    return str(raw["run"].get("origin", "trained"))


def causes(before: Iterable[Raw], after: Iterable[Raw]) -> dict[RowKey, list[str]]:
    """What differs between the trainings of each row at both commits, over all replicates that both have."""
    # by replicate: only trainings on the same fold and seed can be compared
    old = {(_row(result), result["run"]["replicate"]): result["run"] for result in before}
    found: dict[RowKey, list[str]] = {}
    for result in after:
        row, run = _row(result), result["run"]
        if (earlier := old.get((row, run["replicate"]))) is not None:
            known = found.setdefault(row, [])
            known += [each for each in differences(earlier, run) if each not in known]
    return found


def _row(result: Raw) -> RowKey:
    run = result["run"]
    return result["task"], run["model"], training_of(run["trained_on"])


def rows(results: Iterable[Raw]) -> dict[RowKey, ReplicateScores]:
    """Scores from results: row -> metric -> replicate -> value."""
    found: dict[RowKey, ReplicateScores] = {}
    for result in results:
        run = result["run"]
        scores = found.setdefault(_row(result), {})
        for key, value in result["metrics"].items():
            scores.setdefault(key, {})[run["replicate"]] = value
    return found


def gone(before: dict[RowKey, ReplicateScores], after: dict[RowKey, ReplicateScores]) -> list[str]:
    """Rows that are no more, and replicates of the others: a mean over fewer may hide that a score went down."""
    names = []
    for row in sorted(before):
        # a row that is new is no problem, so only the old ones are walked
        lost = sorted(_replicates(before[row]) - _replicates(after.get(row, {})))
        names += [f"{'/'.join(row)}-{k}" for k in lost] if row in after else ["/".join(row)]
    return names


def _replicates(scores: ReplicateScores) -> set[int]:
    return {k for values in scores.values() for k in values}


def changes(before: dict[RowKey, ReplicateScores], after: dict[RowKey, ReplicateScores]) -> list[Change]:
    """The board's metrics of each row that both have, the primary one first."""
    found = []
    for row in sorted(before.keys() & after.keys()):
        for key in TASKS[row[0]].columns(before[row].keys() & after[row].keys()):
            shared = sorted(before[row][key].keys() & after[row][key].keys())
            # replicates of one commit alone are left out: folds differ in difficulty
            if shared:
                old, new = (fmean(scores[row][key][k] for k in shared) for scores in (before, after))
                gain = new - old if metric(key).higher_is_better else old - new
                found.append(Change(row, key, old, new, gain, allowed(key, len(shared))))
    return found
