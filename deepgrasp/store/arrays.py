"""Named arrays in one safetensors file: written with their size and hash, read as views of a memory map."""

import hashlib
import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.errors import InputError

Arrays = Mapping[str, NDArray[Any]]

REMEDY = "prepare the graph store again"
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
    # The size alone: to hash a store would read all of it, and every training of a board opens one.
    size = path.stat().st_size if path.is_file() else 0
    if size != entry["bytes"]:
        raise InputError(path, f"{size} bytes, the manifest says {entry['bytes']}", REMEDY)


def map_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays of a safetensors file as views of one memory map: only what is used is read.

    Raises:
        InputError: not such a file.
    """
    try:
        # The library's own reader for numpy copies every array. Views of a map read a few rows of a store that may be
        # larger than memory. The format: 8 bytes that say how long the header is; the header, JSON with type, shape
        # and offsets; then the bytes that the offsets count.
        data = np.memmap(path, dtype=np.uint8, mode="r")
        (size,) = struct.unpack("<Q", data[:8].tobytes())
        header = json.loads(data[8 : 8 + size].tobytes())
        body = data[8 + size :]
        return {
            name: body[slice(*entry["data_offsets"])].view(_TYPES[entry["dtype"]]).reshape(entry["shape"])
            for name, entry in header.items()
            if name != "__metadata__"
        }
    except (OSError, ValueError, struct.error, KeyError) as error:
        raise InputError(path, f"not a readable shard ({type(error).__name__}: {error})", REMEDY) from None
