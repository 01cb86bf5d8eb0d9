"""Pickles as others write them: Python 2's, scipy's older ones, and chumpy's, without any of these installed."""

import io
import pickle
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np


class Ch:
    def __init__(self, x: np.ndarray) -> None:
        self.x, self._dirty_vars, self._itr, self._depends_on_deps = x, {"x"}, None, {}


class Select:
    def __init__(self, a: Any, idxs: np.ndarray, preferred_shape: tuple[int, ...] | None = None) -> None:
        self.a, self.idxs, self._dirty_vars = a, idxs, {"a", "idxs"}
        if preferred_shape is not None:
            self.preferred_shape = preferred_shape


class Add:  # chumpy can do sums; no model file needs any
    def __init__(self, a: Any, b: Any) -> None:
        self.a, self.b = a, b


@contextmanager
def _standing_in(**classes: type) -> Iterator[None]:
    """Pretend that these are classes of chumpy, as long as something is pickled."""
    places = {"Ch": "chumpy.ch", "Select": "chumpy.reordering", "Add": "chumpy.ch_ops"}
    names = {place: ModuleType(place) for place in ("chumpy", *places.values())}
    before = {name: (cls.__module__, cls.__qualname__) for name, cls in classes.items()}
    for name, cls in classes.items():
        cls.__module__, cls.__qualname__ = places[name], name
        setattr(names[places[name]], name, cls)
    sys.modules.update(names)
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]
        for name, cls in classes.items():
            cls.__module__, cls.__qualname__ = before[name]


class _Python2(pickle._Pickler):
    """Writes text and bytes alike, as Python 2 did."""

    def _string(self, value: bytes | str) -> None:
        data = value.encode("latin1") if isinstance(value, str) else value
        short = b"S" + repr(data)[1:].encode() + b"\n"
        self.write(b"T" + struct.pack("<i", len(data)) + data if self.bin else short)  # type: ignore[attr-defined]
        self.memoize(value)  # type: ignore[attr-defined]

    dispatch = pickle._Pickler.dispatch | {bytes: _string, str: _string}


def pickled(value: Any, protocol: int, *, python: int = 3) -> bytes:
    """A pickle of arrays, sparse matrices and the classes above; Python 2's has protocol 0, 1 or 2."""
    stream = io.BytesIO()
    with _standing_in(Ch=Ch, Select=Select, Add=Add):
        (_Python2 if python == 2 else pickle._Pickler)(stream, protocol).dump(value)
    data = stream.getvalue()
    if python == 2:
        data = data.replace(b"numpy._core", b"numpy.core")
        for layout in (b"csc", b"csr", b"coo"):
            data = data.replace(b"scipy.sparse._" + layout, b"scipy.sparse." + layout)
    return data
