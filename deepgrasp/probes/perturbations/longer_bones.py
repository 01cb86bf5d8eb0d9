"""Bones that are longer than they are: a body that is not one's own."""

from dataclasses import replace

import numpy as np

from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """Every bone of arms and hands longer by that share; angles and touch stay."""
    return replace(seen, bones=(seen.bones * (1 + strength)).astype(np.float32))


PERTURBATION = Perturbation(
    kind="conflict",
    says="All bones of arms and hands longer, while angles and touch stay.",
    senses=("pose",),
    unit="share of their length",
    strengths=(0.1, 0.2, 0.3),
    act=act,
    moves=True,  # a longer arm ends elsewhere
)
