"""Rotations: conversions between axis-angle, matrix and 6D; nearest and mean; the angle between two; poses, directions.

Mostly ours and not scipy's ``Rotation``: its last bits differ, by which stored arrays and scores would change, and what
scores is to start without the third of a second that importing it takes.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def unit(vectors: NDArray[np.floating], least: float = 1e-12) -> Floats:
    """Vectors ``[..., 3]`` of length 1; those shorter than ``least`` are divided by that, and zero stays zero."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), least))


class Pose(NamedTuple):
    """Rigid poses that take an object's points ``x`` to ``rotation @ x + translation``."""

    rotation: NDArray[np.floating]  # [N, T, 3, 3]
    translation: NDArray[np.floating]  # [N, T, 3] metres


def rotation_matrix(axis_angle: ArrayLike) -> NDArray[np.float64]:
    """Rotations ``[..., 3, 3]``, for column vectors, of axis-angle ``[..., 3]`` in radians (Rodrigues' formula)."""
    vector = np.asarray(axis_angle, dtype=np.float64)
    angle = np.sqrt(np.einsum("...i,...i->...", vector, vector))
    axis = vector / np.maximum(angle, 1e-300)[..., None]  # a zero vector has no axis and needs none
    # R = cos I + sin [a]x + (1 - cos) a a^T, for an axis a of length one
    sine, cosine = np.sin(angle), np.cos(angle)
    matrix = ((1 - cosine)[..., None] * axis)[..., :, None] * axis[..., None, :]  # [..., 3, 3]
    # each round: two entries of the cross product matrix [a]x and one of the diagonal
    for row, column, around in ((2, 1, 0), (0, 2, 1), (1, 0, 2)):
        matrix[..., row, column] += sine * axis[..., around]
        matrix[..., column, row] -= sine * axis[..., around]
        matrix[..., around, around] += cosine
    return matrix


def nearest_rotation(matrix: ArrayLike) -> Floats:
    """The closest rotation ``[..., 3, 3]`` to each matrix, maximising ``tr(R^T M)`` (Umeyama 1991, eq. 40)."""
    left, _, right = np.linalg.svd(np.asarray(matrix, float))
    sign = np.where(np.linalg.det(left @ right) < 0, -1.0, 1.0)  # the closest orthogonal matrix may be a reflection
    # the direction of the smallest singular value is the cheapest to turn round
    left[..., :, 2] *= sign[..., None]
    return left @ right


def rotation_from_6d(six: ArrayLike) -> Floats:
    """Rotations ``[..., 3, 3]`` whose first two columns come from ``[..., 6]`` by Gram-Schmidt (Zhou et al. 2019).

    Always a rotation: a vanishing first vector counts as the x axis, a parallel second one as any perpendicular.
    """
    six = np.asarray(six, float)
    first = _unit_or(six[..., :3], np.array([1.0, 0.0, 0.0]))
    second = six[..., 3:] - (first * six[..., 3:]).sum(axis=-1, keepdims=True) * first
    # the axis to which the first vector is least parallel gives the longest cross product
    spare = np.cross(first, np.eye(3)[np.abs(first).argmin(axis=-1)])
    second = _unit_or(second, spare / np.linalg.norm(spare, axis=-1, keepdims=True))
    return np.stack([first, second, np.cross(first, second)], axis=-1)


def _unit_or(vector: Floats, fallback: Floats) -> Floats:
    length = np.linalg.norm(vector, axis=-1, keepdims=True)
    # both branches are computed: the bound keeps the one that is not taken from dividing by zero
    return np.where(length > 1e-9, vector / np.maximum(length, 1e-9), fallback)


def rotation_to_6d(rotation: ArrayLike) -> Floats:
    """The first two columns ``[..., 6]`` of rotations ``[..., 3, 3]``, one after the other (Zhou et al. 2019)."""
    columns = np.swapaxes(np.asarray(rotation, float)[..., :2], -1, -2)
    return columns.reshape(*columns.shape[:-2], 6)


def rotation_deg(predicted: ArrayLike, true: ArrayLike) -> Floats:
    """Geodesic angle in degrees, 0 to 180, between rotations ``[..., 3, 3]``.

    From sine and cosine together: ``arccos`` of the trace loses half of the digits near 0 and 180.
    """
    relative = np.swapaxes(np.asarray(predicted, float), -1, -2) @ np.asarray(true, float)
    # the skew part of a rotation by w is sin(w) times its axis, the trace is 1 + 2 cos(w)
    skew = relative - np.swapaxes(relative, -1, -2)
    sine = np.linalg.norm(np.stack([skew[..., 2, 1], skew[..., 0, 2], skew[..., 1, 0]], -1), axis=-1) / 2
    cosine = (np.trace(relative, axis1=-2, axis2=-1) - 1) / 2
    return np.degrees(np.arctan2(sine, cosine))


def mean_rotation(rotations: ArrayLike, axis: int = 0) -> Floats:
    """Chordal L2 mean of rotations ``[..., 3, 3]`` (Hartley et al. 2013): the rotation closest to their mean."""
    # a mean of matrices is no rotation, and a mean of axis-angles depends on where 180 degrees are cut
    return nearest_rotation(np.asarray(rotations).mean(axis=axis, dtype=float))


def rotation_vectors(matrices: ArrayLike) -> Floats:
    """Axis-angle ``[..., 3]`` in radians, 0 to pi long, of rotations ``[..., 3, 3]``: inverse of `rotation_matrix`."""
    from scipy.spatial.transform import Rotation  # here: scoring needs none of it

    matrices = np.asarray(matrices, float)
    vectors = Rotation.from_matrix(matrices.reshape(-1, 3, 3)).as_rotvec()
    return np.asarray(vectors.reshape(*matrices.shape[:-2], 3))
