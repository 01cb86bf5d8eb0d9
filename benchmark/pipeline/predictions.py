"""Predictions on disk: the interface between training and scoring, one safetensors file a run."""

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open

from benchmark.pipeline.schema import Run, parse
from deepgrasp.errors import InputError
from deepgrasp.files import replaced_file

PREDICTIONS_FILE = "predictions.safetensors"
CHECKSUM = "sha256"  # the entry of a file's metadata


@dataclass(frozen=True)
class Predictions:
    """Raw outputs on the test sequences, by task, in the order of ``sequences``.

    What each array holds, and in which shape, its task says: ``TASKS[task].holds``.
    """

    run: Run
    sequences: tuple[str, ...]
    arrays: dict[str, np.ndarray]


def save_predictions(folder: Path, run: Run, sequences: Sequence[str], arrays: dict[str, np.ndarray]) -> None:
    """Write ``folder/predictions.safetensors``."""
    # safetensors: no code in the file, so that predictions of others can be read safely
    metadata = {"run": run.model_dump_json(), "sequences": "\n".join(sequences)}
    # float32: what networks give; half of the disk of float64, with more digits than any table shows
    contiguous = {task: np.ascontiguousarray(values, dtype=np.float32) for task, values in arrays.items()}
    with replaced_file(folder / PREDICTIONS_FILE) as scratch:  # half a file would be taken for a cell that is whole
        _write(scratch, contiguous, with_checksum(metadata, contiguous))


def _write(path: Path, arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str]) -> None:
    """Write arrays of float32 as a safetensors file: the length of a header, the header as JSON, the bytes."""
    # not by the library, which first copies every array: answers of 40,000 windows are gigabytes
    header: dict[str, object] = {"__metadata__": dict(metadata)}
    first = 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": (first, first + array.nbytes)}
        first += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # the arrays begin at a multiple of eight
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            file.write(array.astype("<f4", copy=False).reshape(-1).view(np.uint8).data)


def with_checksum(metadata: Mapping[str, str], arrays: Mapping[str, np.ndarray]) -> dict[str, str]:
    """The metadata of a file, and the checksum over them and the arrays that :func:`check_sum` looks for."""
    return {**metadata, CHECKSUM: _checksum(metadata, arrays)}


def check_sum(path: Path, metadata: Mapping[str, str], arrays: Mapping[str, np.ndarray], remedy: str) -> None:
    """Check that metadata and arrays are those that were written: a changed byte is another score, and no error.

    A file without a checksum is taken as it is: earlier versions wrote none, and outsiders need not. Against somebody
    who edits a file and its checksum nothing here helps; for that cells are trained again.

    Raises:
        InputError: they are others.
    """
    said = {key: value for key, value in metadata.items() if key != CHECKSUM}
    if CHECKSUM in metadata and metadata[CHECKSUM] != _checksum(said, arrays):
        raise InputError(path, "its content is not what was written (a damaged disk or copy?)", remedy)


def _checksum(metadata: Mapping[str, str], arrays: Mapping[str, np.ndarray]) -> str:
    # names, types and shapes too: the same bytes as [4, 2] are other answers than as [2, 4]
    about = {name: [array.dtype.str, array.shape] for name, array in arrays.items()}
    found = hashlib.sha256(json.dumps([dict(metadata), about], sort_keys=True).encode())
    for name in sorted(arrays):
        # its bytes where they lie: a copy of large answers is gigabytes
        found.update(np.ascontiguousarray(arrays[name]).reshape(-1).view(np.uint8).data)
    return found.hexdigest()


def load_predictions(path: Path) -> Predictions:
    """Arrays by task and record of one file of predictions, held against its hash.

    Raises:
        InputError: not a safetensors file, its record is missing or malformed, or a byte of it was changed.
    """
    if not path.exists():
        raise InputError(path, "no such file", "train the cell first, or mend its name")
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            arrays = {task: file.get_tensor(task) for task in file.keys()}  # noqa: SIM118 - it is no dict
    except (OSError, SafetensorError) as error:
        raise InputError(path, f"is no predictions file ({error})", "train the cell again") from error
    # arrays alone could be anyone's: without a record they cannot be scored
    if not {"run", "sequences"} <= metadata.keys():
        raise InputError(path, "says neither its run nor its sequences", "train the cell again")
    # an unknown entry may be a checksum's damaged name
    if unknown := sorted(metadata.keys() - {"run", "sequences", CHECKSUM}):
        raise InputError(path, f"has an unknown entry {unknown[0]!r}", "train the cell again")
    check_sum(path, metadata, arrays, "train the cell again")
    run = parse(Run, metadata["run"], path)
    return Predictions(run, tuple(metadata["sequences"].split("\n")), arrays)


def load_named(runs: Path, name: str) -> Predictions:
    """The predictions of the cell of this name, such as ``action/mlp/0``.

    Raises:
        InputError: it has none, they are damaged, or those of another cell.
    """
    path = runs / name / PREDICTIONS_FILE
    made = load_predictions(path)
    # a folder may be copied or renamed: whose answers these are the file says
    if (own := made.run.cell) != name:
        raise InputError(path, f"holds the answers of {own}", "train the cell again, or name that one")
    return made
