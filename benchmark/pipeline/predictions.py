"""Predictions on disk: the interface between training and scoring, one safetensors file a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from benchmark.pipeline.schema import Run, parse
from deepgrasp.errors import InputError
from deepgrasp.files import replaced_file

FILE = "predictions.safetensors"


@dataclass(frozen=True)
class Predictions:
    """Raw outputs on the test sequences, by task, in the order of ``sequences``.

    What each array holds, and in which shape, its task says: ``TASKS[task].holds``.
    """

    run: Run
    sequences: tuple[str, ...]
    arrays: dict[str, np.ndarray]


def save(folder: Path, run: Run, sequences: Sequence[str], arrays: dict[str, np.ndarray]) -> None:
    """Write ``folder/predictions.safetensors``."""
    # safetensors: no code in the file, so that predictions of others can be read safely
    metadata = {"run": run.model_dump_json(), "sequences": "\n".join(sequences)}
    # float32: what networks give; half of the disk of float64, with more digits than any table shows
    contiguous = {task: np.ascontiguousarray(values, dtype=np.float32) for task, values in arrays.items()}
    with replaced_file(folder / FILE) as scratch:  # half a file would be taken for a cell that is whole
        save_file(contiguous, scratch, metadata=metadata)


def load(path: Path) -> Predictions:
    """Read one predictions file.

    Raises:
        InputError: not a safetensors file, or its record is missing or malformed.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            arrays = {task: file.get_tensor(task) for task in file.keys()}  # noqa: SIM118 - it is no dict
    except (OSError, SafetensorError) as error:
        raise InputError(path, f"is no predictions file ({error})", "train the cell again") from error
    # arrays alone could be anyone's: without a record they cannot be scored
    if not {"run", "sequences"} <= metadata.keys():
        raise InputError(path, "says neither its run nor its sequences", "train the cell again")
    run = parse(Run, metadata["run"], path)
    return Predictions(run, tuple(metadata["sequences"].split("\n")), arrays)
