"""Joints without a signal: their angles are zero in all frames, as a sensor that fell off tells."""

from dataclasses import replace

import numpy as np

from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """Lost joints: a share ``strength`` of them at rest; bone lengths, which no sensor tells, stay."""
    # ranks, not numbers below a bound: exactly that share is lost, and what is lost stays so as the share grows
    order = windows.uniform("dropped_joints", seen.pose.shape[2:3]).argsort(axis=1).argsort(axis=1)  # [N, 39]
    lost = order < round(strength * seen.pose.shape[2])
    return replace(seen, pose=np.where(lost[:, None, :, None], np.float32(0), seen.pose))


PERTURBATION = Perturbation(
    kind="loss",
    says="Joints by chance without a signal: angle zero in all frames.",
    senses=("pose",),
    unit="share of the joints",
    strengths=(0.25, 0.5, 1.0),
    act=act,
)
