"""ST-GCN++ as its authors write it (Duan et al. 2022): einsum over subsets, a loop over branches, ``[B, C, T, V]``."""

from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

from benchmark.speed.direct._branched import Pointwise, Stack, copy, copy_norm


class STGCNPPBlock(nn.Module):
    """Graph convolution, temporal convolution in branches, and a shortcut."""

    def __init__(
        self, before: int, after: int, adjacency: Tensor, knobs: dict[str, Any], stride: int, shortcut: bool
    ) -> None:
        super().__init__()
        self.adjacency = nn.Parameter(adjacency.clone())
        self.project = nn.Conv2d(before, len(adjacency) * after, 1)
        self.norm = nn.BatchNorm2d(after)
        self.down = nn.Identity() if before == after else Pointwise(before, after)
        kernel, dilations = knobs["kernel"], knobs["dilations"]
        share = after // (len(dilations) + 2)
        first = after - share * (len(dilations) + 1)  # what does not divide
        self.branches = nn.ModuleList()
        for k, dilation in enumerate((*dilations, None)):
            n = first if k == 0 else share
            if dilation is None:
                last: nn.Module = nn.MaxPool2d((3, 1), (stride, 1), (1, 0))
            else:
                pad = (dilation * (kernel // 2), 0)
                last = nn.Conv2d(n, n, (kernel, 1), (stride, 1), pad, (dilation, 1), bias=False)
            self.branches.append(nn.Sequential(*Pointwise(after, n), nn.ReLU(), last))
        # without a norm of its own: that of all branches follows
        self.branches.append(nn.Conv2d(after, share, 1, (stride, 1), bias=False))
        self.fuse = nn.Sequential(nn.BatchNorm2d(after), nn.ReLU(), *Pointwise(after, after))
        same = before == after and stride == 1
        self.shortcut = (nn.Identity() if same else Pointwise(before, after, stride)) if shortcut else None

    def forward(self, x: Tensor) -> Tensor:
        """``[B, C, T, V]`` to ``[B, C', T', V]``."""
        mapped = self.project(x).unflatten(1, (len(self.adjacency), -1))  # [B, K, C', T, V]
        y = torch.einsum("bkctv,kvw->bctw", mapped, self.adjacency)
        y = torch.relu(self.norm(y) + self.down(x))
        y = self.fuse(torch.cat([branch(y) for branch in self.branches], 1))
        return torch.relu(y if self.shortcut is None else y + self.shortcut(x))

    def take(self, ours: Any) -> None:
        """Copy the weights of a block."""
        graph = ours.graph
        self.adjacency.copy_(graph.adjacency)
        weight = graph.project.weight.unflatten(1, (len(self.adjacency), -1)).transpose(0, 1)  # [K, C', C]
        copy(self.project, weight, graph.bias.flatten())
        copy_norm(self.norm, ours.graph.norm)
        for mine, other in ((self.down, ours.graph.shortcut), (self.shortcut, ours.shortcut)):
            if isinstance(mine, Pointwise):
                mine.take(other)
        start, fused = 0, ours.temporal
        for k, branch in enumerate(self.branches):
            layers: Any = branch if isinstance(branch, nn.Sequential) else [branch]  # the 1x1 branch is nothing else
            share = layers[0].out_channels
            copy(layers[0], fused.branches.reduce.weight[start : start + share])
            if len(layers) > 1:
                copy_norm(layers[1], fused.branches.inner, start)
            if isinstance(layers[-1], nn.Conv2d) and len(layers) > 1:  # a maximum has no weights
                copy(layers[-1], fused.branches.weights[k])
            start += share
        copy_norm(self.fuse[0], fused.branches.norm)
        copy(self.fuse[2], fused.fuse.weight)  # type: ignore[arg-type]
        copy_norm(self.fuse[3], fused.norm)


class Direct(Stack):
    """The whole encoder."""

    block = STGCNPPBlock
    defaults = MappingProxyType({"widths": (24, 24), "kernel": 3, "dilations": (1, 2, 3, 4)})
