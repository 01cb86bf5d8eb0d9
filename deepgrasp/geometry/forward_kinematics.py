"""Forward kinematics: where the joints of a skeleton are, from its rest pose and the rotation of each joint."""

import numpy as np
from numpy.typing import NDArray

from deepgrasp.geometry.rotations import rotation_matrix
from deepgrasp.skeleton import PARENTS


def _generations() -> list[list[int]]:
    depth = [0] * len(PARENTS)
    for joint, parent in enumerate(PARENTS[1:], start=1):
        depth[joint] = depth[parent] + 1
    return [[joint for joint, found in enumerate(depth) if found == level] for level in range(1, max(depth) + 1)]


_GENERATIONS = _generations()  # joints by their distance from the root


def forward_kinematics(
    fullpose: NDArray[np.float64], rest: NDArray[np.float64], transl: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Posed joints by the kinematic chain (SMPL, Loper et al. 2015, eq. 3-4): the joints of smplx's full forward pass.

    Args:
        fullpose: ``[T, 55, 3]`` axis-angle relative to the parent.
        rest: ``[55, 3]`` joints at rest, metres, or ``[T, 55, 3]`` if they differ from frame to frame.
        transl: ``[T, 3]`` metres.

    Returns:
        Positions ``[T, 55, 3]`` in metres and rotations ``[T, 55, 3, 3]`` of all joints, in the world.
    """
    local = rotation_matrix(np.swapaxes(fullpose, 0, 1))  # [55, T, 3, 3]
    rotations, positions = np.empty_like(local), np.empty(local.shape[:-1])
    bones, subscripts = (rest, "jtab,jb->jta") if rest.ndim == 2 else (np.swapaxes(rest, 0, 1), "jtab,jtb->jta")
    rotations[0], positions[0] = local[0], bones[0] + transl
    for joints in _GENERATIONS:  # ten products of many joints are faster than 54 of one
        parents = [PARENTS[joint] for joint in joints]
        above = rotations[parents]
        rotations[joints] = above @ local[joints]
        positions[joints] = positions[parents] + np.einsum(subscripts, above, bones[joints] - bones[parents])
    return np.swapaxes(positions, 0, 1), np.swapaxes(rotations, 0, 1)
