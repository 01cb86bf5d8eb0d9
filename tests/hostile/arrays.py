"""What arrays may be made that they should not be, and fingerprints of what was read."""

import hashlib
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np

from tests.hostile.damage import Payload, Rng

Spoil = Callable[[np.ndarray], Any]
# any array of a file, made something that it may not be
SPOILT: dict[str, Spoil] = {
    "a row less": lambda array: array[:-1],
    "a column less": lambda array: array[..., :-1],
    "an axis more": lambda array: array[None],
    "flat": lambda array: array.reshape(-1),
    "complex": lambda array: array.astype(complex),
    "text": lambda array: array.astype("U8"),
    "objects": lambda array: array.astype(object),
    "bytes": lambda array: array.astype("S8"),
    "empty": lambda array: np.zeros((0, 0)),
    "a list": lambda array: array.tolist()[:1],
    "none": lambda array: None,
    "a dict": lambda array: {"x": array},
    "a pickle that runs": lambda array: Payload(),
    "NaN": lambda array: np.where(np.arange(array.size).reshape(array.shape) == 5, np.nan, array),
    "infinity": lambda array: np.where(np.arange(array.size).reshape(array.shape) == 5, np.inf, array),
    "1e300": lambda array: array.astype(float) + 1e300,
    "a million times": lambda array: (array.astype(float) + 1) * 1e6,
}


def fingerprint(*values: Any) -> str:
    """Hash of arrays and plain values."""
    digest = hashlib.sha256()
    for value in values:
        if isinstance(value, np.ndarray):
            digest.update(f"{value.shape}".encode() + np.ascontiguousarray(value, "<f8").tobytes())
        else:
            digest.update(repr(value).encode())
    return digest.hexdigest()


def of_fields(made: Any) -> str:
    """Fingerprint of a dataclass of arrays."""
    return fingerprint(*(getattr(made, field.name) for field in fields(made) if getattr(made, field.name) is not None))


def picked(rng: Rng, table: dict[str, Any]) -> tuple[str, Any]:
    """A row of a table."""
    name = str(rng.choice(list(table)))
    return name, table[name]
