"""Frames of a recording that make a sample: its contact or prehension window, evenly thinned out or whole."""

import numpy as np
from numpy.typing import NDArray

from deepgrasp.choices import Window
from deepgrasp.grab.reader import RecordedSequence
from deepgrasp.store.layout import evenly_spaced

FEWEST_FRAMES = 2  # a window has a first and a last frame


def window_frames(sequence: RecordedSequence, window: Window, frames: int | None) -> NDArray[np.int64]:
    """Indices ``[frames]`` of evenly spaced frames of the window, or of all its frames if ``frames`` is None.

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
    wanted = frames or FEWEST_FRAMES
    # every recording of GRAB has at least 94 frames of contact, so that the published 80 always fit
    if len(candidates) < wanted:
        raise ValueError(f"{len(candidates)} frames in the {window} window, {wanted} are asked for")
    return candidates if frames is None else candidates[evenly_spaced(len(candidates), frames)]
