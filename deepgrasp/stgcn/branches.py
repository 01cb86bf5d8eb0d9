"""Temporal convolution in branches, and the block around it: what CTR-GCN and ST-GCN++ have in common.

Tensors are ``[C, B, V, T]`` = channels, batch, nodes, frames. With the channels first a 1x1 convolution is one matrix
product, the channels of a branch lie side by side, and nothing is copied in between.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from deepgrasp.errors import InputError
from deepgrasp.stgcn.aggregation import he_fan_out


class ChannelNorm(nn.BatchNorm1d):
    """Batch norm of ``[C, ...]`` over all axes but the first."""

    def forward(self, x: Tensor) -> Tensor:
        """The same shape."""
        return super().forward(x.flatten(1)[None]).view(x.shape)


def mixed(linear: nn.Linear, x: Tensor) -> Tensor:
    """The 1x1 convolution of ``[C, ...]`` to ``[C', ...]``."""
    y = linear.weight @ x.flatten(1)
    return (y if linear.bias is None else y + linear.bias[:, None]).view(-1, *x.shape[1:])


class Projection(nn.Module):
    """Shortcut to another width or frame rate: every ``stride``-th frame, a 1x1 convolution and batch norm."""

    def __init__(self, before: int, after: int, *, stride: int = 1) -> None:
        super().__init__()
        self.stride = stride
        self.linear = nn.Linear(before, after, bias=False)  # the norm has the bias
        he_fan_out(self.linear, after)
        self.norm = ChannelNorm(after)

    def forward(self, x: Tensor) -> Tensor:
        """``[C, B, V, T]`` to ``[C', B, V, T']``."""
        normal: Tensor = self.norm(mixed(self.linear, x[..., :: self.stride]))
        return normal


class BranchedConvolution(nn.Module):
    """Convolutions over the frames with several dilations, a maximum and a 1x1 convolution side by side, normalised.

    Each branch first reduces the channels to its share; all but the last then have batch norm and ``relu`` (Chen et
    al. 2021, section 3.4; Duan et al. 2022, figure 3). The published batch norm of each branch's output is one batch
    norm of all, and their reductions are one matrix product.

    Args:
        kernel: frames that each convolution sees; odd.
        dilations: frames from one to the next of those, a branch each.
        stride: keep every ``stride``-th frame.

    Raises:
        InputError: an even kernel, or fewer channels than branches.
    """

    def __init__(self, channels: int, *, kernel: int, dilations: Sequence[int], stride: int = 1) -> None:
        super().__init__()
        branches = len(dilations) + 2
        share = channels // branches
        if kernel % 2 == 0 or share < 1:
            problem = f"{kernel} frames, {channels} channels for {branches} branches"
            raise InputError("kernel or widths", problem, "use an odd kernel and a channel or more a branch")
        # the first branch takes what is left over, as PYSKL has it
        self.shares = [channels - share * (branches - 1)] + [share] * (branches - 1)
        self.stride = stride
        self.reduce = nn.Linear(channels, channels, bias=False)
        he_fan_out(self.reduce, share)
        self.inner = ChannelNorm(channels - share)
        self.convs = nn.ModuleList(
            nn.Conv2d(n, n, (1, kernel), (1, stride), (0, d * (kernel // 2)), (1, d), bias=False)
            for n, d in zip(self.shares, dilations, strict=False)
        )
        for conv in self.convs:
            nn.init.kaiming_normal_(conv.weight, mode="fan_out")  # type: ignore[arg-type]
        self.norm = ChannelNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        """``[C, B, V, T]`` to ``[C, B, V, T']``."""
        reduced = mixed(self.reduce, x)
        rest = len(reduced) - self.shares[-1]
        *seen, pooled = self.inner(reduced[:rest]).relu().split(self.shares[:-1])
        # one image [1, C, B V, T]: frames are its columns
        made = [conv(each.flatten(1, 2)[None])[0] for conv, each in zip(self.convs, seen, strict=True)]
        made.append(F.max_pool1d(pooled.flatten(1, 2), 3, self.stride, 1))
        made.append(reduced[rest:, ..., :: self.stride].flatten(1, 2))
        normal: Tensor = self.norm(torch.cat(made))
        return normal.unflatten(1, x.shape[1:3])


class ResidualBlock(nn.Module):
    """A convolution over the graph, one over the frames, and a shortcut over both, rectified.

    Args:
        graph: ``[C, B, V, T]`` to ``[C', B, V, T]``.
        temporal: that to ``[C', B, V, T']``.
        shortcut: whether there is one; the published first block has none.
    """

    def __init__(
        self, before: int, after: int, graph: nn.Module, temporal: nn.Module, *, stride: int, shortcut: bool
    ) -> None:
        super().__init__()
        self.graph, self.temporal = graph, temporal
        same = before == after and stride == 1
        self.shortcut = (nn.Identity() if same else Projection(before, after, stride=stride)) if shortcut else None

    def forward(self, x: Tensor) -> Tensor:
        """``[C, B, V, T]`` to ``[C', B, V, T']``."""
        y: Tensor = self.temporal(self.graph(x))
        return (y if self.shortcut is None else y + self.shortcut(x)).relu()
