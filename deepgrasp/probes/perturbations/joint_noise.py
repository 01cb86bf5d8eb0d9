"""Joint angles with noise: each of their three numbers, in every frame by itself."""

from dataclasses import replace

import numpy as np

from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """Normal noise of that standard deviation (radians) on each axis-angle."""
    noise = windows.normal("joint_noise", seen.pose.shape[1:])  # [N, T, 39, 3]
    return replace(seen, pose=(seen.pose + strength * noise).astype(np.float32))


PERTURBATION = Perturbation(
    kind="noise",
    says="Joint angles with normal noise, in every frame anew.",
    senses=("pose",),
    unit="rad",
    strengths=(0.05, 0.1, 0.2, 0.4),
    act=act,
)
