"""Turns of whole arms, in the axes of the trunk, and where the arms are then."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.geometry.arm_kinematics import ARM_JOINTS, arm_axes, arm_positions, rest_bones
from deepgrasp.geometry.rotations import Floats, rotation_matrix, rotation_vectors
from deepgrasp.probes.perturbation import Recorded
from deepgrasp.skeleton import rest_direction
from deepgrasp.store.layout import POSE_NODES

_COLUMNS = [POSE_NODES.index(name) for name in ARM_JOINTS]  # of the stored bones


def with_turned_joint(pose: NDArray[np.float32], joints: Sequence[int], turns: ArrayLike) -> NDArray[np.float32]:
    """Poses ``[N, T, 39, 3]`` in which one joint of each window, and all that hangs from it, is turned.

    Args:
        pose: axis-angle, radians.
        joints: the joint of each window, ``N`` of them.
        turns: axis-angle ``[N, 3]`` in the axes of the trunk, radians.
    """
    rows = np.arange(len(pose))
    above = arm_axes(pose)[rows, :, joints]  # [N, T, 3, 3] of the joint's parent
    local = rotation_matrix(pose[rows, :, joints])
    # P L is how the joint is turned in the trunk's axes; R P L = P L', so L' = P^T R P L
    found = np.swapaxes(above, -1, -2) @ rotation_matrix(turns)[:, None] @ above @ local  # [N, T, 3, 3]
    new = pose.copy()
    new[rows, :, joints] = rotation_vectors(found)
    return new


def rough_places(seen: Recorded) -> Floats:
    """Joints ``[N, T, 39, 3]`` from the neck in the axes of the trunk, metres, with bones that point as the graph says.

    So a network may place them; where the person's bones point at rest is in no input.
    """
    directions = np.array([rest_direction(name) for name in ARM_JOINTS])  # [39, 3]
    return _followed(seen.pose, directions * seen.bones[:, _COLUMNS, None])


def true_places(clean: Recorded, seen: Recorded, body: Floats, people: Sequence[str]) -> Floats:
    """Joints ``[N, T, 39, 3]`` from the neck in the axes of the trunk, metres, as the posture that is seen puts them.

    The oracle of joint positions, asked about what is seen: bones of each person at rest from the true positions.

    Args:
        clean: what was recorded.
        seen: what is seen of it.
        body: true positions ``[N, T, 39, 3]``, metres.
        people: whose window each is.
    """
    bones = np.empty((len(body), len(ARM_JOINTS), 3))
    for person in set(people):
        mine = np.array([each == person for each in people])
        bones[mine] = rest_bones(clean.pose[mine], body[mine])  # [39, 3]
    known = clean.bones[:, _COLUMNS]
    # bones that look longer do so in the person's own directions, which only the true positions tell
    scale = np.divide(seen.bones[:, _COLUMNS], known, out=np.ones_like(known), where=known > 0)
    return _followed(seen.pose, bones * scale[..., None])


def _followed(pose: NDArray[np.float32], bones: Floats) -> Floats:
    """Joints ``[N, T, 39, 3]`` of poses ``[N, T, 39, 3]`` by the bones ``[N, 39, 3]`` of each window."""
    found = np.empty(pose.shape)
    # a person's bones are the same in all windows: a few chains, each of many windows
    # of numpy 2.0 alone, the second result has two axes: hence ravel below
    kinds, which = np.unique(bones.reshape(len(bones), -1), axis=0, return_inverse=True)
    for k, each in enumerate(kinds):
        mine = which.ravel() == k
        found[mine] = arm_positions(pose[mine], each.reshape(-1, 3))
    return found
