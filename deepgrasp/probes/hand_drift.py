"""Proprioceptive drift: by how many centimetres, and which way, an estimated hand moves under a conflict."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
CENTIMETRES = 100.0  # in a metre


class Drift(NamedTuple):
    """Of each window, in the axes of the pelvis (x to the body's left, y up, z to the front), centimetres.

    Attributes:
        moved: how far the estimated hand moved ``[N, 3]``, the mean over the frames.
        imposed: how far the posture that is seen would move it ``[N, 3]``.
    """

    moved: Floats
    imposed: Floats

    def along(self) -> Floats:
        """Of each window ``[N]``: how far the estimate moved in the imposed direction, cm; 0 where none is imposed."""
        size = np.linalg.norm(self.imposed, axis=1)
        return np.divide((self.moved * self.imposed).sum(axis=1), size, out=np.zeros_like(size), where=size > 1e-9)


def drift(clean: Floats, conflict: Floats, before: Floats, after: Floats, hand: NDArray[np.int64]) -> Drift:
    """Drift of one joint of each window.

    Args:
        clean: estimated positions ``[N, T, J, 3]`` without a conflict, metres.
        conflict: those under it.
        before: where the recorded posture puts the joints ``[N, T, J, 3]``, metres.
        after: where the posture that is seen puts them.
        hand: the joint ``[N]`` that is looked at, the wrist of the hand that touches more.
    """
    rows = np.arange(len(hand))
    moved, imposed = (
        CENTIMETRES * (np.asarray(new, float)[rows, :, hand] - np.asarray(old, float)[rows, :, hand]).mean(axis=1)
        for old, new in ((clean, conflict), (before, after))
    )
    return Drift(moved, imposed)
