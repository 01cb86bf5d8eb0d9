"""Inputs as one row of numbers a sequence: mean and deviation over the frames, for models without a graph."""

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
    # by name: the order of the columns must not follow that of a dict
    parts = [np.asarray(inputs[name], float).reshape(*inputs[name].shape[:2], -1) for name in sorted(inputs)]
    frames = np.concatenate(parts, axis=-1)  # [N, T, D / 2]
    return np.concatenate([frames.mean(axis=1), frames.std(axis=1)], axis=-1)


def standardised(train: Floats, *others: Floats) -> list[Floats]:
    """Columns with mean 0 and variance 1 over the training rows, all by the same numbers; constant columns are 0."""
    # of the training part alone: statistics of tested people would tell about them
    mean, spread = train.mean(axis=0), train.std(axis=0)
    useful = spread > 1e-6 * np.maximum(1, abs(mean))  # what is constant is so but for rounding
    return [(rows - mean) / np.where(useful, spread, 1) * useful for rows in (train, *others)]
