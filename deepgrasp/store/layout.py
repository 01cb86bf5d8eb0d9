"""Layout of stored arrays: nodes of a pose graph, packed touch, evenly spaced frames."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.skeleton import (
    HAND_VERTICES,
    pose_nodes,
)


def evenly_spaced(count: int, frames: int, first: int = 0) -> NDArray[np.int64]:
    """Evenly spaced frame numbers ``[frames]`` from ``first`` to ``count`` - 1, both included, none twice if enough.

    Args:
        first: 1 in the published code, which so never takes the first frame of contact.
    """
    # numpy rounds halves to even; another rule would choose other frames
    return np.round(np.linspace(first, count - 1, frames)).astype(np.int64)


POSE_NODES = pose_nodes("arms", "both", 21)
"""Names of all nodes of pose graphs: 39 joints, which turn, then ten fingertips, which only have a length."""


def unpack_touch(touch: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Touch of each vertex, 0 or 1, ``[..., 778]`` from packed bits ``[..., 98]``."""
    # count: 778 bits fill 97 bytes and a quarter of one more
    return np.unpackbits(touch, axis=-1, count=HAND_VERTICES)


@dataclass(frozen=True)
class EvenRows:
    """Evenly spaced frames of windows of any length, by row."""

    array: NDArray[Any]
    first: NDArray[np.int64]
    frames: int

    def __getitem__(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        at = [self.first[k] + evenly_spaced(self.first[k + 1] - self.first[k], self.frames) for k in rows]
        return np.asarray(self.array[np.array(at)])  # [n, frames, ...]
