"""Proprioceptive drift: by how many centimetres, and which way, an estimated hand moves under a conflict."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
CENTIMETRES = 100.0  # in a metre


class Drift(NamedTuple):
    """Centimetres that a hand moved in each window: inwards (to the body's middle), up, and to the front.

    Attributes:
        moved: how far the estimated hand moved ``[N, 3]``, the mean over the frames.
        imposed: how far the posture that is seen would move it ``[N, 3]``.
    """

    moved: Floats
    imposed: Floats

    def along(self) -> Floats:
        """Centimetres ``[N]`` that each window's estimate moved in the imposed direction; 0 where none is imposed."""
        size = np.linalg.norm(self.imposed, axis=1)
        # below that it is rounding, and has no direction
        return np.divide((self.moved * self.imposed).sum(axis=1), size, out=np.zeros_like(size), where=size > 1e-9)


def drift(
    clean: Floats,
    conflict: Floats,
    places: tuple[Floats, Floats],
    wrist: NDArray[np.int64],
    hand: NDArray[np.int64],
) -> Drift:
    """How far one joint of each window is estimated elsewhere under a conflict, and how far the conflict puts it.

    Args:
        clean: estimated positions ``[N, T, J, 3]`` without a conflict, metres.
        conflict: those under it.
        places: where the recorded posture puts the joints ``[N, T, J, 3]``, metres, and where the one that is seen.
        wrist: the joint ``[N]`` that is looked at, of the hand that touches more.
        hand: which one that is: 0 for the right one, 1 for the left.
    """
    rows = np.arange(len(wrist))
    # x is to the body's left, which is inwards for the right hand: people who hold with the left one are mirrored
    axes = np.where(hand == 0, 1.0, -1.0)[:, None] * [1.0, 0.0, 0.0] + [0.0, 1.0, 1.0]
    moved, imposed = (
        # [N, T, J, 3] to one joint's [N, T, 3], then [N, 3]
        CENTIMETRES * axes * (np.asarray(new, float) - np.asarray(old, float))[rows, :, wrist].mean(axis=1)
        for old, new in ((clean, conflict), places)
    )
    return Drift(moved, imposed)
