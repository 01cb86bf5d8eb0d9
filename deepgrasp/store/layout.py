"""Layout of stored arrays: nodes of a pose graph, packed touch, evenly spaced frames."""

import numpy as np
from numpy.typing import NDArray

from deepgrasp.skeleton import (
    HAND_VERTICES,
    pose_nodes,
)


def evenly_spaced(count: int, frames: int) -> NDArray[np.int64]:
    """``frames`` evenly spaced numbers below ``count``: with the first and the last, none twice if there are enough."""
    # The published code spaces from 1 and not from 0: it never takes the first frame of contact, and takes one frame
    # twice where there are 80. numpy rounds halves to even; another rule would choose other frames.
    return np.round(np.linspace(0, count - 1, frames)).astype(np.int64)


NODES = pose_nodes("arms", "both", 21)
"""Names of all nodes of pose graphs: 39 joints, which turn, then ten fingertips, which only have a length."""


def unpack_touch(touch: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Touch of each vertex, 0 or 1, ``[..., 778]`` from packed bits ``[..., 98]``."""
    # count: 778 bits fill 97 bytes and a quarter of one more
    return np.unpackbits(touch, axis=-1, count=HAND_VERTICES)
