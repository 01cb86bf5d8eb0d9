"""Inputs as one row of numbers a frame, or a sequence (mean and deviation over frames), for models without a graph."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def framewise(inputs: Mapping[str, NDArray[np.floating]]) -> Floats:
    """Every feature of every node of a frame as one row ``[N, T, sum(V F)]``, the modalities in alphabetical order.

    Args:
        inputs: ``[N, T, V, F]`` by modality.
    """
    # by name: the order of the columns must not follow that of a dict
    parts = [np.asarray(inputs[name], float).reshape(*inputs[name].shape[:2], -1) for name in sorted(inputs)]
    return np.concatenate(parts, axis=-1)


def pooled(inputs: Mapping[str, NDArray[np.floating]]) -> Floats:
    """Mean and standard deviation over the frames, ``[N, 2 sum(V F)]``; ``inputs`` as for :func:`framewise`."""
    frames = framewise(inputs)
    return np.concatenate([frames.mean(axis=1), frames.std(axis=1)], axis=-1)


def standardised(train: Floats, *others: Floats) -> list[Floats]:
    """Rows ``[N, K]`` of each part, their columns with mean 0 and variance 1 over the training rows.

    All parts are scaled by the same numbers; columns that are constant in training are 0.
    """
    # Not deepgrasp.inputs.standardise, which is the networks': that one has a floor for the deviation, a limit for
    # values, and constants that are saved with the weights. Here every column counts alike, and no value is cut.
    # of the training part alone: statistics of tested people would tell about them
    mean, spread = train.mean(axis=0), train.std(axis=0)
    useful = spread > 1e-6 * np.maximum(1, abs(mean))  # what is constant is so but for rounding
    return [(rows - mean) / np.where(useful, spread, 1) * useful for rows in (train, *others)]
