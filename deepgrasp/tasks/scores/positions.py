"""Scores of joint positions: the error of each joint and their mean, MPJPE."""

import numpy as np
from numpy.typing import ArrayLike

from deepgrasp.tasks.scores import CM, Floats


def joint_error_cm(predicted: ArrayLike, true: ArrayLike) -> Floats:
    """Euclidean error ``[N, T, J]`` in cm of each joint in each frame, from positions ``[N, T, J, 3]`` in metres."""
    # in double: the sum over a test set in single precision depends on how it is cut into blocks
    return CM * np.linalg.norm(np.asarray(predicted, float) - np.asarray(true, float), axis=-1)


def mpjpe_cm(predicted: ArrayLike, true: ArrayLike) -> Floats:
    """Mean per-joint position error of each frame ``[N, T]``, cm (Ionescu et al. 2014, Human3.6M)."""
    return joint_error_cm(predicted, true).mean(axis=-1)
