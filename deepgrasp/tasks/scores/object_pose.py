"""Scores of an object's pose: MSSD and its recall, ADD and ADD-S, their recall and AUC, translation, rotation."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.geometry.rotations import Pose, rotation_deg
from deepgrasp.geometry.symmetries import Symmetries
from deepgrasp.tasks.scores import CM, Floats

AUC_LIMIT_CM = 10.0  # Xiang et al. 2018
RECALL_LIMITS = np.arange(1, 11) / 20  # of the diameter
_FEW = 24  # points that are looked at first: they stand spread out, the farthest first
COMPARED_FRAMES_AT_ONCE = 16  # frames at a time: the 16 x 256 x 256 distances of ADD-S take 4 MB and stay in the cache


def translation_cm(predicted: Pose, true: Pose) -> Floats:
    """Distance ``[N, T]`` in cm between predicted and true origin of the object."""
    return CM * np.linalg.norm(np.asarray(predicted.translation, float) - true.translation, axis=-1)


def add_cm(predicted: Pose, true: Pose, points: ArrayLike) -> Floats:
    """ADD of each frame ``[N, T]``, cm: mean distance of the points under both poses (Hinterstoisser et al. 2012).

    Args:
        points: ``[N, P, 3]`` points of each sequence's object in its own coordinates, metres.
    """
    cloud = np.asarray(points)
    # (R x + t) - (R' x + t') = (R - R') x + (t - t'): one product a frame instead of two
    turn = np.asarray(predicted.rotation, float) - true.rotation
    shift = np.asarray(predicted.translation, float) - true.translation
    errors = np.empty(shift.shape[:2])
    for n, frames in _blocks(*errors.shape):
        apart = turn[n, frames] @ cloud[n].T + shift[n, frames, :, None]  # [block, 3, P]
        errors[n, frames] = CM * np.linalg.norm(apart, axis=1).mean(axis=1)
    return errors


def add_s_cm(predicted: Pose, true: Pose, points: ArrayLike) -> Floats:
    """ADD-S of each frame ``[N, T]``, cm: mean distance from each true point to the closest predicted one.

    For shapes that look the same in several poses (Hinterstoisser et al. 2012; Xiang et al. 2018, PoseCNN). A pose that
    is perfect up to symmetry still leaves 0.4 of the points' spacing: 4 mm for 256 points on a sphere of 10 cm.

    Args:
        points: as in :func:`add_cm`.
    """
    cloud = np.asarray(points)
    back = np.swapaxes(np.asarray(predicted.rotation, float), -1, -2)
    turn, shift = back @ true.rotation, np.asarray(true.translation, float) - predicted.translation
    shift = (back @ shift[..., None])[..., 0]  # the true pose as the predicted object sees it: its points stand still
    errors = np.empty(shift.shape[:2])
    for n, frames in _blocks(*errors.shape):
        seen = cloud[n] @ np.swapaxes(turn[n, frames], -1, -2) + shift[n, frames, None]  # [block, P, 3]
        errors[n, frames] = CM * np.linalg.norm(seen - _closest(seen, cloud[n]), axis=-1).mean(axis=-1)
    return errors


def mssd_cm(predicted: Pose, true: Pose, points: ArrayLike, symmetries: Symmetries) -> Floats:
    """MSSD of frames ``[F]`` of one object, cm (Hodan et al. 2020, equation 2).

    The largest distance of a point under both poses, at the symmetry of the object that makes it smallest: no part of
    the object may be off, and a turn that nobody can see costs nothing.

    Args:
        predicted: ``[F, 3, 3]`` and ``[F, 3]``, as the true pose.
        points: ``[P, 3]`` points of the object in its own coordinates, metres.
    """
    true_rotation, rotation = (np.asarray(pose.rotation, float) for pose in (true, predicted))
    back = np.swapaxes(true_rotation, -1, -2)
    shift = np.asarray(predicted.translation, float) - true.translation + (rotation - true_rotation) @ symmetries.centre
    if symmetries.freedom == 3:  # however a sphere is turned, it is where its middle is
        return np.asarray(CM * np.linalg.norm(shift, axis=-1))
    # how the predicted object is turned and its middle is shifted, in the axes of the true one
    turn, shift = back @ rotation, (back @ shift[..., None])[..., 0]
    x, y, z = (np.asarray(points, float) - symmetries.centre).T
    # |D x + d|^2 = x^T (D^T D) x + 2 (D^T d) x + |d|^2: nine numbers a symmetry, and one product for all points
    terms = np.stack([x * x, y * y, z * z, 2 * x * y, 2 * x * z, 2 * y * z, 2 * x, 2 * y, 2 * z])  # [9, P]
    alike, largest = symmetries.rotations, np.empty(len(turn))
    for frames in (slice(k, k + COMPARED_FRAMES_AT_ONCE) for k in range(0, len(turn), COMPARED_FRAMES_AT_ONCE)):
        largest[frames] = _smallest_largest(_coefficients(turn[frames], shift[frames], alike), terms)
    return np.asarray(CM * np.sqrt((largest + (shift**2).sum(axis=-1)).clip(0)))


def _coefficients(turn: Floats, shift: Floats, alike: Floats) -> Floats:
    """Of ``D = turn - S`` and ``d = shift`` the six different entries of ``D^T D``, and ``D^T d``: ``[F, S, 9]``."""
    # D^T D = Q^T Q + S^T S - Q^T S - S^T Q: products of two matrices for all frames and symmetries at once
    product = np.tensordot(turn, alike, axes=(1, 1)).swapaxes(1, 2)  # Q^T S [F, S, 3, 3]
    found = np.empty((*product.shape[:2], 9))
    for k, (i, j) in enumerate(((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))):
        # not 2 and 0, as of exact rotations: those in a store have seven digits, and so would the root of a difference
        squares = (turn[..., i] * turn[..., j]).sum(-1)[:, None] + (alike[..., i] * alike[..., j]).sum(-1)
        found[..., k] = squares - product[..., i, j] - product[..., j, i]
    found[..., 6:] = np.einsum("fji,fj->fi", turn, shift)[:, None] - np.tensordot(shift, alike, axes=(1, 1))
    return found


def _smallest_largest(coefficients: Floats, terms: Floats) -> Floats:
    """Over points ``[9, P]`` the largest of the sums, over symmetries ``[F, S, 9]`` the smallest of these: ``[F]``."""
    # the largest of a few points is a lower bound; most symmetries are out by it, and the others need all points
    bound = (coefficients @ terms[:, :_FEW]).max(axis=-1)  # [F, S]
    largest = (coefficients[np.arange(len(bound)), bound.argmin(axis=1)] @ terms).max(axis=-1)  # [F]
    frames, left = np.nonzero(bound < largest[:, None])
    np.minimum.at(largest, frames, (coefficients[frames, left] @ terms).max(axis=-1))
    return largest


def recall(errors_cm: ArrayLike, diameter_cm: ArrayLike) -> Floats:
    """Share of BOP's ten limits, 5 to 50 % of the diameter, that errors ``[N, T]`` stay below: ``[N, T]``, 0 to 1.

    Its mean is the average recall of MSSD (Hodan et al. 2020, section 2.4).

    Args:
        diameter_cm: ``[N]``.
    """
    relative = np.asarray(errors_cm) / np.asarray(diameter_cm)[:, None]
    return np.asarray((relative[..., None] < RECALL_LIMITS).mean(axis=-1))


def symmetric_rotation_deg(predicted: ArrayLike, true: ArrayLike, symmetries: Symmetries) -> Floats:
    """Angle ``[F]`` in degrees between rotations ``[F, 3, 3]`` of one object, the smallest over its symmetries."""
    if symmetries.freedom == 3:
        return np.zeros(len(np.asarray(true)))
    relative = np.swapaxes(np.asarray(true, float), -1, -2) @ np.asarray(predicted, float)
    # the trace is 1 + 2 cos(angle): it finds the nearest, whose angle is then computed with all digits
    traces = relative.reshape(-1, 9) @ (alike := symmetries.rotations).reshape(-1, 9).T  # [F, S]
    return rotation_deg(relative, alike[traces.argmax(axis=1)])


def _closest(seen: Floats, cloud: NDArray[np.floating]) -> NDArray[np.floating]:
    # argmin |x - y|^2 = argmin (x, 1) . (-2 y, |y|^2), one matrix product; single precision only chooses, the distance
    # is measured afterwards in double precision
    middle = cloud.mean(axis=0)
    centred = cloud - middle
    factor = np.concatenate([-2 * centred, (centred**2).sum(axis=1, keepdims=True)], axis=1, dtype=np.float32)  # [P, 4]
    queries = np.ones((seen.shape[0] * seen.shape[1], 4), np.float32)
    queries[:, :3] = (seen - middle).reshape(-1, 3)
    return cloud[(queries @ factor.T).argmin(axis=1)].reshape(seen.shape)


def _blocks(sequences: int, frames: int) -> list[tuple[int, slice]]:
    return [
        (n, slice(k, k + COMPARED_FRAMES_AT_ONCE))
        for n in range(sequences)
        for k in range(0, frames, COMPARED_FRAMES_AT_ONCE)
    ]


def within_10pct(errors_cm: ArrayLike, diameter_cm: ArrayLike) -> float:
    """Fraction of frames ``[N, T]`` with an error below 10 % of the object's diameter ``[N]`` (Hinterstoisser 2012)."""
    # [N, 1]: every frame of a sequence has the diameter of its object
    return float((np.asarray(errors_cm) < 0.1 * np.asarray(diameter_cm)[:, None]).mean())


def auc_10cm(errors_cm: ArrayLike) -> float:
    """Area under the accuracy-threshold curve from 0 to 10 cm, as a fraction (Xiang et al. 2018).

    Exact: an error ``e`` counts as correct at every threshold above it, so it adds ``max(0, 1 - e / 10 cm)``.
    """
    # no grid of thresholds, which would round: the integral of a step is known
    return float(np.clip(1 - np.asarray(errors_cm) / AUC_LIMIT_CM, 0, None).mean())
