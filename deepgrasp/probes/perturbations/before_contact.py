"""What is known so many seconds before the hand touches: asked of windows that hold the way to the object."""

from typing import get_args

import numpy as np

from deepgrasp.choices import Window
from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """Frames up to so many seconds before the first touch, the first one always; then the last that was seen."""
    touched = seen.touch.max(axis=(2, 3)) > 0  # [N, T]
    # in a window of prehension nothing is touched: contact comes with the frame behind its last
    first = np.where(
        touched.any(axis=1),
        np.take_along_axis(windows.frames, touched.argmax(axis=1)[:, None], axis=1)[:, 0],
        windows.frames[:, -1] + 1,
    )
    early = windows.frames < (first - strength * windows.rate)[:, None]  # [N, T]
    last = np.maximum(early.sum(axis=1) - 1, 0)  # the first frame is always seen
    return seen.at(np.minimum(np.arange(windows.length), last[:, None]))


PERTURBATION = Perturbation(
    kind="time",
    says="Nothing is seen from so many seconds before the first touch on, but the window's first frame.",
    senses=("pose", "touch"),
    unit="s before contact",
    strengths=(0.1, 0.25, 0.5, 1.0),
    act=act,
    # in the frames of contact alone nothing is left to come
    windows=tuple(name for name in get_args(Window) if not name.startswith("contact")),
)
