"""The trivial predictor of each task: the best constant answer that the training targets allow, no input needed."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.geometry.rotations import mean_rotation, rotation_to_6d
from deepgrasp.tasks.metrics import Floats
from deepgrasp.tasks.targets import BodyTarget, ClassTarget, PoseTarget, Target


def predict(task: str, train: Target, n_test: int) -> NDArray[np.float32]:
    """The same prediction for each of ``n_test`` sequences, from the task's targets of the training sequences.

    Returns:
        ``[n_test, ...]`` in the shape that the task's predictions have.
    """
    answer = _ANSWERS[task](train).astype(np.float32)
    return np.broadcast_to(answer, (n_test, *answer.shape)).copy()


def _class_frequencies(train: ClassTarget) -> Floats:
    # logarithms of frequencies: the majority class comes first and top-5 holds the five most frequent;
    # one is added to each count so that a class without training samples stays finite
    counts = np.bincount(train.labels, minlength=len(train.classes)) + 1.0
    return np.log(counts / counts.sum())  # [C]


def _mean_position(train: BodyTarget) -> Floats:
    return train.positions.mean(axis=0, dtype=float)  # [T, J, 3]


def _mean_pose(train: PoseTarget) -> Floats:
    translation = train.pose.translation.mean(axis=0, dtype=float)  # [T, 3]
    return np.concatenate([translation, rotation_to_6d(mean_rotation(train.pose.rotation))], axis=-1)  # [T, 9]


_ANSWERS: dict[str, Callable[[Any], Floats]] = {
    "object": _class_frequencies,
    "action": _class_frequencies,
    "body": _mean_position,
    "pose": _mean_pose,
}
