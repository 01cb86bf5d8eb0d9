"""The end of the action is not seen: how early does a model know?"""

import numpy as np

from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """Frames up to that share before the window's end; from there on the last one that was seen."""
    last = max(0, windows.length - 1 - round(strength * windows.length))  # a frame is seen at any strength
    return seen.at(np.minimum(np.arange(windows.length), last))


PERTURBATION = Perturbation(
    kind="time",
    says="The window's end is not seen: the last frame that was stands still.",
    senses=("pose", "touch"),
    unit="share of the window that is not seen",
    strengths=(0.25, 0.5, 0.75, 0.9),
    act=act,
)
