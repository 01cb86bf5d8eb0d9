"""One person's hand about its wrist: skin, joints and weights, and the skin of many poses at once."""

from typing import NamedTuple

import numpy as np

from deepgrasp.standin.acting.posed_joints import rotation_matrices
from deepgrasp.standin.array_types import Array
from deepgrasp.standin.people import hand_pose, hand_skin


class HandRig(NamedTuple):
    """One person's hand about its wrist, in the wrist's own axes: skin [778, 3], joints [16, 3], m."""

    side: str
    skin: Array
    joints: Array
    weights: Array  # [778, 16]
    segment: Array  # [778] joint that moves each vertex most: 0 wrist, 1 + 3 * finger + joint
    blend: Array  # [778, 64] weight of each joint times (x, y, z, 1) of the vertex: skinning is one matrix product

    @property
    def axes(self) -> Array:
        """Columns: finger direction, palm normal, thumb direction [3, 3]."""
        tables = (hand_pose.FINGER_DIRECTION, hand_pose.PALM_NORMAL, hand_pose.THUMB_DIRECTION)
        return np.array([table[self.side] for table in tables]).T


def hand_rig(side: str, skin: Array, joints: Array) -> HandRig:
    """A person's hand from its skin at rest [778, 3] and its wrist and finger joints [16, 3], both in any place."""
    weights, local = hand_skin.hand_weights(), skin - joints[0]
    blend = weights[:, :, None] * np.concatenate([local, np.ones((len(local), 1))], 1)[:, None, :]  # [778, 16, 4]
    return HandRig(side, local, joints - joints[0], weights, weights.argmax(1), blend.reshape(len(local), 64))


def posed_skin(model: HandRig, pose: Array) -> Array:
    """Skin [M, 778, 3] (m, wrist's axes) of hand poses [M, 45] by linear blend skinning."""
    # Not `deepgrasp.body.skin`: that poses a whole body with pose correctives, which the stand-in's models do not have.
    # Closing tries 18 poses of one hand at a time, three times over: here they are one matrix product.
    local = rotation_matrices(pose.reshape(len(pose), 5, 3, 3))  # [M, finger, joint, 3, 3]
    rest = model.joints[1:].reshape(5, 3, 3)
    affine = np.zeros((len(pose), 16, 4, 3))  # transposed: points are rows
    affine[:, 0, :3] = np.eye(3)
    turn, place = local[:, :, 0], np.broadcast_to(rest[:, 0], (len(pose), 5, 3))
    for k in range(3):
        if k:
            place = place + (turn @ (rest[:, k] - rest[:, k - 1])[..., None])[..., 0]
            turn = turn @ local[:, :, k]
        affine[:, 1 + k :: 3, :3] = np.swapaxes(turn, -1, -2)
        affine[:, 1 + k :: 3, 3] = place - (turn @ rest[:, k][..., None])[..., 0]
    product = model.blend @ affine.reshape(len(pose), 64, 3).transpose(1, 0, 2).reshape(64, -1)  # one large product
    return product.reshape(-1, len(pose), 3).transpose(1, 0, 2)
