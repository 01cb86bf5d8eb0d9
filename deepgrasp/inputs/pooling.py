"""Inputs as one row of numbers a sequence: mean and spread over the frames, for models that know no graph."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


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
