"""Graph and temporal convolution of ST-GCN++: a graph that is learned from the given one, branches that are fused."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from deepgrasp.stgcn.aggregation import he_fan_out
from deepgrasp.stgcn.branches import BranchedConvolution, ChannelNorm, ConvolutionShortcut, mixed


class LearnedGraph(nn.Module):
    """``relu(norm(sum_k (W_k x + b_k) A_k) + shortcut)``, ``A_k`` learned (Duan et al. 2022, section 3.2).

    ``A_k`` starts from the given graph and is free of it from then on, ``init`` in PYSKL's words.

    Args:
        adjacency: ``[K, V, V]``, column ``v`` holds the weights with which node ``v`` receives.
    """

    def __init__(self, before: int, after: int, adjacency: Tensor) -> None:
        super().__init__()
        self.adjacency = nn.Parameter(adjacency.clone())
        self.project = nn.Linear(len(adjacency) * before, after, bias=False)  # all W_k side by side
        he_fan_out(self.project, after)
        self.bias = nn.Parameter(torch.zeros(len(adjacency), after))
        self.norm = ChannelNorm(after)
        self.shortcut = nn.Identity() if before == after else ConvolutionShortcut(before, after)

    def forward(self, x: Tensor) -> Tensor:
        """``[C, B, T, V]`` to ``[C', B, T, V]``."""
        # the sum over neighbours before the maps, which then add up the subsets too: the bias comes apart
        received = torch.cat([x @ subset for subset in self.adjacency])  # [K C, B, T, V]
        y = mixed(self.project, received)
        bias = self.bias.t() @ self.adjacency.sum(1)  # [C', V]
        return (self.norm(y + bias[:, None, None]) + self.shortcut(x)).relu_()


class FusedBranches(nn.Module):
    """The branches, rectified, and a 1x1 convolution of all of them with batch norm (Duan et al. 2022, figure 3)."""

    def __init__(self, channels: int, *, kernel: int, dilations: Sequence[int], stride: int = 1) -> None:
        super().__init__()
        self.branches = BranchedConvolution(channels, kernel=kernel, dilations=dilations, stride=stride)
        self.fuse = nn.Linear(channels, channels, bias=False)
        he_fan_out(self.fuse, channels)
        self.norm = ChannelNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        """``[C, B, T, V]`` to ``[C, B, T', V]``."""
        normal: Tensor = self.norm(mixed(self.fuse, self.branches(x).relu_()))
        return normal
