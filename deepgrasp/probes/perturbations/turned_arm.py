"""An arm that is turned about its shoulder to the front and down, while touch stays."""

from dataclasses import replace

import numpy as np

from deepgrasp.geometry.arm_kinematics import ARM_JOINTS
from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows
from deepgrasp.probes.turned_joints import with_turned_joint


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """The arm of the hand that touches more, turned downwards by that many radians about the body's left-right axis."""
    shoulder = [ARM_JOINTS.index(f"{side}_shoulder") for side in windows.side]
    # x points to the left: about it, what is in front goes down
    axis = np.broadcast_to(strength * np.array([1.0, 0.0, 0.0]), (len(seen.pose), 3))
    return replace(seen, pose=with_turned_joint(seen.pose, shoulder, axis))


PERTURBATION = Perturbation(
    kind="conflict",
    says="The touching arm is turned downwards about its shoulder while touch stays.",
    senses=("pose",),
    unit="rad",
    strengths=(0.1, 0.2, 0.4),
    act=act,
    moves=True,
)
