"""Frames of a recording that make a sample: its contact or prehension window, evenly thinned out or whole."""

import numpy as np
from numpy.typing import NDArray

from deepgrasp.choices import Window
from deepgrasp.grab.reader import RecordedSequence
from deepgrasp.store.layout import evenly_spaced

FEWEST_FRAMES = 2  # a window has a first and a last frame
AS_PUBLISHED = "-as-published"


def window_frames(sequence: RecordedSequence, window: Window, frames: int | None) -> NDArray[np.int64]:
    """Indices ``[frames]`` of evenly spaced frames of the window, or of all its frames if ``frames`` is None.

    ``contact``: the frames in which the object is touched, and only these (the published choice). ``prehension``: from
    the first frame of the recording to the one before the first contact. ``all``: every frame of the recording.
    ``...-as-published``: the frames that the published code takes. It spaces from the second frame of a window and not
    from the first, and its prehension ends with the first contact, not before it (DeepGrasp, data_preprocessing.py).

    Raises:
        ValueError: the window has fewer frames than asked for.
    """
    touched, published = sequence.contact_frames, window.endswith(AS_PUBLISHED)
    # without any contact nothing is reached for
    reached = touched[0] + published if len(touched) else 0
    candidates = {
        "contact": touched,
        "prehension": np.arange(reached),
        "all": np.arange(sequence.n_frames),
    }[window.removesuffix(AS_PUBLISHED)]
    # one more as published: with as many frames as asked for it would take one twice, and then stop
    wanted = (frames or FEWEST_FRAMES) + published
    # every recording of GRAB has at least 94 frames of contact, so that the published 80 always fit
    if len(candidates) < wanted:
        why = "" if len(touched) else ": no frame has contact with the object"
        raise ValueError(f"{len(candidates)} frames in the {window} window, {wanted} are asked for{why}")
    if frames is None:
        return candidates[int(published) :]
    return candidates[evenly_spaced(len(candidates), frames, first=int(published))]
