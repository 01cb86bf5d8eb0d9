"""Sums over the neighbours of each node: by a fixed graph, by one learned in full, or by one learned in factors.

Each module takes ``[B, V, T, C]`` = batch, nodes, frames, channels to ``[B, V, T, K C]``: what every node receives in
each of the K subsets of the graph's partition. With the nodes first the sum over neighbours is one matrix product.
"""

import math

import torch
from torch import Tensor, nn

from deepgrasp.stgcn.padding import padded

FEW_NODES = 64
"""Up to so many nodes the matrix of a low-rank graph is cheaper to write out than to apply by its factors."""


class FixedGraph(nn.Module):
    """Sums over neighbours by the given adjacency; nothing is learned.

    Args:
        adjacency: ``[K, V, V]``, column ``v`` holds the weights with which node ``v`` receives.
    """

    adjacency: Tensor

    def __init__(self, adjacency: Tensor) -> None:
        super().__init__()
        self.register_buffer("adjacency", adjacency.clone(), persistent=False)  # not saved: it is the InputSpec's

    def forward(self, x: Tensor) -> Tensor:
        """``[B, V, T, C]`` to ``[B, V, T, K C]``."""
        # [B, K V, T C]: all subsets in one product
        return _subsets_last(_sum_over_nodes(self.adjacency.transpose(1, 2).flatten(0, 1), x), x.shape)


class AdaptiveGraph(nn.Module):
    """Learned graph ``A_k + alpha B_k``: ``3 V^2`` numbers a layer (Shi et al. 2019, eq. 3; 2020, eq. 4 and 5).

    ``A_k`` starts from the given adjacency; ``B_k = tanh(theta_k(x) phi_k(x)^T)`` compares each pair of nodes of the
    sample at hand. The 2 K small convolutions ``theta_k`` and ``phi_k`` are one matrix product.

    Args:
        adjacency: ``[K, V, V]``, see :class:`FixedGraph`.
        width: channels of each ``theta_k`` and ``phi_k``.
    """

    def __init__(self, channels: int, adjacency: Tensor, width: int) -> None:
        super().__init__()
        # a copy: in torch-geometric-temporal the learned matrix shares its memory with the given one, and so changes it
        self.adjacency = nn.Parameter(adjacency.clone())
        self.alpha = nn.Parameter(torch.zeros(1))
        self.embed = nn.Linear(channels, 2 * len(adjacency) * max(1, width))
        # drawn as the published 2 K convolutions of `width` channels, not as the one large map that it is
        he_fan_out(self.embed, width)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, V, T, C]`` to ``[B, V, T, K C]``."""
        return _subsets_last(_sum_over_nodes(self._weights(x), x), x.shape)

    def _weights(self, x: Tensor) -> Tensor:
        """Weight of sender ``w`` at receiver ``v`` in subset ``k``: ``[B, K V, V]``."""
        # [2, B, K, V, T, I]
        pairs = self.embed(x).unflatten(3, (2, len(self.adjacency), -1)).permute(3, 0, 4, 1, 2, 5)
        sender, receiver = pairs.flatten(4)  # each [B, K, V, T I]
        products = (receiver @ padded(sender, 2).transpose(2, 3))[..., : x.shape[1]]  # [B, K, V, V]
        # the published scale: by T I, the number of terms of each product; unscaled, tanh would be flat
        alike = torch.tanh(products / sender.shape[-1])
        return (self.adjacency.transpose(1, 2) + self.alpha * alike).flatten(1, 2)


class LowRankGraph(nn.Module):
    """Low-rank graph ``A_k + R_k S_k^T + alpha B_k``, ``A_k`` given: no ``V x V`` matrix is learned or computed.

    ``R_k`` and ``S_k`` are learned, ``[V, r]``. ``B_k = tanh(theta_k(x)) tanh(phi_k(x))^T / r`` compares the nodes of
    the sample by their mean over the frames, and has rank ``r`` too. Both start from nothing, as ``alpha B_k`` does in
    :class:`AdaptiveGraph`. Of up to :data:`FEW_NODES` nodes the sum is written out.

    Args:
        adjacency: ``[K, V, V]``, see :class:`FixedGraph`.
        rank: ``r``.
    """

    def __init__(self, channels: int, adjacency: Tensor, rank: int) -> None:
        super().__init__()
        self.given = FixedGraph(adjacency)
        subsets, nodes, _ = adjacency.shape
        # One factor is random and the other zero: the product starts from nothing, and still has a gradient. With both
        # zero neither would ever move.
        self.senders = nn.Parameter(torch.randn(subsets, nodes, rank) / math.sqrt(nodes))
        self.receivers = nn.Parameter(torch.zeros(subsets, nodes, rank))
        self.alpha = nn.Parameter(torch.zeros(1))
        self.embed = nn.Linear(channels, 2 * subsets * rank)
        self.rank = rank

    def forward(self, x: Tensor) -> Tensor:
        """``[B, V, T, C]`` to ``[B, V, T, K C]``."""
        batch, subsets, nodes = x.shape[0], *self.senders.shape[:2]  # len would tie an export to one batch
        # not x.mean: its gradient would divide every frame's
        pairs = torch.tanh(self.embed(x.sum(2) / x.shape[2])).unflatten(2, (2, subsets, self.rank))
        sender, receiver = pairs.permute(2, 0, 3, 1, 4)  # each [B, K, V, r]
        send = torch.cat([self.senders.expand(batch, -1, -1, -1), sender / self.rank], 3)  # [B, K, V, 2 r]
        receive = torch.cat([self.receivers.expand(batch, -1, -1, -1), self.alpha * receiver], 3)
        if nodes <= FEW_NODES:
            weights = self.given.adjacency.transpose(1, 2) + receive @ send.transpose(2, 3)  # [B, K, V, V]
            return _subsets_last(_sum_over_nodes(weights.flatten(1, 2), x), x.shape)
        sent = _sum_over_nodes(send.transpose(2, 3).flatten(1, 2), x)  # [B, 2 K r, T C]
        # from right to left: the cost of R (S^T x) grows with V, that of (R S^T) x with V^2
        learned = receive @ sent.unflatten(1, (subsets, -1))  # [B, K, V, T C]
        return self.given(x) + _subsets_last(learned.flatten(1, 2), x.shape)


def he_fan_out(layer: nn.Linear, fan_out: int) -> None:
    """Fill a layer with He's normal initialisation for ``fan_out`` outputs: its matrix may hold several such maps."""
    nn.init.normal_(layer.weight, 0, math.sqrt(2 / max(1, fan_out)))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


def _sum_over_nodes(weights: Tensor, x: Tensor) -> Tensor:
    """``[(B,) R, V]`` and ``[B, V, T, C]`` to ``[B, R, T C]``."""
    # both sides are padded alike, with zeros, which add nothing to a sum
    return padded(weights, weights.ndim - 1) @ padded(x, 1).flatten(2)


def _subsets_last(received: Tensor, shape: torch.Size) -> Tensor:
    """``[B, K V, T C]`` to ``[B, V, T, K C]``, for an input of shape ``[B, V, T, C]``."""
    batch, nodes, frames, channels = shape
    return received.view(batch, -1, nodes, frames, channels).permute(0, 2, 3, 1, 4).flatten(3)
