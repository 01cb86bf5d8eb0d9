"""A lower frame rate: each frame that comes is held for some more."""

import numpy as np

from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """Each frame that is seen stays for so many frames more."""
    every = round(strength) + 1  # the one that comes, and those in which it is held
    return seen.at(np.arange(windows.length) // every * every)


PERTURBATION = Perturbation(
    kind="loss",
    says="A lower frame rate: each frame is held for some more.",
    senses=("pose", "touch"),
    unit="frames held",
    strengths=(1, 2, 3, 5),
    act=act,
)
