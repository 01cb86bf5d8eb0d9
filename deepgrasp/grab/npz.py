"""Reads npz files without running what they hold: arrays, and pickles of nothing but arrays and plain values."""

import io
import math
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

from deepgrasp.errors import InputError, MachineError, check_machine, in_a_line
from deepgrasp.files import check_is_file
from deepgrasp.grab.stubs import Builder, ForbiddenPickleError
from deepgrasp.grab.unpickler import unpickle

MAX_MEMBER_BYTES = 1 << 30  # GRAB's largest, a contact member, has 0.26 GB; more is damage or a decompression bomb
MAX_OBJECTS = 1000  # of an array of objects; GRAB's and the models' have one
# Versions 1 and 2 of the npy format. Version 3 only adds names of fields in UTF-8, and arrays here have no fields.
_HEADERS: dict[tuple[int, int], Callable[..., tuple[tuple[int, ...], bool, np.dtype[Any]]]] = {
    (1, 0): npy.read_array_header_1_0,
    (2, 0): npy.read_array_header_2_0,
}


class Npz:
    """An npz file, opened without trusting it.

    ``numpy.load(allow_pickle=True)`` would run whatever a pickle says; GRAB's files need it only to store dicts.

    Raises:
        InputError: missing, truncated or not a zip (on opening); a damaged, foreign or oversized member (on reading).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        check_is_file(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError:
            # of the machine: a link may lead to a disk that is not mounted, which is no damage
            raise MachineError(path, "no such file", "check the folder's layout against the README") from None
        except Exception as error:  # a damaged directory makes zipfile raise anything from BadZipFile to struct.error
            check_machine(path, error)
            raise InputError(path, f"not a readable npz ({in_a_line(error)})", "copy or unpack it again") from None
        names = self._zip.namelist()
        if len(set(names)) < len(names):  # one program would read the first, another the last
            self._zip.close()
            raise InputError(path, "holds a key twice", "copy or unpack it again")
        self.keys = tuple(name[: -len(".npy")] for name in names if name.endswith(".npy"))

    def __enter__(self) -> "Npz":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._zip.close()

    def fingerprint(self) -> list[tuple[str, int, int]]:
        """Name, size and CRC-32 of every member, from the zip's directory: no content is read."""
        return sorted((info.filename, info.file_size, info.CRC) for info in self._zip.infolist())

    def header(self, key: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
        """Shape and type of a member, without reading its content.

        Raises:
            InputError: it is missing, oversized or damaged.
        """
        with self._guard(key), self._zip.open(f"{key}.npy") as stream:
            shape, _, dtype = _header(stream)
        return shape, dtype

    def read(self, key: str) -> Any:
        """The array of a member; a 0-d array gives its one value, as GRAB's own tools read it.

        Raises:
            InputError: it is missing, oversized, damaged, or a pickle of more than arrays and plain values.
        """
        with self._guard(key):
            array = _parse(self._zip.read(f"{key}.npy"))
        return array.item() if array.ndim == 0 else array

    @contextmanager
    def _guard(self, key: str) -> Iterator[None]:
        if key not in self.keys:
            raise InputError(self.path, f"no key {key!r}", "the file is not in this format, or not whole")
        # as the directory claims, before anything is decompressed; zipfile gives no more than that, whatever follows
        size = self._zip.getinfo(f"{key}.npy").file_size
        if size > MAX_MEMBER_BYTES:
            raise InputError(self.path, f"key {key!r} claims {size} bytes", "copy or unpack the file again")
        try:
            yield
        except ForbiddenPickleError as error:
            problem = f"key {key!r} holds a pickle that is not numpy ({error})"
            raise InputError(self.path, problem, "do not use this file; get it from its owner") from None
        except Exception as error:  # damaged bytes make zlib, the header parser and pickle raise nearly anything
            check_machine(self.path, error)
            problem = f"key {key!r} is damaged ({in_a_line(error)})"
            raise InputError(self.path, problem, "copy or unpack the file again") from None


def read_npy(path: Path) -> np.ndarray:
    """The array of an npy file.

    ``numpy.load`` takes memory for whatever shape the header claims, before it reads a value.

    Raises:
        FileNotFoundError: it is not there. Damage raises nearly anything.
    """
    check_is_file(path)
    if path.stat().st_size > MAX_MEMBER_BYTES:
        raise ValueError(f"has {path.stat().st_size} bytes")
    return _parse(path.read_bytes())


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    return _HEADERS[npy.read_magic(stream)](stream)


def _parse(data: bytes) -> np.ndarray:
    stream = io.BytesIO(data)
    shape, fortran, dtype = _header(stream)
    # numpy writes an array of objects as a header and then one pickle
    if dtype.hasobject:
        # before it is read: a matrix of half a million Python numbers takes a minute, and no file of ours holds one
        if math.prod(shape) > MAX_OBJECTS:
            raise ValueError(f"an array of {math.prod(shape)} objects")
        loaded = Builder()(unpickle(stream))
        if not isinstance(loaded, np.ndarray) or loaded.shape != shape:
            raise ValueError("the pickled array differs from its header")
        return loaded
    if min(shape, default=0) < 0:  # numpy would take it as whatever fits
        raise ValueError(f"an array of shape {shape}")
    # a view of the bytes: contact of 0.26 GB is not copied
    array = np.frombuffer(data, dtype=dtype, offset=stream.tell())
    # in Fortran's order the first index runs fastest: the axes are read backwards and turned round
    return array.reshape(shape[::-1]).T if fortran else array.reshape(shape)
