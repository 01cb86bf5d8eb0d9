"""Reads a pickle without running it: arrays (numpy's, scipy's sparse, chumpy's) become stubs, plain values stay."""

import pickle
import struct
from collections.abc import Callable
from typing import IO, Any

import numpy as np

from deepgrasp.grab import stubs
from deepgrasp.grab.stubs import ForbiddenPickleError

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


def _simple(key: Any) -> Any:
    """Tuples of tuples of one tuple are short to write, and their hash never ends."""
    if not isinstance(key, (str, bytes, int, float, np.generic, type(None))):
        raise ForbiddenPickleError(f"a key that is a {type(key).__name__}")
    return key


class _Dict(dict[Any, Any]):
    def __setitem__(self, key: Any, value: Any) -> None:
        if _simple(key) in self:  # no program writes it; readers would differ in which of the two they take
            raise ValueError(f"key {key!r} twice")
        super().__setitem__(key, value)


def _set(items: Any = ()) -> set[Any]:
    return {_simple(item) for item in items}


def _allowed() -> dict[tuple[str, str], Any]:
    """What each name that may stand in a pickle is read as, in every spelling of numpy 1 and 2, Python 2 and 3."""
    named: dict[tuple[str, str], Any] = {
        ("numpy", "ndarray"): stubs.ArrayStub,
        ("numpy", "dtype"): _Sealed(_dtype),
        ("_codecs", "encode"): _Sealed(_encode),
        ("chumpy.ch", "Ch"): stubs.ChumpyStub,
        ("chumpy.reordering", "Select"): stubs.SelectStub,
    }
    # numpy 2 renamed the first to the second: files of both kinds are about, and numpy 1.24 reads only the first
    for core in ("numpy.core", "numpy._core"):
        named[f"{core}.multiarray", "_reconstruct"] = _Sealed(_array)
        named[f"{core}.multiarray", "scalar"] = _Sealed(_scalar)
        named[f"{core}.numeric", "_frombuffer"] = _Sealed(_frombuffer)
    # the names of Python 2, then those of Python 3
    for registry, builtins in (("copy_reg", "__builtin__"), ("copyreg", "builtins")):
        named[registry, "_reconstructor"] = _Sealed(_reconstructed)
        named[builtins, "object"] = _OBJECT
        named[builtins, "set"] = _Sealed(_set)
        named[builtins, "bytes"] = _Sealed(lambda: b"")  # how protocol 2 writes those of an empty array
    # scipy moved its matrices into modules with an underscore (scipy.sparse._csc) in version 1.8
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
            # The one gate. A list of what is allowed, since one of what is forbidden is never complete.
            return _ALLOWED[module, name]
        except KeyError:
            raise ForbiddenPickleError(f"{module}.{name}") from None

    def load_empty_dictionary(self) -> None:
        self.append(_Dict())

    def load_dict(self) -> None:
        items, found = self.pop_mark(), _Dict()
        for key, value in zip(items[::2], items[1::2], strict=True):
            found[key] = value
        self.append(found)

    def load_additems(self) -> None:
        items = self.pop_mark()
        self.stack[-1].update(_set(items))

    def load_frozenset(self) -> None:
        self.append(_set(self.pop_mark()))

    def load_bytearray8(self) -> None:  # Python's own takes memory for the length that is claimed
        (size,) = struct.unpack("<Q", self.read(8))
        self.append(self.read(size))

    dispatch = _PYTHONS.dispatch | {
        pickle.EMPTY_DICT[0]: load_empty_dictionary,
        pickle.DICT[0]: load_dict,
        pickle.ADDITEMS[0]: load_additems,
        pickle.FROZENSET[0]: load_frozenset,
        pickle.BYTEARRAY8[0]: load_bytearray8,
    }


def unpickle(stream: IO[bytes]) -> Any:
    """The content of a pickle: plain values, and stubs that :class:`deepgrasp.grab.stubs.Builder` makes arrays of.

    Raises:
        ForbiddenPickleError: it names anything else. Damage makes it raise nearly anything.
    """
    # latin1 maps every byte to one character and back: the byte strings of Python 2 survive
    return _Unpickler(stream, encoding="latin1").load()
