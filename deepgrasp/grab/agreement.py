"""Whether a recording's contact agrees with itself: what is touched and what touches it are two arrays of one file."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_OF_BODY = 0.5
"""Share of the body's vertices: whoever touches a thing with more of them than these lies on it."""
MOST_APART = 0.5
"""Share of the frames with contact that only one of both arrays may show. In GRAB both show the same frames; loose
thresholds of others may differ at the beginning and end of a touch."""


def problem_of_contact(body: NDArray[np.integer[Any]], touched: NDArray[np.bool_]) -> str | None:
    """What is wrong with the contact of one recording, in words; None if both sides can be of one recording.

    Args:
        body: ``[T, 10475]`` codes at the body's vertices, 0 without contact.
        touched: ``[T]``, in which frames any of the object's vertices has contact.
    """
    touching = np.count_nonzero(body, axis=1)  # [T]
    frame = int(touching.argmax())
    if touching[frame] > MOST_OF_BODY * body.shape[1]:
        return f"key 'contact.body' has contact at {touching[frame]} of {body.shape[1]} vertices in frame {frame}"
    either, both = (touching > 0) | touched, (touching > 0) & touched
    apart = int(either.sum() - both.sum())
    if apart > MOST_APART * either.sum():
        frame = int(np.flatnonzero(either & ~both)[0])
        told = "the object is touched and nothing touches it" if touched[frame] else "the body touches and nothing is"
        frames = f"{apart} of {int(either.sum())} frames with contact"
        return f"keys 'contact.body' and 'contact.object' differ in {frames}: in frame {frame} {told}"
    return None
