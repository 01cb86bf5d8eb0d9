"""Simple models that a network must beat: nearest neighbour and linear models on features pooled over the frames."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from deepgrasp.tasks.metrics import Floats
from deepgrasp.tasks.targets import BodyTarget, ClassTarget, PoseTarget, Target, regressed


def pooled(inputs: Mapping[str, NDArray[np.floating]]) -> Floats:
    """Mean and standard deviation over the frames of every feature of every node.

    Args:
        inputs: ``[N, T, V, F]`` by modality.

    Returns:
        ``[N, D]`` with ``D = 2 sum(V F)``, the modalities in alphabetical order.
    """
    parts = [np.asarray(inputs[name], float).reshape(*inputs[name].shape[:2], -1) for name in sorted(inputs)]
    frames = np.concatenate(parts, axis=-1)  # [N, T, D / 2]
    return np.concatenate([frames.mean(axis=1), frames.std(axis=1)], axis=-1)


def standardised(train: Floats, *others: Floats) -> list[Floats]:
    """Columns with mean 0 and variance 1 over the training rows, all by the same numbers; constant columns are 0."""
    mean, spread = train.mean(axis=0), train.std(axis=0)
    useful = spread > 1e-6 * np.maximum(1, abs(mean))  # what is constant is so but for rounding
    return [(rows - mean) / np.where(useful, spread, 1) * useful for rows in (train, *others)]


def nearest(train: Target, known: Floats, asked: Floats) -> NDArray[np.float32]:
    """The answer of the closest training sequence (Cover & Hart 1967).

    A class's logit is minus the distance to its closest sequence, so that top-5 holds the five closest classes; a class
    without sequences is farther than all.

    Args:
        known: features ``[N, D]`` of the training sequences.
        asked: features ``[M, D]``.

    Returns:
        ``[M, ...]`` in the shape that the task's predictions have.
    """
    apart = np.stack([np.linalg.norm(row - known, axis=1) for row in asked])  # [M, N]
    if not isinstance(train, ClassTarget):
        return regressed(train)[apart.argmin(axis=1)].astype(np.float32)
    logits = np.full((len(asked), len(train.classes)), -apart.max() - 1)
    for label in np.unique(train.labels):
        logits[:, label] = -apart[:, train.labels == label].min(axis=1)
    return logits.astype(np.float32)


def logistic(train: ClassTarget, known: Floats, asked: Floats, strength: float) -> NDArray[np.float32]:
    """Multinomial logistic regression; arguments as for :func:`nearest`.

    Args:
        strength: weight of the squared norm of the coefficients, one over scikit-learn's ``C``.

    Returns:
        Logits ``[M, C]``; a class without training sequences comes last.
    """
    from sklearn.linear_model import LogisticRegression

    present = np.unique(train.labels)
    if len(present) == 1:
        return np.tile(np.float32(np.arange(len(train.classes)) == present), (len(asked), 1))
    model = LogisticRegression(C=1 / strength, max_iter=5000).fit(known, train.labels)
    found = model.decision_function(asked)
    found = np.stack([-found, found], axis=1) / 2 if found.ndim == 1 else found  # of two classes it gives one column
    logits = np.repeat(found.min(axis=1, keepdims=True) - 1, len(train.classes), axis=1)
    logits[:, present] = found
    return logits.astype(np.float32)


def ridge(train: BodyTarget | PoseTarget, known: Floats, asked: Floats, strength: float) -> NDArray[np.float32]:
    """Ridge regression (Hoerl & Kennard 1970) in its dual form: as many equations as training sequences.

    ``y = mean + k (K + strength I)^-1 (Y - mean)`` with ``K = X X^T / D``; arguments as for :func:`nearest`.
    """
    true = regressed(train).astype(float)
    flat = true.reshape(len(true), -1)
    kernel = known @ known.T / known.shape[1] + strength * np.eye(len(known))
    weights = np.linalg.solve(kernel, flat - flat.mean(axis=0))
    found = flat.mean(axis=0) + asked @ known.T / known.shape[1] @ weights
    return found.reshape(len(asked), *true.shape[1:]).astype(np.float32)
