"""Which frames of a recording make a sample: the contact or the prehension window, at a fixed number of frames."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from deepgrasp.grab.reader import Sequence

Window = Literal["contact", "prehension", "all"]


def window_frames(sequence: Sequence, window: Window, frames: int) -> NDArray[np.int64]:
    """Indices ``[frames]`` of evenly spaced frames of the window, its first and last included, none twice.

    ``contact``: the frames in which the object is touched, and only these (the published choice). ``prehension``: from
    the first frame of the recording to the one before the first contact. ``all``: every frame of the recording.

    Raises:
        ValueError: the window has fewer frames than asked for.
    """
    touched = sequence.contact_frames
    candidates = {
        "contact": touched,
        "prehension": np.arange(touched[0] if len(touched) else 0),  # without any contact nothing is reached for
        "all": np.arange(sequence.n_frames),
    }[window]
    if len(candidates) < frames:
        raise ValueError(f"{len(candidates)} frames in the {window} window, {frames} are asked for")
    return candidates[np.round(np.linspace(0, len(candidates) - 1, frames)).astype(np.int64)]
