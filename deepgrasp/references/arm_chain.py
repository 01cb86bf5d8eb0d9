"""What is possible with more than the inputs: forward kinematics of the arms, and the object held in the wrist's frame.

Joint angles and bone lengths leave open in which directions a person's bones point at rest, and where the trunk is.
Told these, the arms follow; told where the hand is, the object is seldom far.
"""

import numpy as np
from numpy.typing import ArrayLike

from deepgrasp.geometry.poses import Pose
from deepgrasp.geometry.rotations import mean_rotation, rotation_matrix
from deepgrasp.skeleton import arm_parent, arms
from deepgrasp.tasks.metrics import Floats

NAMES = arms("both")
PARENT = {name: NAMES.index(parent) for name in NAMES if (parent := arm_parent(name)) is not None}


def _depth(name: str) -> int:
    parent = arm_parent(name)
    return 0 if parent is None else 1 + _depth(parent)


_DOWNWARDS = [(NAMES.index(name), PARENT[name]) for name in sorted(PARENT, key=_depth)]
_NECK = NAMES.index("neck")


def bone_axes(angles: ArrayLike) -> Floats:
    """The axes ``[..., 39, 3, 3]`` in which each joint's bone stands still: those of the joint that it hangs from.

    Neck and collars hang from the trunk, whose axes are those of the target ``body``.

    Args:
        angles: axis-angle ``[..., 39, 3]`` of the arms' joints, radians.
    """
    local = rotation_matrix(angles)
    axes, own = np.zeros_like(local), local.copy()
    axes[..., _NECK, :, :] = np.eye(3)
    for joint, parent in _DOWNWARDS:
        axes[..., joint, :, :] = np.eye(3) if parent == _NECK else own[..., parent, :, :]
        own[..., joint, :, :] = axes[..., joint, :, :] @ local[..., joint, :, :]
    return axes


def rest_bones(angles: ArrayLike, positions: ArrayLike) -> Floats:
    """Each joint's place ``[39, 3]`` from its parent at rest, metres, averaged over all frames of one person.

    Args:
        angles: as for :func:`bone_axes`.
        positions: ``[..., 39, 3]`` metres, in the trunk's axes.
    """
    positions = np.asarray(positions, float)
    bones = np.zeros_like(positions)
    for joint, parent in _DOWNWARDS:
        bones[..., joint, :] = positions[..., joint, :] - positions[..., parent, :]
    still = np.einsum("...jba,...jb->...ja", bone_axes(angles), bones)
    return still.reshape(-1, *still.shape[-2:]).mean(axis=0)


def forward(angles: ArrayLike, bones: ArrayLike) -> Floats:
    """Positions ``[..., 39, 3]`` of the arms' joints from the neck, metres (Loper et al. 2015, SMPL, eq. 3-4)."""
    turned = np.einsum("...jab,jb->...ja", bone_axes(angles), np.asarray(bones, float))
    for joint, parent in _DOWNWARDS:
        turned[..., joint, :] += turned[..., parent, :]
    return turned


def hand_frame(positions: ArrayLike, side: str) -> Pose:
    """The frame of a hand: origin at the wrist, x to the knuckles, z out of the plane of index and little finger.

    Args:
        positions: ``[..., 39, 3]`` metres.
    """
    places = (f"{side}_{name}" for name in ("wrist", "index1", "pinky1"))
    wrist, index, little = (np.asarray(positions, float)[..., NAMES.index(name), :] for name in places)
    x, z = _unit((index + little) / 2 - wrist), _unit(np.cross(index - wrist, little - wrist))
    return Pose(np.stack([x, np.cross(z, x), z], axis=-1), wrist)


def _unit(vector: Floats) -> Floats:
    return vector / np.maximum(np.linalg.norm(vector, axis=-1, keepdims=True), 1e-12)


def mean_in(frames: Pose, poses: Pose) -> Pose:
    """The one pose (rotation ``[3, 3]``, translation ``[3]``) that the objects have on average in these frames."""
    back = np.swapaxes(frames.rotation, -1, -2)
    shift = (back @ (np.asarray(poses.translation, float) - frames.translation)[..., None])[..., 0]
    return Pose(mean_rotation((back @ poses.rotation).reshape(-1, 3, 3)), shift.reshape(-1, 3).mean(axis=0))


def placed(frames: Pose, pose: Pose) -> Pose:
    """A pose given in these frames as it is seen from outside them."""
    shift = (frames.rotation @ np.asarray(pose.translation, float)[..., None])[..., 0]
    return Pose(frames.rotation @ pose.rotation, shift + frames.translation)
