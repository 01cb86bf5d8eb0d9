"""Scores of joint positions: the error of each joint and their mean, MPJPE."""

import numpy as np
from numpy.typing import ArrayLike

from deepgrasp.tasks.scores import CM, Floats


def joint_error_cm(predicted: ArrayLike, true: ArrayLike) -> Floats:
    """Euclidean error of each joint in each frame: positions ``[N, T, J, 3]`` in metres to ``[N, T, J]``."""
    # in double: the sum over a test set in single precision depends on how it is cut into blocks
    return CM * np.linalg.norm(np.asarray(predicted, float) - np.asarray(true, float), axis=-1)


def mpjpe_cm(predicted: ArrayLike, true: ArrayLike) -> Floats:
    """Mean per-joint position error of each frame, ``[N, T]`` (Ionescu et al. 2014, Human3.6M)."""
    return joint_error_cm(predicted, true).mean(axis=-1)
