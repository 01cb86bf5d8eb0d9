"""Rotations: axis-angle, matrix and 6D, the nearest and the mean one, and the angle between two."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def rotation_matrix(axis_angle: ArrayLike) -> NDArray[np.float64]:
    """Rodrigues' formula: axis-angle ``[..., 3]`` in radians to column-vector rotations ``[..., 3, 3]``."""
    vector = np.asarray(axis_angle, dtype=np.float64)
    angle = np.sqrt(np.einsum("...i,...i->...", vector, vector))
    axis = vector / np.maximum(angle, 1e-300)[..., None]  # a zero vector has no axis and needs none
    sine, cosine = np.sin(angle), np.cos(angle)
    matrix = ((1 - cosine)[..., None] * axis)[..., :, None] * axis[..., None, :]
    for row, column, around in ((2, 1, 0), (0, 2, 1), (1, 0, 2)):
        matrix[..., row, column] += sine * axis[..., around]
        matrix[..., column, row] -= sine * axis[..., around]
        matrix[..., around, around] += cosine
    return matrix


def nearest_rotation(matrix: ArrayLike) -> Floats:
    """The rotation closest to each 3 x 3 matrix, maximising ``tr(R^T M)`` (Umeyama 1991, eq. 40): no reflections."""
    left, _, right = np.linalg.svd(np.asarray(matrix, float))
    sign = np.where(np.linalg.det(left @ right) < 0, -1.0, 1.0)
    left[..., :, 2] *= sign[..., None]
    return left @ right


def rotation_from_6d(six: ArrayLike) -> Floats:
    """Rotation whose first two columns come from ``[..., 6]`` by Gram-Schmidt (Zhou et al. 2019).

    Always a rotation: a vanishing first vector counts as the x axis, a parallel second one as any perpendicular.
    """
    six = np.asarray(six, float)
    first = _unit(six[..., :3], np.array([1.0, 0.0, 0.0]))
    second = six[..., 3:] - (first * six[..., 3:]).sum(axis=-1, keepdims=True) * first
    spare = np.cross(first, np.eye(3)[np.abs(first).argmin(axis=-1)])
    second = _unit(second, spare / np.linalg.norm(spare, axis=-1, keepdims=True))
    return np.stack([first, second, np.cross(first, second)], axis=-1)


def _unit(vector: Floats, fallback: Floats) -> Floats:
    length = np.linalg.norm(vector, axis=-1, keepdims=True)
    return np.where(length > 1e-9, vector / np.maximum(length, 1e-9), fallback)


def rotation_to_6d(rotation: ArrayLike) -> Floats:
    """First two columns of rotations ``[..., 3, 3]`` one after the other, ``[..., 6]`` (Zhou et al. 2019)."""
    columns = np.swapaxes(np.asarray(rotation, float)[..., :2], -1, -2)
    return columns.reshape(*columns.shape[:-2], 6)


def rotation_deg(predicted: ArrayLike, true: ArrayLike) -> Floats:
    """Geodesic angle between rotations ``[..., 3, 3]``, 0 to 180 degrees.

    From sine and cosine together: ``arccos`` of the trace loses half of the digits near 0 and 180.
    """
    relative = np.swapaxes(np.asarray(predicted, float), -1, -2) @ np.asarray(true, float)
    skew = relative - np.swapaxes(relative, -1, -2)
    sine = np.linalg.norm(np.stack([skew[..., 2, 1], skew[..., 0, 2], skew[..., 1, 0]], -1), axis=-1) / 2
    cosine = (np.trace(relative, axis1=-2, axis2=-1) - 1) / 2
    return np.degrees(np.arctan2(sine, cosine))


def mean_rotation(rotations: ArrayLike, axis: int = 0) -> Floats:
    """Chordal L2 mean of rotations ``[..., 3, 3]`` (Hartley et al. 2013): project their mean onto SO(3)."""
    return nearest_rotation(np.asarray(rotations).mean(axis=axis, dtype=float))


def rotation_vectors(matrices: ArrayLike) -> Floats:
    """Inverse of `rotation_matrix`, angles in 0..pi: by the quaternion of largest component (Shepperd 1978)."""
    m = np.asarray(matrices, dtype=np.float64)
    trace = m[..., 0, 0] + m[..., 1, 1] + m[..., 2, 2]
    squares = np.stack([1 + trace, *(1 + 2 * m[..., k, k] - trace for k in range(3))], axis=-1)  # 4 q_k^2
    products = np.empty((*m.shape[:-2], 4, 4))  # 4 q_i q_j
    for k in range(4):
        products[..., k, k] = squares[..., k]
    for i, j in ((0, 1), (0, 2), (1, 2)):
        products[..., i + 1, j + 1] = products[..., j + 1, i + 1] = m[..., i, j] + m[..., j, i]
    for k, (i, j) in enumerate(((2, 1), (0, 2), (1, 0))):
        products[..., 0, k + 1] = products[..., k + 1, 0] = m[..., i, j] - m[..., j, i]
    best = squares.argmax(axis=-1)[..., None, None]
    q = np.take_along_axis(products, best, axis=-2)[..., 0, :]
    q /= np.linalg.norm(q, axis=-1, keepdims=True)
    q = np.where(q[..., :1] < 0, -q, q)
    sine = np.linalg.norm(q[..., 1:], axis=-1, keepdims=True)
    angle = 2 * np.arctan2(sine, q[..., :1])
    return q[..., 1:] * np.where(sine < 1e-12, 2.0, angle / np.maximum(sine, 1e-12))
