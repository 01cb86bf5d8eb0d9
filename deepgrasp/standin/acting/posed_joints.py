"""Rotations and positions of a posed body's joints in the world: forward kinematics with the stand-in's own rounding.

`deepgrasp.geometry` has the same two functions, but they round differently in the last bit, and a hand that just
touches may then just miss: of the 145 files of the tiny stand-in, 3 change with geometry's chain and 19 with its
rotation matrices. The files must keep their bytes, so the stand-in keeps its own.
"""

import numpy as np
import numpy.typing as npt

from deepgrasp.skeleton import PARENTS
from deepgrasp.standin.array_types import Floats


def rotation_matrices(vectors: npt.ArrayLike) -> Floats:
    """Rotation matrices ``[..., 3, 3]`` of rotation vectors ``[..., 3]`` (axis-angle, rad) by Rodrigues' formula."""
    vectors = np.asarray(vectors, dtype=np.float64)
    angle = np.sqrt((vectors**2).sum(-1))[..., None, None]
    # below 1e-8 rad the limits sin(a)/a = 1 and (1 - cos(a))/a^2 = 1/2 are exact in float64
    safe = np.where(angle < 1e-8, 1.0, angle)
    sine = np.where(angle < 1e-8, 1.0, np.sin(safe) / safe)
    cosine = np.where(angle < 1e-8, 0.5, (1 - np.cos(safe)) / safe**2)
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    zero = np.zeros_like(x)
    # [..., 9] -> [..., 3, 3]: the cross product with the vector as a matrix
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*x.shape, 3, 3)
    return np.eye(3) + sine * cross + cosine * (cross @ cross)


def posed_joints(joints: npt.ArrayLike, pose: npt.ArrayLike, transl: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Rotations and positions of all joints in the world, as ``smplx`` computes them.

    Args:
        joints: rest joints ``[55, 3]`` in m.
        pose: rotation vectors ``[T, 55, 3]`` of each joint relative to its parent; the first turns the body about its
            pelvis.
        transl: ``[T, 3]`` in m, added to everything after that turn.

    Returns:
        Rotations ``[T, 55, 3, 3]`` (from rest to world) and positions ``[T, 55, 3]`` in m.
    """
    joints, local = np.asarray(joints, dtype=np.float64), rotation_matrices(pose)
    # parents come before their children in SMPL-X's order, so that one pass is enough
    rotations, positions = np.empty_like(local), np.empty(local.shape[:-1])
    for joint, parent in enumerate(PARENTS):
        if parent < 0:
            rotations[:, joint], positions[:, joint] = local[:, joint], joints[joint] + np.asarray(transl)
            continue
        rotations[:, joint] = rotations[:, parent] @ local[:, joint]
        bone = joints[joint] - joints[parent]
        positions[:, joint] = positions[:, parent] + rotations[:, parent] @ bone
    return rotations, positions
