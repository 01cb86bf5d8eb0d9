"""Attention graph layers: graph convolution, attention over nodes, frames and channels, and temporal convolution.

The layers are those of 2s-AGCN (Shi et al. 2019, CVPR) and MS-AAGCN (Shi et al. 2020, TIP); with the weights of
torch-geometric-temporal's ``AAGCN`` (`library_block`) a :class:`GraphBlock` computes the same function. Tensors
are ``[B, V, T, C]`` = batch, nodes, frames, channels: with the nodes before the frames the sum over neighbours is one
matrix product, with the channels last a 1x1 convolution is another, and neither copies its input.
"""

import math
from collections.abc import Collection
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from deepgrasp.stgcn.aggregation import AdaptiveGraph, FixedGraph, LowRankGraph, he_fan_out
from deepgrasp.stgcn.attention import ATTENTION_KINDS, Attention
from deepgrasp.stgcn.norms import Moments, RowNorm, exact, moments_of, projected


class GraphConvolution(nn.Module):
    """Graph convolution ``sum_k G_k x W_k`` with a shortcut (Shi et al. 2020, eq. 4 and 5).

    The graph ``G_k`` of each subset is one of `aggregation`; the K maps ``W_k`` are one matrix product.

    Args:
        adjacency: ``[K, V, V]``, column ``v`` holds the weights with which node ``v`` receives.
        adaptive: ``full`` learns the adjacency and one for each sample, ``low-rank`` what is added to it in factors of
            ``rank`` columns, ``off`` takes it as given.
        embedding: if ``full``, nodes are compared by ``channels_out // embedding`` channels.
        branch_scale: initial scale of the branch beside the shortcut. The published 1e-6 starts from the shortcut
            alone, and the graph is silent for the first epochs.
    """

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        adjacency: Tensor,
        *,
        adaptive: str = "full",
        rank: int = 8,
        embedding: int = 4,
        branch_scale: float = 1.0,
    ) -> None:
        super().__init__()
        if adaptive == "full":
            self.receive: nn.Module = AdaptiveGraph(channels_in, adjacency, channels_out // embedding)
        elif adaptive == "low-rank":
            self.receive = LowRankGraph(channels_in, adjacency, rank)
        else:
            self.receive = FixedGraph(adjacency)
        subsets = len(adjacency)
        self.project = nn.Linear(subsets * channels_in, channels_out, bias=False)  # the norm has the bias
        # as if each subset had a matrix of its own, and their sum the variance of one (published)
        nn.init.normal_(self.project.weight, 0, math.sqrt(2 / (channels_out * channels_in * subsets)))
        self.norm = RowNorm(channels_out)
        nn.init.constant_(self.norm.weight, branch_scale)
        self.shortcut = nn.Identity() if channels_in == channels_out else LinearShortcut(channels_in, channels_out)

    def forward(self, x: Tensor, moments: Moments | None = None) -> Tensor:
        """``[B, V, T, C]`` to ``[B, V, T, C']``; the moments of ``x`` where they are known."""
        shortcut = self.shortcut(x, moments) if isinstance(self.shortcut, LinearShortcut) else (x, None)
        y: Tensor = self.norm(self.project(self.receive(x)), *shortcut)
        return y


class TemporalConvolution(nn.Module):
    """Convolution over the frames of each node, then batch norm; ``ceil(T / stride)`` frames come out."""

    def __init__(self, channels: int, *, kernel: int = 9, stride: int = 1) -> None:
        super().__init__()
        # no bias: the norm behind it has one
        self.conv = nn.Conv2d(channels, channels, (1, kernel), (1, stride), (0, (kernel - 1) // 2), bias=False)
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_out")
        self.norm = RowNorm(channels)

    def forward(self, x: Tensor, *shortcut: Tensor | None) -> Tensor:
        """``[B, V, T, C]`` to ``[B, V, T', C]``; with a shortcut, and what is to be added to it, rectified."""
        if exact(x) and self.conv.stride == (1, 1):
            y = _OverFrames.apply(x.contiguous(), self.conv.weight)
        else:
            # [B, C, V, T] for the convolution, without a copy: torch reads it as channels last
            y = self.conv(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        normal: Tensor = self.norm(y, *shortcut)
        return normal


class _OverFrames(torch.autograd.Function):
    """Convolution of ``[B, V, T, C]`` over the frames with weights ``[C', C, 1, R]``, R odd, to ``[B, V, T, C']``.

    The backward pass of oneDNN's takes twice as long (32 channels, AVX2) as that by a forward one and R products.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor) -> Tensor:
        ctx.save_for_backward(x, weight)
        return _convolved(x, weight)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, Tensor]:
        x, weight = ctx.saved_tensors
        grad, reach = grads[0], weight.shape[3]
        of_x = _convolved(grad, weight.transpose(0, 1).flip(3)) if ctx.needs_input_grad[0] else None
        # with zeros between the sequences, rows that are moved by a frame never meet those of another sequence
        half = (reach - 1) // 2
        seen, wanted = (F.pad(each, (0, 0, half, half)).flatten(0, 2) for each in (x, grad))
        rows = len(seen) - 2 * half
        after = wanted[half : half + rows].t()  # [C', rows]
        of_weight = torch.stack([after @ seen[k : k + rows] for k in range(reach)], 2)  # [C', C, R]
        return of_x, of_weight.unsqueeze(2)


def _convolved(x: Tensor, weight: Tensor) -> Tensor:
    """Convolution over the frames of ``[B, V, T, C]`` as one image, channels last: oneDNN's fastest."""
    batch, nodes, frames, channels = x.shape
    image = x.reshape(1, batch * nodes, frames, channels).permute(0, 3, 1, 2)
    kernel = weight.contiguous(memory_format=torch.channels_last)
    y = F.conv2d(image, kernel, None, 1, (0, (weight.shape[3] - 1) // 2))
    return y.permute(0, 2, 3, 1).reshape(batch, nodes, frames, -1)


class LinearShortcut(nn.Module):
    """Shortcut to another width or frame rate: every ``stride``-th frame, a linear map and batch norm."""

    def __init__(self, channels_in: int, channels_out: int, *, stride: int = 1) -> None:
        super().__init__()
        self.stride = stride
        self.linear = nn.Linear(channels_in, channels_out, bias=False)
        he_fan_out(self.linear, channels_out)
        self.norm = RowNorm(channels_out)

    def forward(self, x: Tensor, moments: Moments | None = None) -> tuple[Tensor, Tensor | None]:
        """``[B, V, T, C]`` to ``[B, V, T', C']``, and what is to be added to each channel ``[C']``, if anything."""
        x = x[:, :, :: self.stride]  # frames are dropped before the map, which then has less to do
        if not exact(x):
            return self.norm(self.linear(x)), None
        # those of all frames are not those of every second one
        known = moments if self.stride == 1 and moments else moments_of(x) if self.training else None
        return projected(x, self.linear, self.norm, known)


class GraphBlock(nn.Module):
    """Graph convolution, attention and temporal convolution with a shortcut over all: one block of MS-AAGCN.

    Args:
        adjacency: ``[K, V, V]``, see :class:`GraphConvolution`, which takes the ``graph`` arguments too.
        kernel: frames that the temporal convolution sees; odd.
        stride: keep every ``stride``-th frame.
        attention: those of :data:`deepgrasp.stgcn.attention.ATTENTION_KINDS` that are wanted.
    """

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        adjacency: Tensor,
        *,
        kernel: int = 9,
        stride: int = 1,
        attention: Collection[str] = ATTENTION_KINDS,
        **graph: Any,
    ) -> None:
        super().__init__()
        self.graph = GraphConvolution(channels_in, channels_out, adjacency, **graph)
        self.attention = Attention(channels_out, adjacency.shape[-1], attention) if attention else nn.Identity()
        self.temporal = TemporalConvolution(channels_out, kernel=kernel, stride=stride)
        # only what changes in shape needs weights (He et al. 2016)
        same = channels_in == channels_out and stride == 1
        self.shortcut = nn.Identity() if same else LinearShortcut(channels_in, channels_out, stride=stride)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, V, T, C]`` to ``[B, V, ceil(T / stride), C']``."""
        # both shortcuts see the same rows
        widens = isinstance(self.graph.shortcut, LinearShortcut)
        moments = moments_of(x) if widens and self.training and exact(x) else None
        shortcut = self.shortcut(x, moments) if isinstance(self.shortcut, LinearShortcut) else (x, None)
        y: Tensor = self.temporal(self.attention(self.graph(x, moments)), *shortcut)
        return y
