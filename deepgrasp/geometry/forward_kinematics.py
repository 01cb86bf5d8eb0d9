"""Forward kinematics: positions of the joints of a skeleton, from its rest pose and the rotation of each joint."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.geometry.graph import levels
from deepgrasp.geometry.rotations import rotation_matrix
from deepgrasp.skeleton import PARENTS


def forward_kinematics(
    fullpose: NDArray[np.float64], rest: NDArray[np.float64], transl: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positions and rotations of SMPL-X's 55 joints in the world, as in smplx's full forward pass.

    Args:
        fullpose: ``[T, 55, 3]`` axis-angle relative to the parent, radians.
        rest: ``[55, 3]`` joints at rest, metres, or ``[T, 55, 3]`` if they differ from frame to frame.
        transl: ``[T, 3]`` metres.

    Returns:
        Positions ``[T, 55, 3]`` in metres and rotations ``[T, 55, 3, 3]`` (from rest to the world).
    """
    # joints alone, without the skin: 45 to 71 thousand frames a second on two cores, where smplx with its vertices
    # makes 0.9, and equal to 5e-7 m
    local = rotation_matrix(np.swapaxes(fullpose, 0, 1))  # [55, T, 3, 3]
    at_rest = rest[:, None] if rest.ndim == 2 else np.swapaxes(rest, 0, 1)  # [55, 1 or T, 3]
    # the root has parent -1, the last joint: a bone that nobody reads
    positions, rotations = follow_chain(local, at_rest - at_rest[list(PARENTS)], PARENTS, at_rest[0] + transl)
    return np.swapaxes(positions, 0, 1), np.swapaxes(rotations, 0, 1)


def follow_chain(
    local: NDArray[np.float64], bones: NDArray[np.float64], parents: Sequence[int], root: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positions and rotations of all joints of a kinematic chain (SMPL, Loper et al. 2015, eq. 3-4).

    The joints come first in every array, and all joints that are equally far from the root are done at once: for
    SMPL-X's ten levels that is faster than 54 products of one joint.

    Args:
        local: ``[J, ..., 3, 3]`` rotation of each joint relative to its parent.
        bones: ``[J, ..., 3]`` from the parent to the joint while nothing is turned; a root's is not read.
        parents: index of each joint's parent; the root's is -1.
        root: ``[..., 3]`` where the root is.

    Returns:
        Positions ``[J, ..., 3]`` in the unit of ``bones`` and rotations ``[J, ..., 3, 3]``.
    """
    rotations, positions = np.empty_like(local), np.empty(local.shape[:-1])
    first, *others = levels(parents)
    rotations[first], positions[first] = local[first], root
    for joints in others:
        above = [parents[joint] for joint in joints]
        # a bone turns with the joint that it hangs from, not with the one at its end
        turned = np.einsum("j...ab,j...b->j...a", rotations[above], bones[joints])
        rotations[joints], positions[joints] = rotations[above] @ local[joints], positions[above] + turned
    return positions, rotations
