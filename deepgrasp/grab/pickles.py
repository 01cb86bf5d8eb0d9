"""Reads pickles without running them: arrays (numpy's, scipy's sparse, chumpy's) and plain values, nothing else."""

import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import numpy as np

from deepgrasp.errors import InputError
from deepgrasp.grab import stubs
from deepgrasp.grab.stubs import ForbiddenPickleError

MAX_BYTES = 1 << 30  # the largest SMPL-X pickle has half of it

_PYTHONS: Any = pickle._Unpickler  # what it has is not typed
_OBJECT = "object"  # only ever named as the base of what is reconstructed


class _Sealed:
    """A function that a pickle may call but not change: a plain one would take attributes from its BUILD opcode."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, *arguments: Any) -> Any:
        return self._function(*arguments)

    def __setstate__(self, state: Any) -> None:
        raise ForbiddenPickleError("a change of a function")


def _array(kind: Any, shape: Any, _: object) -> stubs.Stub:
    if kind is not stubs.ArrayStub or shape != (0,):  # numpy always writes (0,); its state comes afterwards
        raise ForbiddenPickleError("an unusual array")
    return stubs.ArrayStub()


def _frombuffer(data: Any, dtype: Any, shape: Any, order: Any, *_: object) -> stubs.Stub:  # protocol 5
    found = stubs.ArrayStub()
    found.state = (shape, dtype, order == "F", data)
    return found


def _dtype(spec: Any, *_: object) -> stubs.Stub:
    found = stubs.TypeStub()
    found.spec = spec
    return found


def _scalar(kind: Any, data: Any = None) -> Any:
    dtype = kind.build(stubs.Builder())
    if dtype.hasobject:
        raise ForbiddenPickleError("an object scalar")
    return np.frombuffer(stubs.as_bytes(data), dtype=dtype, count=1)[0]


def _encode(text: Any, codec: Any) -> bytes:  # how protocol 2 writes bytes
    if codec != "latin1":
        raise ForbiddenPickleError(f"codec {codec}")
    return bytes(text.encode("latin1"))


def _reconstructed(kind: Any, base: Any, state: Any) -> stubs.Stub:  # how protocols 0 and 1 begin an object
    if not (isinstance(kind, type) and issubclass(kind, stubs.Stub)) or base is not _OBJECT or state is not None:
        raise ForbiddenPickleError("an unusual object")
    return kind()


def _allowed() -> dict[tuple[str, str], Any]:
    """What each name that may stand in a pickle is read as, in every spelling of numpy 1 and 2, Python 2 and 3."""
    named: dict[tuple[str, str], Any] = {
        ("numpy", "ndarray"): stubs.ArrayStub,
        ("numpy", "dtype"): _Sealed(_dtype),
        ("_codecs", "encode"): _Sealed(_encode),
        ("chumpy.ch", "Ch"): stubs.ChumpyStub,
        ("chumpy.reordering", "Select"): stubs.SelectStub,
    }
    for core in ("numpy.core", "numpy._core"):
        named[f"{core}.multiarray", "_reconstruct"] = _Sealed(_array)
        named[f"{core}.multiarray", "scalar"] = _Sealed(_scalar)
        named[f"{core}.numeric", "_frombuffer"] = _Sealed(_frombuffer)
    for registry, builtins in (("copy_reg", "__builtin__"), ("copyreg", "builtins")):
        named[registry, "_reconstructor"] = _Sealed(_reconstructed)
        named[builtins, "object"] = _OBJECT
        named[builtins, "set"] = _Sealed(set)
    kinds = {"csc": stubs.ColumnsStub, "csr": stubs.RowsStub, "coo": stubs.SparseStub}
    for layout, kind in kinds.items():
        for module in (layout, f"_{layout}"):
            named[f"scipy.sparse.{module}", f"{layout}_matrix"] = kind
    return named


_ALLOWED = _allowed()


class _Unpickler(_PYTHONS):
    """Python's own, in Python: the one in C takes memory for whatever number of objects a few bytes claim."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise ForbiddenPickleError(f"{module}.{name}") from None

    def load_bytearray8(self) -> None:  # Python's own takes memory for the length that is claimed
        (size,) = struct.unpack("<Q", self.read(8))
        self.append(self.read(size))

    dispatch = _PYTHONS.dispatch | {pickle.BYTEARRAY8[0]: load_bytearray8}


def unpickle(stream: IO[bytes]) -> Any:
    """What a pickle holds: plain values, and stubs for :class:`deepgrasp.grab.stubs.Builder`.

    Raises:
        ForbiddenPickleError: it names anything else. Damage makes it raise nearly anything.
    """
    return _Unpickler(stream, encoding="latin1").load()


class PickleFile:
    """A file that is one pickled dict of arrays, opened without trusting it, with the methods of an ``Npz``.

    Raises:
        InputError: missing, too large, damaged or not a dict (on opening); a value that makes no sense (on reading).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            if path.stat().st_size > MAX_BYTES:
                raise InputError(path, f"has {path.stat().st_size} bytes", "download it again")
            with path.open("rb") as stream:
                self._values = unpickle(stream)
        except FileNotFoundError:
            raise InputError(path, "no such file", "check the folder's layout against the README") from None
        except Exception as error:
            raise self._error(error, "the file") from None
        if not isinstance(self._values, dict) or not all(isinstance(key, str) for key in self._values):
            raise InputError(path, "is not a pickled dict of arrays", "download it again")
        self.keys, self._build = tuple(self._values), stubs.Builder()

    def __enter__(self) -> "PickleFile":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._values = {}

    def header(self, key: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
        """Shape and type of a value; ``()`` and objects if it is no array."""
        value = self.read(key)
        return (value.shape, value.dtype) if isinstance(value, np.ndarray) else ((), np.dtype(object))

    def read(self, key: str) -> Any:
        """The array or plain value of a key."""
        if key not in self.keys:
            raise InputError(self.path, f"no key {key!r}", "the file is not in this format, or not whole")
        try:
            return self._build(self._values[key])
        except Exception as error:
            raise self._error(error, f"key {key!r}") from None

    def _error(self, error: Exception, where: str) -> InputError:
        if isinstance(error, InputError):
            return error
        if isinstance(error, ForbiddenPickleError):
            remedy = "use its npz, or write one where the file is trusted: numpy.savez(new, **pickle.load(old))"
            return InputError(self.path, f"{where} holds more than arrays ({error})", remedy)
        problem = f"{where} is damaged ({type(error).__name__}: {error})".replace("\n", " ")
        return InputError(self.path, problem, "download it again")
