"""Whether what is said to touch can touch: the object lies within reach of the hand that feels it."""

import numpy as np
from numpy.typing import NDArray

from deepgrasp.geometry.rotations import Floats
from deepgrasp.skeleton import SIDES
from deepgrasp.store.layout import POSE_NODES

WITHIN_REACH = 2.0
"""Metres from wrist to surface, as far as a person is tall. Wide on purpose, as are the ranges of single arrays: it is
there to tell another origin or another recording, and no loose touch may be lost to it."""


def problem_of_touch(touch: NDArray[np.uint8], joints: Floats, object_translation: Floats, radius: float) -> str | None:
    """What is wrong with the first frame in which a hand feels an object that is out of its reach, or None.

    Body and object of two recordings, of two origins or of two clocks have plausible numbers each.

    Args:
        touch: ``[T, 2, 98]``, a bit a vertex, of the right and the left hand.
        joints: ``[T, 39, 3]`` of the arms, metres.
        object_translation: ``[T, 3]`` in the same frame of reference.
        radius: how far the object's surface is from its origin, at most, metres.
    """
    wrists = [POSE_NODES.index(f"{side}_wrist") for side in SIDES]
    distances = np.linalg.norm(joints[:, wrists] - object_translation[:, None], axis=-1)  # [T, 2]
    far = touch.any(axis=-1) & (distances > radius + WITHIN_REACH)
    if not far.any():
        return None
    frame, side = (int(place) for place in np.argwhere(far)[0])
    return (
        f"in frame {frame} of its window the object is {distances[frame, side]:.2f} m from the wrist of the "
        f"{SIDES[side]} hand, which touches it, expected within {radius + WITHIN_REACH:.2f}"
    )
