"""Attention over nodes, frames and channels: factors from one to two, found from means of the features."""

from collections.abc import Collection
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from deepgrasp.stgcn.padding import padded

ATTENTION_KINDS = ("spatial", "temporal", "channel")


class Attention(nn.Module):
    """Spatial, then temporal, then channel attention, each ``y + y * gate`` (Shi et al. 2020, section 3.3).

    Every gate needs only means, and the mean of a gated tensor is a weighted mean of the original one: the three gates
    are found from two reductions and applied together.

    Args:
        nodes: sets the reach of the spatial gate: the largest odd number of nodes.
        kinds: those of :data:`ATTENTION_KINDS` that are wanted; their order here does not matter.
    """

    def __init__(self, channels: int, nodes: int, kinds: Collection[str] = ATTENTION_KINDS) -> None:
        super().__init__()
        # odd, so that the middle tap is the node itself; as published
        reach = nodes - 1 if nodes % 2 == 0 else nodes
        self.spatial = _gate(channels, reach) if "spatial" in kinds else None
        self.temporal = _gate(channels, 9) if "temporal" in kinds else None  # the published kernel
        self.squeeze = nn.Linear(channels, channels // 2) if "channel" in kinds else None
        self.excite = nn.Linear(channels // 2, channels) if "channel" in kinds else None
        self._initialise()

    def _initialise(self) -> None:
        """Draw the weights as published: at first only spatial gates tell one node, frame or channel from another."""
        if self.spatial:
            nn.init.xavier_normal_(self.spatial.weight)
        if self.squeeze:
            nn.init.kaiming_normal_(self.squeeze.weight)
        for zero in (self.temporal, self.excite):
            if zero:
                nn.init.zeros_(zero.weight)
        for layer in self.children():
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]

    def forward(self, y: Tensor) -> Tensor:
        """``[B, V, T, C]`` to the same shape."""
        batch, nodes, frames, channels = y.shape
        spatial = y.new_ones(batch, 1, nodes)
        if self.spatial:
            spatial = spatial + torch.sigmoid(_over_nodes(self.spatial, y.sum(2) / frames))
        # the mean over nodes of y * spatial, without writing y * spatial: [B, V, T, C] is what all the time goes into
        by_frame = _weighted_sum(spatial, y) / nodes  # [B, T, C]
        temporal = y.new_ones(batch, 1, frames)
        if self.temporal:
            temporal = temporal + torch.sigmoid(_over_frames(self.temporal, by_frame))
        channel = y.new_ones(batch, 1, channels)
        if self.squeeze and self.excite:
            pooled = temporal @ by_frame / frames  # [B, 1, C]
            channel = channel + torch.sigmoid(self.excite(F.relu(self.squeeze(pooled))))
        # in the type of y: a gate of a wider type would make the product, the largest tensor here, as wide
        return _Gated.apply(y, (spatial.transpose(1, 2) * temporal).to(y.dtype), channel.to(y.dtype))


class _Gated(torch.autograd.Function):
    """``y * place * channel`` of ``[B, V, T, C]``, ``[B, V, T]`` and ``[B, 1, C]``.

    By itself autograd would keep ``y * place`` too: a tenth of what a block keeps for its backward pass.
    """

    @staticmethod
    def forward(y: Tensor, place: Tensor, channel: Tensor) -> Tensor:
        return (y * place.unsqueeze(3)).mul_(channel.unsqueeze(2))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, Tensor, Tensor], output: Tensor) -> None:
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        y, place, channel = ctx.saved_tensors
        # of the product of three factors the gradient of one is the gradient times the other two, summed over its
        # missing axes
        both = (grads[0] * y).flatten(1, 2)  # [B, V T, C]
        of_place = (both @ channel.transpose(1, 2)).view(place.shape)
        of_channel = place.flatten(1).unsqueeze(1) @ both
        return (grads[0] * place.unsqueeze(3)).mul_(channel.unsqueeze(2)), of_place, of_channel


def _gate(channels: int, reach: int) -> nn.Conv1d:
    return nn.Conv1d(channels, 1, reach, padding=(reach - 1) // 2)


def _weighted_sum(weights: Tensor, y: Tensor) -> Tensor:
    """``[B, 1, V]`` and ``[B, V, T, C]`` to ``[B, T, C]``."""
    if torch.compiler.is_compiling():  # products of this size are never written then, and read once with what is near
        return (weights.transpose(1, 2).unsqueeze(3) * y).sum(1)
    return (weights @ y.flatten(2)).view(y.shape[0], *y.shape[2:])


def _over_frames(conv: nn.Conv1d, y: Tensor) -> Tensor:
    """The temporal convolution, ``[B, T, C]`` to ``[B, 1, T]``, by one matrix product: torch's own takes ten times."""
    reach = conv.weight.shape[2]
    windows = F.pad(y, (0, 0, (reach - 1) // 2, (reach - 1) // 2)).unfold(1, reach, 1)  # [B, T, C, R]
    return F.linear(windows.flatten(2), conv.weight.flatten(1), conv.bias).transpose(1, 2)


def _over_nodes(conv: nn.Conv1d, y: Tensor) -> Tensor:
    """The spatial convolution, ``[B, V, C]`` to ``[B, 1, V]``, by one matrix product.

    The kernel is as long as the graph is large, for which torch's convolution is slow by a factor of hundreds. Here
    each node meets every tap, and the products that belong to one output are brought into one column: row ``u`` moves
    ``u`` places to the right when rows of one length are read as rows that are shorter by one.
    """
    nodes, reach = y.shape[1], conv.weight.shape[2]
    # [V, R] products of node and tap, reversed, then V zeros, so that rows can be shifted
    taps = F.pad(y @ padded(conv.weight[0].flip(1), 1), (0, nodes))  # [B, V, R + V]
    moved = taps.flatten(1)[:, :-nodes].unflatten(1, (nodes, -1))  # [B, V, R + V - 1]
    # the middle V of R + V - 1 sums: what a convolution calls padding to the same length
    gates = moved.sum(1, keepdim=True).narrow(2, (reach - 1) // 2, nodes)
    return gates + cast(Tensor, conv.bias).to(gates.dtype)  # or autocast's bf16 would end here
