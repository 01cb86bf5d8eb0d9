"""Frames of the hands, and the poses of objects as these see them: what is carried along stands still in them."""

import numpy as np
from numpy.typing import ArrayLike

from deepgrasp.geometry.arm_kinematics import ARM_JOINTS
from deepgrasp.geometry.rotations import Pose, mean_rotation, unit


def hand_frame(positions: ArrayLike, side: str) -> Pose:
    """Frames of a hand: origin at the wrist, x to the knuckles, z out of the plane of index and little finger.

    Args:
        positions: ``[..., 39, 3]`` metres.
    """
    places = (f"{side}_{name}" for name in ("wrist", "index1", "pinky1"))
    wrist, index, little = (np.asarray(positions, float)[..., ARM_JOINTS.index(name), :] for name in places)
    x, z = unit((index + little) / 2 - wrist), unit(np.cross(index - wrist, little - wrist))
    return Pose(np.stack([x, np.cross(z, x), z], axis=-1), wrist)


def mean_in(frames: Pose, poses: Pose) -> Pose:
    """The one pose (rotation ``[3, 3]``, translation ``[3]``) that the objects have on average in these frames."""
    held = seen_from(frames, poses)
    # over all people and frames: one pose of nine numbers
    return Pose(mean_rotation(held.rotation.reshape(-1, 3, 3)), held.translation.reshape(-1, 3).mean(axis=0))


def seen_from(frames: Pose, poses: Pose) -> Pose:
    """Poses in the outer frame as these frames see them; both are ``[..., 3, 3]`` and ``[..., 3]``."""
    back = np.swapaxes(frames.rotation, -1, -2)
    # x in the frame: R^T (x - origin)
    shift = (back @ (np.asarray(poses.translation, float) - frames.translation)[..., None])[..., 0]
    return Pose(back @ poses.rotation, shift)


def placed(frames: Pose, pose: Pose) -> Pose:
    """Poses in the outer frame of an object whose pose in these frames is given: one and the same, or one a frame."""
    shift = (frames.rotation @ np.asarray(pose.translation, float)[..., None])[..., 0]
    return Pose(frames.rotation @ pose.rotation, shift + frames.translation)
