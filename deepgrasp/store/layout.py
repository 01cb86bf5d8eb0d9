"""How a store lays out its arrays: nodes of a pose graph, packed touch, evenly spaced frames."""

import numpy as np
from numpy.typing import NDArray

from deepgrasp.skeleton import (
    HAND_VERTICES,
    pose_nodes,
)


def evenly_spaced(count: int, frames: int) -> NDArray[np.int64]:
    """``frames`` of the numbers below ``count``, the first and the last included, none twice if there are enough."""
    return np.round(np.linspace(0, count - 1, frames)).astype(np.int64)


NODES = pose_nodes("arms", "both", 21)
"""All that a pose graph can be made of: 39 joints that turn, then ten fingertips, which only have a length."""


def unpack_touch(touch: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Bits ``[..., 98]`` to one 0 or 1 a vertex ``[..., 778]``."""
    return np.unpackbits(touch, axis=-1, count=HAND_VERTICES)
