"""Arrays of an outside submission, read from npz or safetensors without running anything in the file."""

import math
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import TypeGuard

import numpy as np

from benchmark.pipeline.predictions import check_sum
from benchmark.submissions.metadata import SEE_README, Submission
from benchmark.submissions.untrusted import check_plain_file, parse_untrusted, printable
from deepgrasp.errors import InputError
from deepgrasp.grab.npz import Npz
from deepgrasp.store.store import Store
from deepgrasp.tasks import TASKS

SEQUENCES_ENTRY, RUN_ENTRY = "sequences", "run"  # entries of a safetensors file's metadata
_FARTHEST = 100.0  # metres; no arm and no object is that far away
_LARGEST = 2**30  # bytes of a file: three hundred windows of 400 frames take 60 MB
LARGEST_HEADER = 2**24  # bytes
FLOATS = {"F16": "<f2", "F32": "<f4", "F64": "<f8"}
_AXES = 8  # at most; no task has more than four

Arrays = dict[str, np.ndarray]


def read_predictions(path: Path) -> tuple[tuple[str, ...], Arrays]:
    """Names of sequences, and arrays by task, from a file of predictions; nothing in the file is executed.

    Raises:
        InputError: no plain file, neither npz nor safetensors, damaged, too large, or with a pickled member.
    """
    check_plain_file(path, _LARGEST, "predictions")
    readers = {".npz": _read_npz, ".safetensors": _read_safetensors}
    if path.suffix not in readers:
        raise InputError(path, "is neither .npz nor .safetensors", SEE_README)
    sequences, arrays = readers[path.suffix](path)
    for task, array in arrays.items():
        # of long doubles every machine has its own kind
        if array.dtype.kind != "f" or array.dtype.itemsize > 8:
            remedy = "give floating-point numbers of 16, 32 or 64 bits; for a class, logits"
            raise InputError(f"{path}, {printable(task)}", f"holds {array.dtype}", remedy)
        with np.errstate(over="ignore"):  # too large for float32 is infinite, which scoring refuses
            arrays[task] = np.ascontiguousarray(array, np.float32)
    return sequences, arrays


def _read_npz(path: Path) -> tuple[tuple[str, ...], Arrays]:
    # our own reader: it looks at headers first, and refuses members that unpack to too much
    with Npz(path) as file:
        for key in file.keys:
            if file.header(key)[1].hasobject:
                raise InputError(f"{path}, {printable(key)}", "is a pickle, which is never read", "save plain arrays")
        # a zip may hold a name twice, and readers differ in which of the two they take
        if len(set(file.keys)) < len(file.keys):
            raise InputError(path, "holds a member twice", "write each array once")
        arrays = {key: np.asarray(file.read(key)) for key in file.keys}
    names = arrays.pop(SEQUENCES_ENTRY, np.empty(0))
    if names.dtype.kind != "U" or names.ndim != 1:
        raise InputError(
            path, f"has no text array {SEQUENCES_ENTRY!r}", f"name the test sequences in order; {SEE_README}"
        )
    return tuple(names.tolist()), arrays


def _read_safetensors(path: Path) -> tuple[tuple[str, ...], Arrays]:
    metadata, arrays = read_safetensors(path)
    if SEQUENCES_ENTRY not in metadata:
        raise InputError(path, f"has no {SEQUENCES_ENTRY!r} in its metadata", f"name them, a line each; {SEE_README}")
    # a line each: safetensors keeps no text arrays, only strings in its metadata
    return tuple(metadata[SEQUENCES_ENTRY].split("\n")), arrays


