"""Touch where there is none: patches that report contact by chance, in every frame anew."""

from dataclasses import replace

import numpy as np

from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """Each patch wholly touched in a frame with that probability, and otherwise as it was."""
    count = int(windows.patches.max()) + 1
    # drawn once for all strengths: what is false at a low one is so at a higher one
    false = windows.uniform("false_touch", (windows.length, 2, count)) < strength  # [N, T, 2, P]
    at = np.broadcast_to(windows.patches, seen.touch.shape)
    return replace(seen, touch=np.where(np.take_along_axis(false, at, axis=3), np.uint8(1), seen.touch))


PERTURBATION = Perturbation(
    kind="noise",
    says="Patches that report touch where there is none, in every frame anew.",
    senses=("touch",),
    unit="probability of a patch",
    strengths=(0.05, 0.1, 0.2, 0.4),
    act=act,
)
