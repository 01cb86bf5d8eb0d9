"""Touch that comes late: the senses are out of step."""

import numpy as np

from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """Touch of earlier frames beside the pose of later ones; what lies before the window is its first frame."""
    late = max(1, round(strength * windows.length))  # by a frame at least, in a short window, too
    return seen.at(np.maximum(np.arange(windows.length) - late, 0), ("touch",))


PERTURBATION = Perturbation(
    kind="conflict",
    says="Touch that comes later than the posture that it belongs to.",
    senses=("touch",),
    unit="share of the window",
    strengths=(0.1, 0.25, 0.5),
    act=act,
)
