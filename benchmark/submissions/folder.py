"""Submissions in their folder: which of them fit the board, and which the referee has verified."""

import hashlib
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmark.pipeline.predictions import Predictions
from benchmark.pipeline.schema import Isolation, Origin, Record, Result, Run, TaskName, parse
from benchmark.pipeline.score import score_one
from benchmark.pipeline.taken_names import check_free
from benchmark.pipeline.tolerances import deviations
from benchmark.submissions.arrays import check_order, check_reach, read_predictions
from benchmark.submissions.metadata import LARGEST_METADATA, Submission, read_metadata
from benchmark.submissions.untrusted import check_plain_file
from deepgrasp.errors import InputError
from deepgrasp.store.store import Store

ENCODER = "encoder.py"

TaskMetrics = Mapping[str, Mapping[str, float]]  # task -> metric -> value


class Verification(Record):
    """Record that the referee trained a submission's code to these scores; it holds for exactly these files."""

    digest: str
    isolation: Isolation
    again: dict[TaskName, dict[str, float]]
    provenance: dict[str, Any]


def read_submission(path: Path, store: Store) -> tuple[Submission, Predictions]:
    """One submission, checked against the store; ``path`` is its file of predictions.

    Its split and inputs are its own: what does not fit the board of the grid stands on another one beside it.

    Raises:
        InputError: either file is malformed, or does not fit the data, its split or its task.
    """
    said_in = path.with_suffix(".json")
    said = read_metadata(said_in)
    if said.data != store.hash:
        remedy = "predict the test sequences of data/graphs as it is here"
        raise InputError(f"{said_in}, data", "is not that of the graph store", remedy)
    sequences, arrays = read_predictions(path)
    check_order(said, list(arrays), sequences, store, path)
    check_reach(arrays, path)
    return said, Predictions(said.run(store, "self-reported"), sequences, arrays)


def fitting(folder: Path, store: Store) -> Iterator[tuple[Predictions, Path]]:
    """The submissions on the store's data; a line on standard error for each that is on other data.

    Raises:
        InputError: one is malformed, lies where another's belongs, or has the name of a row of our own.
    """
    # submissions are found, not listed: a pull request adds files and changes none
    for path in submitted_files(folder):
        check_plain(path)
        said = read_metadata(path.with_suffix(".json"))
        if said.data != store.hash:
            # told and not refused: submissions on several data sets may lie side by side
            print(f"left out {path}: its data are not those of the graph store", file=sys.stderr)
        else:
            check_free(said.name)
            # one place for each cell, so that none is scored twice
            if path != folder / f"{said.stem}.safetensors":
                raise InputError(path, f"says that it is {said.stem}", "move it there, or mend its metadata")
            yield read_submission(path, store)[1], path


def results_of(folder: Path, store: Store) -> Iterator[Result]:
    """The results of the submissions on the store's data, whatever their split and inputs.

    Raises:
        InputError: a submission is malformed, lies where another's belongs, or cannot be scored.
    """
    for made, path in fitting(folder, store):
        yield from score_any(made, store, path)


def score_any(made: Predictions, store: Store, where: Path) -> list[Result]:
    """Results of a run, one for each task; a submission's say whether it is verified or only self-reported.

    Raises:
        InputError: the predictions do not fit the store or their task, or the record of a verification is damaged.
    """
    results = list(score_one(made, store, where))
    if made.run.origin == "trained":
        return results
    mark = origin(where, {result.task: result.metrics for result in results})
    # the mark is computed at every scoring: what a file says about itself counts for nothing
    run = made.run.model_copy(update={"origin": mark})
    return [result.model_copy(update={"run": run}) for result in results]


def submitted_files(folder: Path) -> list[Path]:
    """Paths of all files of predictions that were submitted; a line on standard error for metadata without any."""
    for said in sorted(folder.glob("*/*-[0-9].json")):
        if not said.with_suffix(".safetensors").exists():
            print(f"left out {said}: its predictions are missing; submit it again, or remove it", file=sys.stderr)
    return sorted(folder.glob("*/*.safetensors"))


def check_plain(path: Path) -> None:
    """Refuse a submission with a link, a pipe or a device among its files, or whose folder is a link.

    Raises:
        InputError: naming the file.
    """
    # in a pull request a link may lead anywhere on the machine that checks it, and a pipe is waited for
    files = [path, path.with_suffix(".json"), record_of(path), path.with_name(ENCODER)]
    for file, allowed in [(path.parent, stat.S_ISDIR), *((file, stat.S_ISREG) for file in files)]:
        try:
            mode = file.lstat().st_mode
        except FileNotFoundError:
            continue
        if not allowed(mode):
            raise InputError(file, "is no plain file or folder", "put the file itself there")


def origin(path: Path, scores: TaskMetrics) -> Origin:
    """``verified``, or weakly, if the code is there with a record of that for exactly these files and scores.

    That somebody did train the code, no file can prove: the mark is as good as the reviewer who merged the record.

    Raises:
        InputError: the record is damaged, or of another schema.
    """
    record = record_of(path)
    if not (record.exists() and path.with_name(ENCODER).exists()):
        return "self-reported"
    check_plain_file(record, LARGEST_METADATA, "a record")
    remedy = "remove it, and the row is self-reported; or submit it again"
    said = parse(Verification, record.read_bytes(), record, remedy)
    if said.digest != submission_digest(path) or not bears_out(said.again, scores):
        return "self-reported"
    return "weakly verified" if said.isolation == "process" else "verified"


def bears_out(again: TaskMetrics, scores: TaskMetrics) -> bool:
    """Whether a second training reached the scores: every task and metric, within what another training may move."""
    # the largest share comes first, so [0] within its limit means all are
    return again.keys() == scores.keys() and all(
        again[task].keys() == scores[task].keys() and deviations(scores[task], again[task], trained=True)[0].share <= 1
        for task in scores
    )


def code_of(folder: Path, run: Run) -> Path | None:
    """The file of a submitted encoder, or ``None`` for an entrant.

    Raises:
        InputError: the submission came without code.
    """
    if run.origin == "trained":
        return None
    # by name, not by cell: one name is one encoder on all folds
    code = folder / run.model / ENCODER
    if not code.exists():
        raise InputError(run.model, "was submitted without code", "choose a cell that can be trained here")
    return code


def record_of(path: Path) -> Path:
    """Path of the record of a submission's verification."""
    return path.with_suffix(".verified.json")


def submission_digest(path: Path) -> str:
    """SHA-256 over a submission's metadata, predictions and code."""
    files = (path.with_suffix(".json"), path, path.with_name(ENCODER))
    # hashes of hashes: bytes moved from one file into the next would else give the same digest
    parts = [hashlib.sha256(file.read_bytes() if file.exists() else b"").digest() for file in files]
    return hashlib.sha256(b"".join(parts)).hexdigest()
