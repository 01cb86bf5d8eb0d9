"""Forward kinematics of the arms from the neck: the 39 joints of a pose graph, and their bones at rest."""

import numpy as np
from numpy.typing import ArrayLike

from deepgrasp.geometry.forward_kinematics import follow_chain
from deepgrasp.geometry.rotations import Floats, rotation_matrix
from deepgrasp.skeleton import arm_parent, arms

ARM_JOINTS = arms("both")
_NECK = ARM_JOINTS.index("neck")
_PARENTS = [ARM_JOINTS.index(parent) if (parent := arm_parent(name)) else -1 for name in ARM_JOINTS]
_ABOVE = [_NECK if parent < 0 else parent for parent in _PARENTS]  # the neck stands in for its own parent


def arm_positions(angles: ArrayLike, bones: ArrayLike) -> Floats:
    """Positions ``[..., 39, 3]`` of the arms' joints from the neck, metres, in the axes of the trunk.

    Args:
        angles: axis-angle ``[..., 39, 3]`` of each joint relative to its parent, radians.
        bones: ``[39, 3]`` from the parent to the joint at rest, metres.
    """
    local = _local(angles)
    # joints first, as in follow_chain; the ones are axes for sequences and frames
    bones = np.asarray(bones, float).reshape(39, *[1] * (local.ndim - 3), 3)  # [39, ..., 3]
    # the root is its own bone: zero from the neck
    positions, _ = follow_chain(local, bones, _PARENTS, bones[_NECK])
    return np.moveaxis(positions, 0, -2)


def arm_axes(angles: ArrayLike) -> Floats:
    """Rotations ``[..., 39, 3, 3]`` of each joint's parent: in its axes the bone to the joint stands still.

    Args:
        angles: axis-angle ``[..., 39, 3]`` of each joint relative to its parent, radians.
    """
    local = _local(angles)
    _, rotations = follow_chain(local, np.zeros(local.shape[:-1]), _PARENTS, 0.0)
    return np.moveaxis(rotations[_ABOVE], 0, -3)


def rest_bones(angles: ArrayLike, positions: ArrayLike) -> Floats:
    """Bones ``[39, 3]`` of one person at rest, from parent to joint, metres: the mean over all frames.

    Args:
        angles: axis-angle ``[..., 39, 3]`` of each joint relative to its parent, radians.
        positions: ``[..., 39, 3]`` metres, in the axes of the trunk.
    """
    positions = np.asarray(positions, float)
    bones = positions - positions[..., _ABOVE, :]  # [..., 39, 3], zero for the neck
    # transposed: from the trunk's axes back into those of the parent, where a bone is the same in all frames
    still = np.einsum("...jba,...jb->...ja", arm_axes(angles), bones)
    return still.reshape(-1, *still.shape[-2:]).mean(axis=0)


def _local(angles: ArrayLike) -> Floats:
    """Rotations ``[39, ..., 3, 3]``; the neck's own is left out, as collars hang from the trunk and not from it."""
    local = np.moveaxis(rotation_matrix(angles), -3, 0).copy()
    local[_NECK] = np.eye(3)
    return local
