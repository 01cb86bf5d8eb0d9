"""Standardises to zero mean and unit deviation and back, by the statistics of the training data."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

LIMIT = 3.0
"""Largest standardised value: a new person may be further off than a network can learn from the few it saw."""


class Statistics(NamedTuple):
    """Mean and standard deviation of each node and feature over sequences and frames."""

    mean: NDArray[np.floating]
    sd: NDArray[np.floating]


def statistics(values: NDArray[np.floating], *, floor: float = 0.1) -> Statistics:
    """Mean and standard deviation of ``[N, T, ...]`` over its first two axes, the deviation bounded from below.

    Args:
        floor: lower bound of the deviation, as a fraction of the feature's root mean square deviation over the nodes
            (last axis: features): a vertex touched once in training must not shout when it is touched in a test.
    """
    # in double: a sum over millions of frames loses digits in single
    mean = values.mean(axis=(0, 1), dtype=np.float64)
    sd = values.std(axis=(0, 1), dtype=np.float64)
    nodes = tuple(range(sd.ndim - 1))
    typical = np.sqrt(np.square(sd).mean(axis=nodes))  # [features]
    least = np.where(typical > 0, floor * typical, 1)  # a feature that never changes stays as it is
    return Statistics(mean.astype(np.float32), np.maximum(sd, least).astype(np.float32))


class Standardiser(nn.Module):
    """Standardises to zero mean and unit deviation and back; its constants are saved with the weights."""

    mean: Tensor
    sd: Tensor

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        # buffers: saved with the weights, so that a checkpoint alone can predict
        self.register_buffer("mean", torch.zeros(shape))
        self.register_buffer("sd", torch.ones(shape))

    def set(self, known: Statistics) -> None:
        """Take the statistics of the training data."""
        self.mean.copy_(torch.as_tensor(known.mean))
        self.sd.copy_(torch.as_tensor(known.sd))

    def forward(self, x: Tensor) -> Tensor:
        """Standardised values ``[..., *shape]``, at most :data:`LIMIT` deviations from the mean."""
        return ((x - self.mean) / self.sd).clamp(-LIMIT, LIMIT)

    def inverse(self, x: Tensor) -> Tensor:
        """Values in natural units from standardised ones ``[..., *shape]``; what was cut at the limit stays cut."""
        return x * self.sd + self.mean
