"""Stubs for the objects of a pickle: each keeps the state that the pickle gives it and builds an array from it."""

import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_DENSE = 1 << 24  # elements of a sparse matrix when written out; SMPL-X's joint regressor has 576,125
_NUMBERS_AND_TEXT = re.compile(r"[biufcSUO]\d{0,6}")  # no structures, subarrays or dates: no file of ours holds any
_PLAIN = (type(None), bool, int, float, complex, str, bytes, np.generic)
_OPEN = object()


class ForbiddenPickleError(Exception):
    """A pickle names or does something that arrays and plain values do not need."""


class Stub:
    """Keeps the state that a pickle gives an object. Nothing happens until it is built."""

    state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def build(self, builder: "Builder") -> Any:
        """The array or type that the state describes."""
        raise NotImplementedError


class Builder:
    """Makes arrays and plain values of what an unpickler collected: each object once, however often it is named."""

    def __init__(self) -> None:
        self._built: dict[int, Any] = {}

    def __call__(self, value: Any) -> Any:
        """The value with arrays in place of stubs.

        Raises:
            ForbiddenPickleError: it is of an unusual type. States that make no sense raise nearly anything.
        """
        if isinstance(value, _PLAIN):
            return value
        # by identity: one array may be named a thousand times; ids are safe, as the unpickled tree keeps all alive
        if id(value) not in self._built:
            self._built[id(value)] = _OPEN  # before it is made: what holds itself would recurse without end
            self._built[id(value)] = self._make(value)
        if self._built[id(value)] is _OPEN:
            raise ValueError("an object that contains itself")
        return self._built[id(value)]

    def _make(self, value: Any) -> Any:
        if isinstance(value, Stub):
            return value.build(self)
        if isinstance(value, dict):
            return {self(key): self(item) for key, item in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return type(value)(self(item) for item in value)
        if isinstance(value, bytearray):
            return bytes(value)
        raise ForbiddenPickleError(f"an unusual {type(value).__name__}")


class TypeStub(Stub):
    """Stub of ``numpy.dtype``: numbers, text or objects. numpy's own would let a pickle say that bytes are pointers."""

    spec: Any = None

    def build(self, builder: Builder) -> np.dtype[Any]:
        """The type."""
        if not isinstance(self.spec, str) or _NUMBERS_AND_TEXT.fullmatch(self.spec) is None:
            raise ForbiddenPickleError("an unusual type of array")
        dtype = np.dtype(self.spec)
        # numpy's state is (version, byte order, subarray, names, fields, ...): a plain type has None for the last three
        if self.state is not None and (len(self.state) < 5 or any(part is not None for part in self.state[2:5])):
            raise ForbiddenPickleError("an unusual type of array")
        order: Any = "=" if self.state is None else self.state[1]
        if not dtype.itemsize or order not in ("<", ">", "|", "="):
            raise ValueError("a type without size or order")
        return dtype.newbyteorder(order) if order in ("<", ">") else dtype


class ArrayStub(Stub):
    """Stub of ``numpy.ndarray``: shape, type, whether in Fortran's order, and bytes, which are not copied."""

    def build(self, builder: Builder) -> NDArray[Any]:
        """The array, read-only."""
        shape, kind, fortran, data = self.state[-4:]  # a version comes first
        dtype, count = kind.build(builder), math.prod(shape)
        if min(shape, default=0) < 0:
            raise ValueError("a negative length")
        flat = _objects(data, count, builder) if dtype.hasobject else np.frombuffer(as_bytes(data), dtype=dtype)
        if flat.size != count:  # before reshape, which would take -1
            raise ValueError(f"{flat.size} values for an array of shape {shape}")
        return flat.reshape(shape, order="F" if fortran else "C")


def _objects(data: Any, count: int, builder: Builder) -> NDArray[Any]:
    if not isinstance(data, list) or len(data) != count:  # numpy itself would read beyond the list
        raise ValueError("objects that do not fill their array")
    flat = np.empty(count, dtype=object)
    for place, item in enumerate(data):
        flat[place] = builder(item)
    return flat


def as_bytes(data: Any) -> bytes | bytearray:
    """The bytes of an array. Python 2 had one type for bytes and text: its pickles, decoded as latin1, hold text."""
    if isinstance(data, str):
        return data.encode("latin1")
    if not isinstance(data, (bytes, bytearray)):
        raise ValueError("an array without bytes")
    return data


class SparseStub(Stub):
    """Stub of ``scipy.sparse.coo_matrix``, and the base of those of csc and csr; built as a dense array."""

    def build(self, builder: Builder) -> NDArray[Any]:
        """The matrix; values that fall on one place add up."""
        shape, values = tuple(map(int, self._part(builder, "_shape", "shape"))), self._part(builder, "data")
        if len(shape) != 2 or min(shape) < 0 or math.prod(shape) > MAX_DENSE:
            raise ValueError(f"a sparse matrix of shape {shape}")
        # [2, values]: row and column of each
        places = np.stack(self._places(builder, shape)).astype(np.int64)
        if (places < 0).any() or (places >= np.array(shape)[:, None]).any():
            raise ValueError("a sparse matrix with values outside its shape")
        dense = np.zeros(shape, dtype=values.dtype)
        np.add.at(dense, tuple(places), values)  # `dense[...] += values` would keep one of several on a place
        return dense

    def _part(self, builder: Builder, *names: str) -> Any:
        # names differ between versions of scipy: shape became _shape
        return builder(self.state[next(name for name in names if name in self.state)])

    def _places(self, builder: Builder, shape: tuple[int, ...]) -> tuple[NDArray[Any], NDArray[Any]]:
        # since scipy 1.13 one pair of arrays; row and col before
        if "coords" in self.state:
            row, column = self._part(builder, "coords")
            return row, column
        return self._part(builder, "row"), self._part(builder, "col")


class ColumnsStub(SparseStub):
    """Stub of ``csc_matrix``: the form in which a MANO file may hold its joint regressor."""

    def _places(self, builder: Builder, shape: tuple[int, ...]) -> tuple[NDArray[Any], NDArray[Any]]:
        inner = self._part(builder, "indices")
        return inner, _outer(self._part(builder, "indptr"), shape[1], len(inner))


class RowsStub(SparseStub):
    """Stub of ``csr_matrix``."""

    def _places(self, builder: Builder, shape: tuple[int, ...]) -> tuple[NDArray[Any], NDArray[Any]]:
        inner = self._part(builder, "indices")
        return _outer(self._part(builder, "indptr"), shape[0], len(inner)), inner


def _outer(starts: NDArray[Any], groups: int, count: int) -> NDArray[np.int64]:
    """The group that each of ``count`` values belongs to, from where each of the groups starts."""
    sizes = np.diff(starts.astype(np.int64))
    if len(sizes) != groups or (sizes < 0).any() or starts[0] != 0 or starts[-1] != count:
        raise ValueError("a sparse matrix whose groups do not fit its values")
    return np.repeat(np.arange(groups), sizes)


class ChumpyStub(Stub):
    """Stub of ``chumpy.ch.Ch``: its state holds the array under the name x."""

    def build(self, builder: Builder) -> NDArray[Any]:
        """The array."""
        # chumpy itself does not import on a current numpy, and what it would differentiate is not asked for
        return np.asarray(builder(self.state["x"]))


class SelectStub(Stub):
    """Stub of ``chumpy.reordering.Select``: some values of another array, by their flat index, reshaped."""

    def build(self, builder: Builder) -> NDArray[Any]:
        """The values that are selected."""
        chosen = np.asarray(builder(self.state["a"])).ravel()[builder(self.state["idxs"])]
        shape = builder(self.state.get("preferred_shape"))
        return np.asarray(chosen if shape is None else chosen.reshape(shape))
