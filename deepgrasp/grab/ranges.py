"""Ranges in which numbers of a file are plausible, with their units, and what numbers beyond them look like."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LAST_CODE = 55
"""The last part code of contact: SMPL-X has 55 joints, and a code is a joint's number plus 1 (GRAB's README)."""


@dataclass(frozen=True)
class Range:
    """How far from zero the numbers of an array may be.

    Attributes:
        limit: the largest that is plausible, either sign.
        mistaken: units that are mistaken for the right one, each with the largest number that it explains, in order.
    """

    unit: str
    limit: float
    mistaken: tuple[tuple[str, float], ...] = ()


# Wide on purpose: they are there to tell a wrong unit or damage, and no recording of GRAB may be lost to them.
_LENGTHS = (("centimetres", 500.0), ("millimetres", 20_000.0))  # a person stands 1 to 5 m from a lab's origin
# GRAB was recorded in a motion capture volume of a few metres whose origin lies in it.
PLACE = Range("metres", 10.0, _LENGTHS)
# Half a body is 0.9 m, most of it below the template's origin; a hand's objects are smaller than an arm is long.
BODY_SURFACE = Range("metres", 3.0, _LENGTHS)
OBJECT_SURFACE = Range("metres", 1.0, (("centimetres", 40.0), ("millimetres", 1000.0)))
# A solver that follows a joint from frame to frame may pass pi; at 2 pi its equations turn singular. Twice that is left
# free. Upright is a turn of pi / 2: in degrees every frame has at least one number of 90.
JOINT_ANGLE = Range("radians", 4 * np.pi, (("degrees", 720.0),))
# A thing is turned about in the hand, and more often, so twice as much.
OBJECT_ANGLE = Range("radians", 8 * np.pi, (("degrees", 1440.0),))
# In standard deviations of the people or faces that the model was made of; those that were seen are below 10.
COEFFICIENT = Range("standard deviations", 100.0)
# of a model, metres a unit: none moves a vertex further than a body is tall
DIRECTION = Range("metres", 10.0)
# Weights lie between 0 and 1, and so does a regressor of joints but for rounding and small negative numbers.
WEIGHT = Range("weights", 1.01)
REGRESSOR = Range("weights", 10.0)


def problem_in(array: NDArray[Any], allowed: Range, axis: str = "frame") -> str | None:
    """What is wrong with numbers ``[T, ...]``: which is the first beyond the range, and what they look like, or None.

    Args:
        axis: what the first axis counts.
    """
    if not array.size:
        return None
    sides = array.reshape(len(array), -1)
    peaks = np.maximum(sides.max(axis=1), -sides.min(axis=1))  # np.abs would be a second array
    beyond = np.flatnonzero(~(peaks <= allowed.limit))  # so that a number that is none counts, too
    if not len(beyond):
        return None
    first = int(beyond[0])
    value = sides[first][np.abs(sides[first]).argmax()]
    # one frame of many is damage; another unit shows all the time
    typical = float(np.median(peaks[beyond]))
    unit = next((name for name, most in allowed.mistaken if typical <= most), None)
    likely = f"looks like {unit}" if unit and len(beyond) > len(peaks) / 10 else "looks damaged"
    return f"is {value:.6g} in {axis} {first}, expected {allowed.unit} within {allowed.limit:.4g} of zero ({likely})"
