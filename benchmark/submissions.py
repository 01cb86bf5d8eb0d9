"""The folder of what was handed in: which of it fits the board, and who answers for it."""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmark.predictions import Predictions
from benchmark.records import Origin, Record, Run, TaskName, parse
from benchmark.submission import Submission, read_metadata
from benchmark.submission_arrays import check_names, read_predictions
from deepgrasp.errors import InputError
from deepgrasp.store import Store

ENCODER = "encoder.py"


class Verification(Record):
    """That the referee trained a submission's code to the same scores, for exactly these files."""

    digest: str
    again: dict[TaskName, dict[str, float]]
    provenance: dict[str, Any]


def read(path: Path, store: Store, split: str, inputs: dict[str, Any]) -> tuple[Submission, Predictions]:
    """One submission, checked against the store and the board; ``path`` is its file of predictions.

    Raises:
        InputError: either file is malformed, or does not fit the data, the split, the inputs or the task.
    """
    said_in = path.with_suffix(".json")
    said = read_metadata(said_in)
    misfit = unfit(said, store, split, inputs)
    if misfit:
        raise InputError(f"{said_in}, {misfit}", "is not the board's", "boards never mix: submit to a board of its own")
    sequences, arrays = read_predictions(path)
    check_names(said, list(arrays), sequences, store, path)
    return said, Predictions(said.run(store, origin(path)), sequences, arrays)


def unfit(said: Submission, store: Store, split: str, inputs: dict[str, Any]) -> str:
    """The first of data, split and inputs in which a submission differs from the board; empty if it fits."""
    theirs = {"data": said.data, "split": said.split, "inputs": said.inputs.model_dump()}
    ours = {"data": store.hash, "split": split, "inputs": inputs}
    return next((name for name in ours if theirs[name] != ours[name]), "")


def fitting(folder: Path, store: Store, like: Run) -> Iterator[tuple[Predictions, Path]]:
    """The submissions to the board that a run is on; a line on standard error for each that is on another."""
    for path in find(folder):
        misfit = unfit(read_metadata(path.with_suffix(".json")), store, like.split, like.inputs)
        if misfit:
            print(f"left out {path}: its {misfit} is not this board's", file=sys.stderr)
        else:
            yield read(path, store, like.split, like.inputs)[1], path


def find(folder: Path) -> list[Path]:
    """Files of predictions that were handed in."""
    return sorted(folder.glob("*/*.safetensors"))


def origin(path: Path) -> Origin:
    """``verified`` if the record of its verification is of these very files."""
    record = record_of(path)
    if not record.exists():
        return "self-reported"
    return "verified" if parse(Verification, record.read_bytes(), record).digest == digest(path) else "self-reported"


def code_of(folder: Path, run: Run) -> Path | None:
    """The file of a submitted encoder, or ``None`` for an entrant.

    Raises:
        InputError: the submission came without code.
    """
    if run.origin == "trained":
        return None
    code = folder / run.model / ENCODER
    if not code.exists():
        raise InputError(run.model, "was submitted without code", "choose a cell that can be trained here")
    return code


def record_of(path: Path) -> Path:
    """Where the verification of a submission is written down."""
    return path.with_suffix(".verified.json")


def digest(path: Path) -> str:
    """SHA-256 over what is said, what is predicted and the code that predicts it."""
    files = (path.with_suffix(".json"), path, path.with_name(ENCODER))
    parts = [hashlib.sha256(file.read_bytes() if file.exists() else b"").digest() for file in files]
    return hashlib.sha256(b"".join(parts)).hexdigest()
