"""Damage that any file may have: cut, flipped, of another kind; and things that are no files."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.hostile.doors import TRACE, Case, Expected

Rng = np.random.Generator

# what a download or a copy that went wrong leaves
OTHERS = {
    "nothing": b"",
    "a web page": b"<!DOCTYPE html><html><body>Please log in</body></html>",
    "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
    "zeros": bytes(5000),
    "a gzip": b"\x1f\x8b\x08\x00" + bytes(60),
    "a PNG": b"\x89PNG\r\n\x1a\n" + bytes(60),
    "an empty ZIP": b"PK\x05\x06" + bytes(18),
    "text": "Größe 3,5\n".encode("utf-16"),
}


def harm_bytes(rng: Rng, data: bytes) -> tuple[str, bytes]:
    """One kind of damage, with its name."""
    kind = str(rng.choice(["cut", "flip", "flip", "flip", "zero", "twice", "insert", "other"]))
    if kind == "cut":
        return kind, data[: int(rng.integers(len(data)))]
    if kind == "other":
        name = str(rng.choice(list(OTHERS)))
        return name, OTHERS[name]
    harmed, at = bytearray(data), int(rng.integers(len(data)))
    size = int(rng.integers(1, 64))
    if kind == "flip":
        # half of them near an end, where directories and headers lie
        near = [int(rng.integers(min(len(data), 600))), len(data) - 1 - int(rng.integers(min(len(data), 600)))]
        for place in (at, *near)[: int(rng.integers(1, 4))]:
            harmed[place] ^= 1 << int(rng.integers(8))
    elif kind == "zero":
        harmed[at : at + size] = bytes(len(harmed[at : at + size]))
    elif kind == "twice":
        harmed[at:at] = harmed[at : at + size]
    else:
        harmed[at:at] = rng.bytes(size)
    return kind, bytes(harmed)


def no_file(rng: Rng, name: str) -> Case:
    """Something that stands where the file ``name`` should and is none."""

    def link(to: str) -> Callable[[Path], object]:
        return lambda path: path.symlink_to(to)

    kinds: dict[str, Callable[[Path], object]] = {
        "pipe": os.mkfifo,
        "folder": Path.mkdir,
        "device": link("/dev/zero"),
        "link to nothing": link("/nowhere/at/all"),
        "link to itself": lambda path: path.symlink_to(path.name),
    }
    kind = str(rng.choice(list(kinds)))

    def write(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        kinds[kind](path)

    return Case(f"{kind} for {name}", write, "refused")


def file_case(what: str, name: str, data: bytes, expected: Expected) -> Case:
    """A case that is one file."""

    def write(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)

    return Case(what, write, expected)


class Payload:
    """Leaves a trace when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, (f"open({TRACE!r}, 'w').close()",)
