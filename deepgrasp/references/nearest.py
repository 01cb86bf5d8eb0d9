"""Nearest neighbour: the answers of the closest training sequence (Cover & Hart 1967), for every task."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import pairwise_distances

from deepgrasp.inputs.fold import Fold
from deepgrasp.inputs.pooling import Floats
from deepgrasp.references import Answer
from deepgrasp.tasks.targets import ClassTarget, Target

ORACLE = False


def answer(fold: Fold) -> Answer:
    """Predictions from distances between pooled, standardised inputs."""
    # pooled over frames: two windows of one motion may be out of step, and frames would then be far apart
    train, features = fold.parts["train"].targets, fold.features
    predictions = {
        name: {task: nearest(train[task], features["train"], features[name]) for task in fold.tasks}
        for name in ("validation", "test")
    }
    return Answer(predictions, multiply_adds=features["train"].size)


def nearest(train: Target, known: Floats, asked: Floats) -> NDArray[np.float32]:
    """The answer of the closest training sequence.

    A class's logit is minus the distance to its closest sequence, so that top-5 holds the five closest classes; a class
    without sequences is farther than all.

    Args:
        known: features ``[N, D]`` of the training sequences.
        asked: features ``[M, D]``.

    Returns:
        ``[M, ...]`` in the shape that the task's predictions have.
    """
    apart = pairwise_distances(asked, known)  # [M, N]
    if not isinstance(train, ClassTarget):
        # frame by frame of that one sequence: a mean over several would blur its movement
        return train.regressed[apart.argmin(axis=1)].astype(np.float32)
    # finite, as scores demand: minus infinity would be refused
    logits = np.full((len(asked), len(train.classes)), -apart.max() - 1)
    for label in np.unique(train.labels):
        logits[:, label] = -apart[:, train.labels == label].min(axis=1)
    return logits.astype(np.float32)
