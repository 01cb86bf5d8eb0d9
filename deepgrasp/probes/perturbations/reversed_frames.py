"""Time that runs backwards: does a model know which way a movement went?"""

import numpy as np

from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """The last frame first."""
    return seen.at(np.arange(windows.length)[::-1])


PERTURBATION = Perturbation(
    kind="noise",
    says="All frames in reverse order.",
    senses=("pose", "touch"),
    unit="",
    strengths=(1,),
    act=act,
)
