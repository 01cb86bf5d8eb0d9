"""Mean object pose in the frame of the wrist, an oracle: the object is carried along by the hand.

The true positions of the hand's joints are its input, the answer to another task. Told where the hand is, the object is
seldom far.
"""

import numpy as np
from numpy.typing import ArrayLike

from deepgrasp.geometry.arm_kinematics import ARM_JOINTS
from deepgrasp.geometry.rotations import Pose, mean_rotation
from deepgrasp.inputs.fold import Fold
from deepgrasp.inputs.pooling import Floats
from deepgrasp.references import Answer
from deepgrasp.tasks.pose import TASK, PoseTarget, as_prediction

ORACLE = True


def answer(fold: Fold) -> Answer:
    """Predictions of ``pose`` alone, from the right hand (the left if only this is seen)."""
    side = "left" if fold.graphs.hands == "left" else "right"
    # [N, T] frames of each part
    frames = {name: hand_frame(fold.body(name), side) for name in fold.parts}
    target = fold.parts["train"].targets[TASK.name]
    assert isinstance(target, PoseTarget)
    mean = mean_in(frames["train"], target.pose)
    predictions = {}
    for name in ("validation", "test"):
        predictions[name] = {TASK.name: as_prediction(placed(frames[name], mean)).astype(np.float32)}  # [N, T, 9]
    return Answer(predictions)


def hand_frame(positions: ArrayLike, side: str) -> Pose:
    """Frames of a hand: origin at the wrist, x to the knuckles, z out of the plane of index and little finger.

    Args:
        positions: ``[..., 39, 3]`` metres.
    """
    places = (f"{side}_{name}" for name in ("wrist", "index1", "pinky1"))
    wrist, index, little = (np.asarray(positions, float)[..., ARM_JOINTS.index(name), :] for name in places)
    x, z = _unit((index + little) / 2 - wrist), _unit(np.cross(index - wrist, little - wrist))
    return Pose(np.stack([x, np.cross(z, x), z], axis=-1), wrist)


def _unit(vector: Floats) -> Floats:
    return vector / np.maximum(np.linalg.norm(vector, axis=-1, keepdims=True), 1e-12)


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