def read_safetensors(path: Path) -> tuple[dict[str, str], Arrays]:
    """Metadata and floating-point arrays of a safetensors file, from whomever it comes.

    Read here and not by the library, which takes the last of two entries of one name, fails with errors of many kinds,
    and gives numpy types that it does not have. The format: 8 bytes that say how long the header is; the header, JSON
    with type, shape and offsets of each array; then the bytes that the offsets count.

    Raises:
        InputError: not such a file, too large, with arrays of other types, or not what its checksum says.
    """
    check_plain_file(path, _LARGEST, "predictions")
    data = path.read_bytes()
    try:
        (size,) = struct.unpack("<Q", data[:8])
        if size > min(LARGEST_HEADER, len(data) - 8):
            raise ValueError(f"its header would have {size} bytes")
        header = parse_untrusted(data[8 : 8 + size])
        if not isinstance(header, dict):
            raise ValueError("its header is no object")
        metadata = header.pop("__metadata__", {})
        if not (isinstance(metadata, dict) and all(isinstance(value, str) for value in metadata.values())):
            raise ValueError("its metadata are not text by name")
        arrays = {name: _array(name, entry, data[8 + size :]) for name, entry in header.items()}
    # the error's own words: which of a file's bytes are wrong only the reader knows
    except (ValueError, TypeError, KeyError, struct.error) as error:
        raise InputError(path, f"cannot be read as safetensors ({printable(str(error))})", SEE_README) from None
    check_sum(path, metadata, arrays, "copy it again from where it was written")
    return metadata, arrays


def _array(name: str, entry: dict[str, object], body: bytes) -> np.ndarray:
    """One array of a safetensors file; an error that its caller knows if the entry is none."""
    kind, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(kind, str) or kind not in FLOATS:
        raise ValueError(f"{printable(name)} holds {printable(str(kind))}; give float16, float32 or float64")
    if not (_counts(shape) and len(shape) <= _AXES):
        raise ValueError(f"{printable(name)} has the shape {printable(str(shape))}")
    start, end = offsets if _counts(offsets) and len(offsets) == 2 else (-1, -1)
    # math.prod: Python's numbers do not overflow
    if not 0 <= start <= end <= len(body) or end - start != math.prod(shape) * np.dtype(FLOATS[kind]).itemsize:
        raise ValueError(f"{printable(name)} does not fill its shape")
    return np.frombuffer(body[start:end], FLOATS[kind]).reshape(shape)


def _counts(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(each) is int and each >= 0 for each in value)


def check_reach(arrays: Arrays, where: Path) -> None:
    """Refuse positions that no hand could reach.

    Raises:
        InputError: a position is too far away.
    """
    for name in (name for name, task in TASKS.items() if task.classifies is None and name in arrays):
        # [..., :3] are the metres of a position or a translation; what follows is rotation
        # a file in millimetres would pass all other checks and come last on the board
        if (np.abs(np.atleast_1d(arrays[name])[..., :3]) > _FARTHEST).any():
            raise InputError(f"{where}, {name}", f"holds a position beyond {_FARTHEST:g} m", "give metres")


def check_order(said: Submission, arrays: Sequence[str], sequences: Sequence[str], store: Store, where: Path) -> None:
    """Refuse a file that lacks tasks or test sequences, has others, or has them in another order.

    Raises:
        InputError: one is missing, too many, twice, or in another place.
    """
    for word, names in (
        ("lacks", [task for task in said.tasks if task not in arrays]),
        ("holds, unasked,", [task for task in arrays if task not in said.tasks]),
    ):
        if names:
            names = [printable(name) for name in names]
            remedy = f"trained on {said.trained_on}: predict {', '.join(said.tasks)}, under these names"
            raise InputError(where, f"{word} {', '.join(names)}", remedy)
    given, expected = list(sequences), list(store.fold(said.split, said.replicate)["test"])
    missing, foreign = (sorted(set(one) - set(other)) for one, other in ((expected, given), (given, expected)))
    # the first sequence by name tells more than a count: mostly it is another fold
    problem = ""
    if missing:
        problem = f"lacks {len(missing)} test sequences, such as {printable(missing[0])}"
    elif foreign:
        problem = f"holds {len(foreign)} sequences that are not tested, such as {printable(foreign[0])}"
    elif len(given) > len(expected):
        problem = "holds a sequence twice"
    elif given != expected:
        problem = "has its sequences in another order"
    if problem:
        raise InputError(
            where, problem, f"predict the {len(expected)} test sequences of fold {said.replicate} in order"
        )
