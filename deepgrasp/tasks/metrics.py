"""The metrics of the four tasks: pure numpy functions with the unit in the name; lengths come in as metres.

Errors of position and pose come back one per frame, ``[N, T]``: the score is their mean.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.geometry.poses import Pose

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CM = 100.0  # centimetres in a metre
AUC_LIMIT_CM = 10.0  # Xiang et al. 2018
BLOCK = 16  # frames at a time: the 16 x 256 x 256 distances of ADD-S take 4 MB and stay in the cache


# --- classification -----------------------------------------------------------------------------------------------


def confusion_matrix(predicted: ArrayLike, true: ArrayLike, classes: int) -> Ints:
    """Counts ``[classes, classes]``: row = true class, column = predicted class; an absent class is a row of zeros."""
    flat = np.asarray(true, np.int64) * classes + np.asarray(predicted, np.int64)
    return np.bincount(flat, minlength=classes**2).reshape(classes, classes)


def accuracy(confusion: Ints) -> float:
    """Fraction of samples on the diagonal of the confusion matrix."""
    return float(np.trace(confusion) / confusion.sum())


def top5_accuracy(logits: NDArray[np.floating], true: Ints) -> float:
    """Fraction of samples ``[N, C]`` whose true class is among the five largest logits.

    Of equal logits the lower class index ranks first, as in ``argmax``: a constant prediction gains nothing.
    """
    own = np.take_along_axis(logits, true[:, None], axis=1)  # [N, 1]
    earlier = np.arange(logits.shape[1]) < true[:, None]
    rank = ((logits > own) | ((logits == own) & earlier)).sum(axis=1)
    return float((rank < 5).mean())


def balanced_accuracy(confusion: Ints) -> float:
    """Mean recall over the classes that occur in the target; the others have none and do not count."""
    samples = confusion.sum(axis=1)
    present = samples > 0
    return float((np.diag(confusion)[present] / samples[present]).mean())


def macro_f1(confusion: Ints) -> float:
    """Mean F1 over the classes that occur in the target.

    A class that is predicted but does not occur has no F1 of its own; it costs the recall of the classes it stole from.
    """
    hits, true, predicted = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    present = true > 0
    return float((2 * hits[present] / (true + predicted)[present]).mean())


def mcc(confusion: Ints) -> float:
    """Matthews correlation for several classes (Gorodkin 2004, R_K): 1 perfect, 0 chance or a constant prediction."""
    true, predicted, total = _margins(confusion)
    covariance = float(np.trace(confusion)) * total - float(true @ predicted)
    variances = (total**2 - float(true @ true)) * (total**2 - float(predicted @ predicted))
    return covariance / variances**0.5 if variances > 0 else 0.0


def kappa(confusion: Ints) -> float:
    """Cohen's kappa (1960): agreement beyond chance; 0 where chance alone already agrees on everything."""
    true, predicted, total = _margins(confusion)
    chance = float(true @ predicted) / total**2
    return (accuracy(confusion) - chance) / (1 - chance) if chance < 1 else 0.0


def _margins(confusion: Ints) -> tuple[Floats, Floats, float]:
    # as floats: the products of four counts overflow an int64 from 60,000 samples on
    return confusion.sum(axis=1).astype(float), confusion.sum(axis=0).astype(float), float(confusion.sum())


# --- joint positions ----------------------------------------------------------------------------------------------


def joint_error_cm(predicted: ArrayLike, true: ArrayLike) -> Floats:
    """Euclidean error of each joint in each frame: positions ``[N, T, J, 3]`` in metres to ``[N, T, J]``."""
    return CM * np.linalg.norm(np.asarray(predicted, float) - np.asarray(true, float), axis=-1)


def mpjpe_cm(predicted: ArrayLike, true: ArrayLike) -> Floats:
    """Mean per-joint position error of each frame, ``[N, T]`` (Ionescu et al. 2014, Human3.6M)."""
    return joint_error_cm(predicted, true).mean(axis=-1)


# --- rotations ----------------------------------------------------------------------------------------------------


# --- object pose --------------------------------------------------------------------------------------------------


def translation_cm(predicted: Pose, true: Pose) -> Floats:
    """Distance between predicted and true origin of the object, ``[N, T]``."""
    return CM * np.linalg.norm(np.asarray(predicted.translation, float) - true.translation, axis=-1)


def add_cm(predicted: Pose, true: Pose, points: ArrayLike) -> Floats:
    """ADD of each frame, ``[N, T]``: mean distance of the points under both poses (Hinterstoisser et al. 2012).

    Args:
        points: ``[N, P, 3]`` points of each sequence's object in its own coordinates, metres.
    """
    cloud = np.asarray(points)
    turn = np.asarray(predicted.rotation, float) - true.rotation
    shift = np.asarray(predicted.translation, float) - true.translation
    errors = np.empty(shift.shape[:2])
    for n, frames in _blocks(*errors.shape):
        apart = turn[n, frames] @ cloud[n].T + shift[n, frames, :, None]  # [block, 3, P]
        errors[n, frames] = CM * np.linalg.norm(apart, axis=1).mean(axis=1)
    return errors


def add_s_cm(predicted: Pose, true: Pose, points: ArrayLike) -> Floats:
    """ADD-S of each frame, ``[N, T]``: from each point under the true pose to the closest under the predicted one.

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
    return float((np.asarray(errors_cm) < 0.1 * np.asarray(diameter_cm)[:, None]).mean())


def auc_10cm(errors_cm: ArrayLike) -> float:
    """Area under the accuracy-threshold curve from 0 to 10 cm, as a fraction (Xiang et al. 2018).

    Exact: an error ``e`` counts as correct at every threshold above it, so it adds ``max(0, 1 - e / 10 cm)``.
    """
    return float(np.clip(1 - np.asarray(errors_cm) / AUC_LIMIT_CM, 0, None).mean())
