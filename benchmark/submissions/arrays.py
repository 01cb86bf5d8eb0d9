"""Arrays of an outside submission, read from npz or safetensors without running anything in the file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open

from benchmark.submissions.metadata import README, Submission
from deepgrasp.errors import InputError
from deepgrasp.grab.npz import Npz
from deepgrasp.store.store import Store
from deepgrasp.tasks import TASKS

SEQUENCES = "sequences"
FARTHEST = 100.0  # metres; no arm and no object is that far away

Arrays = dict[str, np.ndarray]


def read_predictions(path: Path) -> tuple[tuple[str, ...], Arrays]:
    """Names of sequences, and arrays by task, from a file of predictions; nothing in the file is executed.

    Raises:
        InputError: neither npz nor safetensors, damaged, or with a pickled member.
    """
    readers = {".npz": _read_npz, ".safetensors": _read_safetensors}
    if path.suffix not in readers:
        raise InputError(path, "is neither .npz nor .safetensors", README)
    sequences, arrays = readers[path.suffix](path)
    for task, array in arrays.items():
        if array.dtype.kind != "f":
            remedy = "give floating-point numbers; for a class, logits"
            raise InputError(f"{path}, {task}", f"holds {array.dtype}", remedy)
        with np.errstate(over="ignore"):  # too large for float32 is infinite, which scoring refuses
            arrays[task] = np.ascontiguousarray(array, np.float32)
    return sequences, arrays


def _read_npz(path: Path) -> tuple[tuple[str, ...], Arrays]:
    # our own reader: it looks at headers first, and refuses members that unpack to too much
    with Npz(path) as file:
        for key in file.keys:
            if file.header(key)[1].hasobject:
                raise InputError(f"{path}, {key}", "is a pickle, which is never read", "save plain arrays")
        # a zip may hold a name twice, and readers differ in which of the two they take
        if len(set(file.keys)) < len(file.keys):
            raise InputError(path, "holds a member twice", "write each array once")
        arrays = {key: np.asarray(file.read(key)) for key in file.keys}
    names = arrays.pop(SEQUENCES, np.empty(0))
    if names.dtype.kind != "U" or names.ndim != 1:
        raise InputError(path, f"has no text array {SEQUENCES!r}", f"name the test sequences in order; {README}")
    return tuple(names.tolist()), arrays


def _read_safetensors(path: Path) -> tuple[tuple[str, ...], Arrays]:
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            arrays = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - it is no dict
    # the error's own words: which of a file's bytes are wrong only the reader knows
    except (OSError, SafetensorError, TypeError) as error:  # a TypeError: numpy has no bfloat16
        raise InputError(path, f"cannot be read as safetensors ({error})", README) from None
    if SEQUENCES not in metadata:
        raise InputError(path, f"has no {SEQUENCES!r} in its metadata", f"name them, a line each; {README}")
    # a line each: safetensors keeps no text arrays, only strings in its metadata
    return tuple(metadata[SEQUENCES].split("\n")), arrays


def check_reach(arrays: Arrays, where: Path) -> None:
    """Refuse positions that no hand could reach.

    Raises:
        InputError: a position is too far away.
    """
    for name in (name for name, task in TASKS.items() if task.classifies is None and name in arrays):
        # [..., :3] are the metres of a position or a translation; what follows is rotation
        # a file in millimetres would pass all other checks and come last on the board
        if (np.abs(np.atleast_1d(arrays[name])[..., :3]) > FARTHEST).any():
            raise InputError(f"{where}, {name}", f"holds a position beyond {FARTHEST:g} m", "give metres")


def check_names(said: Submission, arrays: Sequence[str], sequences: Sequence[str], store: Store, where: Path) -> None:
    """Refuse a file that lacks tasks or test sequences, has others, or has them in another order.

    Raises:
        InputError: one is missing, too many, twice, or in another place.
    """
    for word, names in (
        ("lacks", [task for task in said.tasks if task not in arrays]),
        ("holds, unasked,", [task for task in arrays if task not in said.tasks]),
    ):
        if names:
            remedy = f"trained on {said.trained_on}: predict {', '.join(said.tasks)}, under these names"
            raise InputError(where, f"{word} {', '.join(names)}", remedy)
    given, expected = list(sequences), list(store.fold(said.split, said.replicate)["test"])
    missing, foreign = (sorted(set(one) - set(other)) for one, other in ((expected, given), (given, expected)))
    # the first sequence by name tells more than a count: mostly it is another fold
    problem = ""
    if missing:
        problem = f"lacks {len(missing)} test sequences, such as {missing[0]}"
    elif foreign:
        problem = f"holds {len(foreign)} sequences that are not tested, such as {foreign[0]}"
    elif len(given) > len(expected):
        problem = "holds a sequence twice"
    elif given != expected:
        problem = "has its sequences in another order"
    if problem:
        raise InputError(
            where, problem, f"predict the {len(expected)} test sequences of fold {said.replicate} in order"
        )
