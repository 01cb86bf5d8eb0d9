"""Temporal convolution in branches, and block and network around it: what CTR-GCN and ST-GCN++ have in common.

Tensors are ``[C, B, T, V]`` = channels, batch, frames, nodes. With the channels first a 1x1 convolution is one matrix
product and a branch is a slice; with the nodes last so is the sum over neighbours, and a frame is one run of numbers.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from deepgrasp.errors import InputError
from deepgrasp.geometry.graph import partition_adjacency
from deepgrasp.network.frame_perceptron import FramePerceptron
from deepgrasp.spec import HYPERPARAMETER, InputSpec, check_fraction, check_odd, check_sizes
from deepgrasp.stgcn.aggregation import he_fan_out
from deepgrasp.stgcn.norms import exact


class ChannelNorm(nn.BatchNorm1d):
    """Batch norm layer for tensors ``[C, ...]``: a channel is normalised over all axes but the first.

    In this order torch's own kernel is exact: off by 1.5e-7 (rms) at 4 million numbers a channel, see
    :mod:`deepgrasp.stgcn.norms` for the other.
    """

    def forward(self, x: Tensor) -> Tensor:
        """``x [C, ...]`` with each channel normalised, in the same shape."""
        return super().forward(x.flatten(1)[None]).view(x.shape)


def mixed(linear: nn.Linear, x: Tensor) -> Tensor:
    """``x [C, ...]`` as the linear layer maps its channels, a 1x1 convolution: ``[C', ...]``."""
    y = linear.weight @ x.flatten(1)
    return (y if linear.bias is None else y + linear.bias[:, None]).view(-1, *x.shape[1:])


class ConvolutionShortcut(nn.Module):
    """Shortcut to another width or frame rate: every ``stride``-th frame, a 1x1 convolution and batch norm."""

    def __init__(self, before: int, after: int, *, stride: int = 1) -> None:
        super().__init__()
        self.stride = stride
        self.linear = nn.Linear(before, after, bias=False)  # the norm has the bias
        he_fan_out(self.linear, after)
        self.norm = ChannelNorm(after)

    def forward(self, x: Tensor) -> Tensor:
        """``[C, B, T, V]`` to ``[C', B, T', V]``."""
        normal: Tensor = self.norm(mixed(self.linear, x[:, :, :: self.stride]))
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
        InputError: an even kernel, no dilations or one below 1, or fewer channels than branches.
    """

    def __init__(self, channels: int, *, kernel: int, dilations: Sequence[int], stride: int = 1) -> None:
        super().__init__()
        branches = len(dilations) + 2
        share = channels // branches
        check_odd(kernel=kernel)
        check_sizes(dilations=dilations)  # of 0, all taps would see the same frame
        if share < 1:
            problem = f"has {channels}, for {branches} branches"
            remedy = "give a channel or more a branch, which is one for each dilation and two more"
            raise InputError(f"{HYPERPARAMETER}widths", problem, remedy)
        # the first branch takes what is left over, as PYSKL has it
        self.shares = [channels - share * (branches - 1)] + [share] * (branches - 1)
        self.stride = stride
        self.reduce = nn.Linear(channels, channels, bias=False)
        he_fan_out(self.reduce, share)
        self.inner = ChannelNorm(channels - share)
        self.dilations = tuple(dilations)
        self.weights = nn.ParameterList(torch.empty(n, n, kernel, 1) for n in self.shares[: len(dilations)])
        for weight in self.weights:
            nn.init.kaiming_normal_(weight, mode="fan_out")
        self.norm = ChannelNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        """``[C, B, T, V]`` to ``[C, B, T', V]``."""
        share = self.shares[-1]
        most, plain = mixed(self.reduce, x).split([len(x) - share, share])
        *seen, pooled = self.inner(most).relu_().split(self.shares[:-1])
        over = _OverFrames.apply if exact(x) else _over_frames
        convs = zip(seen, self.weights, self.dilations, strict=True)
        made = [over(each, weight, dilation) for each, weight, dilation in convs]
        # padded with zeros: none of these is below
        before, here, after = (F.pad(pooled, (0, 0, 1, 1))[:, :, k : k + x.shape[2]] for k in range(3))
        made += [torch.maximum(torch.maximum(before, here), after), plain]
        normal: Tensor = self.norm(torch.cat(made)[:, :, :: self.stride])
        return normal


def _over_frames(x: Tensor, weight: Tensor, dilation: int) -> Tensor:
    """Convolution of ``[C, B, T, V]`` over the frames with weights ``[C', C, R, 1]``, R odd, to ``[C', B, T, V]``."""
    reach = dilation * (weight.shape[2] // 2)
    return F.conv2d(x.transpose(0, 1), weight, None, 1, (reach, 0), (dilation, 1)).transpose(0, 1)


class _OverFrames(torch.autograd.Function):
    """Convolution over frames, see :func:`_over_frames`, by matrix products: half the time on a CPU.

    That holds for few channels, as branches have.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, dilation: int) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.dilation = dilation
        return (weight.flatten(1) @ _taps(x, weight, dilation)).view(-1, *x.shape[1:])

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None]:
        x, weight = ctx.saved_tensors
        grad = grads[0].contiguous()
        back = weight.transpose(0, 1).flip(2).flatten(1)  # [C, C' R]
        of_x = (back @ _taps(grad, weight, ctx.dilation)).view(x.shape)
        return of_x, (grad.flatten(1) @ _taps(x, weight, ctx.dilation).t()).view(weight.shape), None


def _taps(x: Tensor, weight: Tensor, dilation: int) -> Tensor:
    """What each of R taps sees of ``[C, B, T, V]``: ``[C R, B T V]``."""
    taps, frames = weight.shape[2], x.shape[2]
    reach = dilation * (taps // 2)
    wide = F.pad(x, (0, 0, reach, reach))
    return torch.stack([wide[:, :, k * dilation : k * dilation + frames] for k in range(taps)], 1).view(
        len(x) * taps, -1
    )


class ResidualBlock(nn.Module):
    """A convolution over the graph, one over the frames, and a shortcut over both, rectified.

    Args:
        graph: ``[C, B, T, V]`` to ``[C', B, T, V]``.
        temporal: that to ``[C', B, T', V]``.
        shortcut: whether there is one; the published first block has none.
    """

    def __init__(
        self, before: int, after: int, graph: nn.Module, temporal: nn.Module, *, stride: int, shortcut: bool
    ) -> None:
        super().__init__()
        self.graph, self.temporal = graph, temporal
        same = before == after and stride == 1
        self.shortcut = (
            (nn.Identity() if same else ConvolutionShortcut(before, after, stride=stride)) if shortcut else None
        )

    def forward(self, x: Tensor) -> Tensor:
        """``[C, B, T, V]`` to ``[C', B, T', V]``."""
        y: Tensor = self.temporal(self.graph(x))
        return (y if self.shortcut is None else y + self.shortcut(x)).relu_()


class BranchedNetwork(nn.Module):
    """Residual blocks, and a perceptron that reads all nodes of a frame side by side: CTR-GCN and ST-GCN++, but layers.

    Around the first block there is no shortcut, as the authors of both have it.

    Args:
        widths: channels of each block.
        stride: keep every ``stride``-th frame in each block that is wider than the one before.
        layers: makes the graph and the temporal convolution of a block, of the graph's subsets ``[K, V, V]`` (each node
            itself, its children, its parents), the channels before and after, and the block's stride.
        channels: of each node that the perceptron reads.
        width: of the perceptron's layer, and so of the features.
        dropout: fraction of the features that are dropped at the end.

    Raises:
        InputError: no widths, a size below 1, or a fraction that is none.
    """

    def __init__(
        self,
        spec: InputSpec,
        widths: Sequence[int],
        stride: int,
        layers: Callable[[Tensor, int, int, int], tuple[nn.Module, nn.Module]],
        *,
        channels: int,
        width: int,
        dropout: float,
    ) -> None:
        super().__init__()
        check_sizes(widths=widths, stride=stride, channels=channels, width=width)
        check_fraction(dropout=dropout)
        adjacency = torch.from_numpy(partition_adjacency(spec.edges, spec.nodes))  # [K, V, V]
        self.blocks = nn.Sequential()
        before = spec.features
        for k, after in enumerate(widths):
            step = stride if k and after > before else 1
            graph, temporal = layers(adjacency, before, after, step)
            self.blocks.append(ResidualBlock(before, after, graph, temporal, stride=step, shortcut=k > 0))
            before = after
        self.readout = FramePerceptron(spec.nodes, before, channels=channels, width=width, dropout=dropout)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T', 1, width]``."""
        y = self.blocks(x.permute(3, 0, 1, 2).contiguous())  # [F, B, T, V] to [C, B, T', V]
        return self.readout(y.permute(1, 2, 3, 0))  # of [B, T', V, C]
