"""Named arrays in one safetensors file: written with their size and hash, read as views of a memory map."""

import contextlib
import hashlib
import json
import math
import mmap
import os
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.errors import InputError, check_machine, in_a_line
from deepgrasp.files import check_is_file, parse_json

Arrays = Mapping[str, NDArray[Any]]

STORE_REMEDY = "prepare the graph store again"
_MOST_AXES = 8  # twice as many as any array here has
# the types that a store uses; the format is little-endian on every machine
_TYPES = {"F32": "<f4", "I64": "<i8", "I8": "i1", "U8": "u1", "BOOL": "?"}


def save_arrays(path: Path, arrays: Arrays) -> dict[str, Any]:
    """Write a safetensors file, and return its size and SHA-256 as the manifest has them."""
    # here, because reading does without it
    from safetensors.numpy import save

    # the format knows no strides: every array lies in C order
    data = save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
    path.write_bytes(data)
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def check_size(path: Path, entry: Mapping[str, Any]) -> None:
    """Check that a file has the size that :func:`save_arrays` returned, without reading it.

    Raises:
        InputError: it is missing or has another size.
    """
    check_is_file(path)
    size = path.stat().st_size if path.exists() else 0
    if size != entry["bytes"]:
        raise InputError(path, f"{size} bytes, the manifest says {entry['bytes']}", STORE_REMEDY)


def check_hash(path: Path, entry: Mapping[str, Any], notes: Path) -> None:
    """Check that a file has the hash that :func:`save_arrays` returned: once, as long as it is not touched.

    Args:
        notes: a small file that remembers what was right, by size, time and inode; of any process that may write there.

    Raises:
        InputError: the content is another. A bit that flips on the disk changes neither the size nor the time: it is
            seen by the first who reads the file after it was written, copied or checked out.
    """
    # once: every training of a board opens the store, and it may be larger than memory
    stat = path.stat()
    seen = [entry["sha256"], stat.st_size, stat.st_mtime_ns, stat.st_ino]
    try:
        known = json.loads(notes.read_bytes())
    except (OSError, ValueError, RecursionError):  # none yet, or damaged: then it is checked again
        known = {}
    if not isinstance(known, dict):
        known = {}
    if known.get(path.name) == seen:
        return
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        check_machine(path, error)
        raise
    if found != entry["sha256"]:
        raise InputError(path, "its content is not what was written (a damaged disk or copy?)", STORE_REMEDY)
    with contextlib.suppress(OSError):  # a store may lie where nobody may write: then each process checks
        scratch = notes.with_name(f"{notes.name}.{os.getpid()}")
        scratch.write_text(json.dumps(known | {path.name: seen}), encoding="utf-8")
        scratch.replace(notes)


def map_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays of a safetensors file as views of one memory map: only what is used is read.

    Raises:
        InputError: not such a file.
    """
    check_is_file(path)
    try:
        # The library's own reader for numpy copies every array. Views of a map read a few rows of a store that may be
        # larger than memory. The format: 8 bytes that say how long the header is; the header, JSON with type, shape
        # and offsets; then the bytes that the offsets count.
        data = np.memmap(path, dtype=np.uint8, mode="r")
        (size,) = struct.unpack("<Q", data[:8].tobytes())
        if size > len(data) - 8:
            raise ValueError("the header is longer than the file")
        header = parse_json(data[8 : 8 + size].tobytes(), finite=True)
        body = data[8 + size :]
        return {name: _view(body, entry) for name, entry in header.items() if name != "__metadata__"}
    # nearly anything: whatever JSON says may stand where a shape should
    except (OSError, ValueError, struct.error, KeyError, TypeError, AttributeError, OverflowError) as error:
        check_machine(path, error)
        raise InputError(path, f"not a readable shard ({in_a_line(error)})", STORE_REMEDY) from None


def check_shard(path: Path, entry: Mapping[str, Any], framewise: Sequence[str]) -> dict[str, Any]:
    """Type and shape of each array, but for the first axis.

    Args:
        entry: what the manifest says of the file.
        framewise: names of the arrays that have a value a frame, and not a row.

    Raises:
        InputError: the file has another size, is no shard, or an array is longer or shorter than the manifest says.
    """
    check_size(path, entry)
    arrays = map_arrays(path)
    # meshes have no rows: theirs are by object
    for name, array in arrays.items() if "rows" in entry else ():
        axis = "frames" if name in framewise else "rows"
        if array.shape[:1] != (entry[axis],):
            raise InputError(path, f"{array.shape} is {name}, the manifest says {entry[axis]} {axis}", STORE_REMEDY)
    return {name: (array.dtype, array.shape[1:]) for name, array in arrays.items()}


def release(arrays: Arrays) -> None:
    """Give back the memory that reading from these maps has taken; what is asked for again is read again."""
    for array in arrays.values():
        owner: Any = array
        while isinstance(owner, np.ndarray):
            owner = owner.base
        # not on Windows; it is a copy that owns itself, or an empty array
        if isinstance(owner, mmap.mmap) and hasattr(owner, "madvise"):
            owner.madvise(mmap.MADV_DONTNEED)
            return  # all arrays of a file share one map


def _view(body: NDArray[np.uint8], entry: Mapping[str, Any]) -> NDArray[Any]:
    """The array that an entry of the header describes, of which every number is checked."""
    dtype, shape, (first, last) = np.dtype(_TYPES[entry["dtype"]]), entry["shape"], entry["data_offsets"]
    numbers = [*shape, first, last]
    if not all(type(number) is int and number >= 0 for number in numbers) or len(shape) > _MOST_AXES:
        raise ValueError(f"an array of shape {str(shape)[:80]}")
    if last > len(body) or last - first != math.prod(shape) * dtype.itemsize:
        raise ValueError(f"an array of shape {str(shape)[:80]} in {last - first} bytes")
    return body[first:last].view(dtype).reshape(shape)
