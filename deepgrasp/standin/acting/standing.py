"""How a person stands before anything is done: the pose at rest, feet on the floor.

Body axes: x to the person's left, y up from the floor, z to the front; the feet stand at the origin.
"""

import numpy as np

from deepgrasp.skeleton import INDEX, SIDES
from deepgrasp.standin.acting.movement_style import Style
from deepgrasp.standin.acting.posed_joints import posed_joints
from deepgrasp.standin.array_types import Array
from deepgrasp.standin.people.subjects import Subject

SPINE = [INDEX[name] for name in ("spine1", "spine2", "spine3")]
ANKLES = [INDEX["left_ankle"], INDEX["right_ankle"]]


def stance(subject: Subject, style: Style, frames: int) -> tuple[Array, Array]:
    """The person at rest, standing at the origin: pose [T, 55, 3] and translation [T, 3]."""
    pose = np.zeros((frames, 55, 3))
    pose[:, [*SPINE, INDEX["neck"]]] = style.stance
    # hips and ankles (-4 each) undo the knees' 8 degrees: the trunk is upright and the soles are flat
    for k, side in enumerate(SIDES):
        pose[:, INDEX[f"{side}_collar"]] = style.collars[k]
        sign = 1.0 if side == "left" else -1.0
        pose[:, INDEX[f"{side}_hip"]] = np.radians([-4, 0, 4 * sign])
        pose[:, INDEX[f"{side}_knee"]] = np.radians([8, 0, 0])
        pose[:, INDEX[f"{side}_ankle"]] = np.radians([-4, 0, -4 * sign])
    return pose, planted(subject, posed_joints(subject.joints, pose, np.zeros((frames, 3)))[1])


def planted(subject: Subject, positions: Array) -> Array:
    """The translation [T, 3] that keeps the ankles where they were when standing straight."""
    # the ankles' height above the sole, not the lowest vertex of every frame: no skin is posed for this
    sole = subject.v_template[:, 1].min()
    height = subject.joints[ANKLES, 1].mean() - sole
    return np.array([0.0, height, 0.0]) - positions[:, ANKLES].mean(1)
