"""Joint angles that drift: an error of each joint that grows from the first frame to the last, as of a worn sensor."""

from dataclasses import replace

import numpy as np

from deepgrasp.geometry.rotations import unit
from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """A turn about an axis by chance, 0 in the first frame and of that size (radians) in the last."""
    # normal numbers, brought to length 1: every direction is as likely
    axis = unit(windows.normal("joint_drift", seen.pose.shape[2:]))[:, None]  # [N, 1, 39, 3]
    grown = np.linspace(0, strength, windows.length)[:, None, None]  # [T, 1, 1]
    return replace(seen, pose=(seen.pose + grown * axis).astype(np.float32))


PERTURBATION = Perturbation(
    kind="noise",
    says="Joint angles whose error grows from the first frame to the last.",
    senses=("pose",),
    unit="rad",
    strengths=(0.1, 0.2, 0.4),
    act=act,
)
