"""Targets: what tasks ask for, as arrays read from the graph store, and the shape that a prediction must have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class ClassTarget:
    """Class indices ``[N]`` into the names of all classes, whether they occur or not."""

    labels: NDArray[np.int64]
    classes: tuple[str, ...]

    @property
    def prediction_shape(self) -> tuple[int, ...]:
        """Shape of a prediction: logits ``[N, C]``."""
        return len(self.labels), len(self.classes)


class Regression(Protocol):
    """A target of numbers for every frame."""

    @property
    def prediction_shape(self) -> tuple[int, ...]:
        """Shape ``[N, T, ...]`` that a prediction must have."""

    @property
    def regressed(self) -> Array:
        """The target in the form of its prediction."""


# a union of two: losses and heads ask only whether a target is classes or numbers
Target = ClassTarget | Regression


def head_shape(target: Target) -> int | tuple[int, ...]:
    """Number of classes, or shape of one frame's regression: what a network's head gives for a target."""
    shape = target.prediction_shape  # [N, C], or [N, T, ...]
    return shape[1] if isinstance(target, ClassTarget) else shape[2:]


def mean_of_rows(blocks: Iterable[Array]) -> NDArray[np.float64]:
    """Mean ``[...]`` of the rows of blocks ``[n, ...]``: row after row, so that blocks of any size give the same."""
    total: Any = 0.0
    count = 0
    for block in blocks:
        for row in np.asarray(block, float):
            total = total + row
        count += len(block)
    return np.asarray(total / count)


# Only what is used of the store: the room of tasks can be read, and tested, without knowing how shards are laid out.
class TargetStore(Protocol):
    """The part of a graph store that targets are read from."""

    @property
    def meshes(self) -> Mapping[str, Array]: ...
    @property
    def manifest(self) -> Any: ...
    def read(self, name: str, rows: Any = None) -> Array: ...
