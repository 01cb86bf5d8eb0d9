"""The rubber hand: an arm is moved sideways while touch stays (Botvinick & Cohen 1998)."""

from dataclasses import replace

import numpy as np

from deepgrasp.geometry.arm_kinematics import ARM_JOINTS
from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows
from deepgrasp.probes.turned_joints import rough_places, with_turned_joint


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """The arm of the hand that touches more, turned about an upright axis through the shoulder, inwards.

    The turn is the one that moves its wrist by that many centimetres, from the bones' lengths and the directions in
    which they roughly point at rest; it is the same in all frames.
    """
    places = rough_places(seen)
    shoulder, wrist = ([ARM_JOINTS.index(f"{side}_{part}") for side in windows.side] for part in ("shoulder", "wrist"))
    rows = np.arange(len(seen.pose))
    arm = (places[rows, :, wrist] - places[rows, :, shoulder])[..., [0, 2]]  # [N, T, 2], seen from above
    reach = np.linalg.norm(arm, axis=-1).mean(axis=1)  # [N] metres
    inwards = np.where(np.array(windows.side) == "right", 1.0, -1.0)
    # a wrist that moves by s on a circle of radius r turns by 2 arcsin(s / 2r); no farther than to the other side
    angle = inwards * 2 * np.arcsin(np.clip(strength / 100 / 2 / np.maximum(reach, 1e-6), 0, 1))
    return replace(seen, pose=with_turned_joint(seen.pose, shoulder, angle[:, None] * np.array([0.0, 1.0, 0.0])))


PERTURBATION = Perturbation(
    kind="conflict",
    says="The touching arm is moved inwards about its shoulder while touch stays: a rubber hand.",
    senses=("pose",),
    unit="cm at the wrist",
    strengths=(5, 10, 20),
    act=act,
    moves=True,
)
