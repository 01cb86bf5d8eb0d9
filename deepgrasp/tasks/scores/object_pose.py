"""Scores of an object's pose: translation, ADD, ADD-S, the share below a tenth of the diameter, and the AUC."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.geometry.rotations import Pose
from deepgrasp.tasks.scores import CM, Floats

AUC_LIMIT_CM = 10.0  # Xiang et al. 2018
BLOCK = 16  # frames at a time: the 16 x 256 x 256 distances of ADD-S take 4 MB and stay in the cache


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
    return [(n, slice(k, k + BLOCK)) for n in range(sequences) for k in range(0, frames, BLOCK)]


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
