"""Standardises to zero mean and unit deviation and back, by the statistics of the training data."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from deepgrasp.inputs import fusion
from deepgrasp.inputs.graph_choice import FUSED, GraphChoice
from deepgrasp.spec import InputSpec

_LIMIT = 3.0
"""Largest standardised value: a new person may be further off than a network can learn from the few it saw."""


_BLOCK = 64  # sequences at once, in double precision


class Statistics(NamedTuple):
    """Mean and standard deviation ``[V, F]`` of each node and feature over sequences and frames."""

    mean: NDArray[np.floating]
    sd: NDArray[np.floating]


class Running:
    """Mean and standard deviation of values ``[N, T, ...]`` over their first two axes, which come in blocks.

    One pass in double precision, with the memory of a block. Sequence after sequence is added, so that the result is
    the same to the last bit however the sequences are cut into blocks.
    """

    def __init__(self) -> None:
        self.count = self.frames = 0

    def add(self, values: NDArray[np.floating]) -> None:
        """Take the next sequences ``[n, T, ...]``."""
        for start in range(0, len(values), _BLOCK):
            # in one layout: in another numpy would add in another order
            block = np.ascontiguousarray(values[start : start + _BLOCK], dtype=np.float64)
            means = block.mean(axis=1)  # [n, ...]
            within = np.square(block - means[:, None]).sum(axis=1)
            if not self.count:
                # the first sequence's means are the origin: squares of large means would cost digits
                self.origin, self.frames = means[0].copy(), block.shape[1]
                self.shift, self.square, self.within = (np.zeros_like(self.origin) for _ in range(3))
            away = means - self.origin
            for mean, square, spread in zip(away, np.square(away), within, strict=True):
                self.shift += mean
                self.square += square
                self.within += spread
            self.count += len(block)

    def result(self, *, floor: float = 0.1) -> Statistics:
        """The statistics of all that was taken, the deviation bounded from below.

        Args:
            floor: lower bound of the deviation, as a fraction of the feature's root mean square deviation over the
                nodes (last axis: features): a vertex touched once in training must not shout when it is touched in a
                test.
        """
        shift = self.shift / self.count
        # of the frames around each sequence's mean, and of these means around the mean of all
        sd = np.sqrt(self.within / (self.count * self.frames) + (self.square / self.count - shift**2).clip(0))
        nodes = tuple(range(sd.ndim - 1))
        typical = np.sqrt(np.square(sd).mean(axis=nodes))  # [features]
        least = np.where(typical > 0, floor * typical, 1)  # a feature that never changes stays as it is
        return Statistics((self.origin + shift).astype(np.float32), np.maximum(sd, least).astype(np.float32))


class InputStatistics:
    """Mean and deviation ``[V, F]`` of one modality's inputs ``[N, T, V, F]``, which come in blocks.

    Nodes of a fused graph have those that they have in a graph of their own kind. Padding stays exactly zero.
    """

    def __init__(self, modality: str, spec: InputSpec, graphs: GraphChoice) -> None:
        self.pose_nodes = len(graphs.pose_nodes) if modality == FUSED else None
        self.streams = list(spec.streams.values())
        # of pose and of touch apart, where one array holds both
        self.kinds = [[Running() for _ in range(1 if self.pose_nodes is None else 2)] for _ in self.streams]

    def add(self, values: NDArray[np.float32]) -> None:
        """Take the inputs of the next sequences, ``[n, T, V, F]``."""
        for stream, kinds in zip(self.streams, self.kinds, strict=True):
            x = values[..., stream]
            # of the fused graph -> pose nodes, touch nodes
            parts = (x,) if self.pose_nodes is None else fusion.split(x, self.pose_nodes)
            for running, part in zip(kinds, parts, strict=True):
                running.add(part)

    def result(self) -> Statistics:
        """Mean and deviation ``[V, F]`` of each node and feature over all that was taken."""
        means, sds = [], []
        for kinds in self.kinds:
            found = [running.result() for running in kinds]
            mean, sd = found[0]
            if self.pose_nodes is not None:
                pose, touch = found
                mean, sd = fusion.join(pose.mean, touch.mean), fusion.join(pose.sd, touch.sd, padding=1.0)
            means.append(mean)
            sds.append(sd)
        return Statistics(np.concatenate(means, -1), np.concatenate(sds, -1))


class Standardiser(nn.Module):
    """Standardises to zero mean and unit deviation and back; its constants are saved with the weights."""

    # Of networks alone. Models without a graph take rows from deepgrasp.inputs.pooling, which standardises arrays at
    # once, without a checkpoint, and with neither a floor nor a limit, so that every column counts alike.

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
        """Standardised values ``[..., *shape]``, at most :data:`_LIMIT` deviations from the mean."""
        return ((x - self.mean) / self.sd).clamp(-_LIMIT, _LIMIT)

    def inverse(self, x: Tensor) -> Tensor:
        """Values in natural units from standardised ones ``[..., *shape]``; what was cut at the limit stays cut."""
        return x * self.sd + self.mean
