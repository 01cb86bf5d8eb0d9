"""CTR-GCN as its paper writes it (Chen et al. 2021): a loop over subsets and branches, ``[B, C, T, V]`` throughout."""

from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

from benchmark.speed.direct._branched import Pointwise, Stack, copy, copy_norm


class Refined(nn.Module):
    """One subset: ``(A + alpha xi(M(psi(x), phi(x)))) (x W)``, equations 3, 5, 6 and 7."""

    def __init__(self, before: int, after: int, reduced: int) -> None:
        super().__init__()
        self.psi, self.phi = nn.Conv2d(before, reduced, 1), nn.Conv2d(before, reduced, 1)
        self.xi, self.project = nn.Conv2d(reduced, after, 1), nn.Conv2d(before, after, 1)

    def take(self, ours: Any, k: int) -> None:
        """Copy the weights of subset ``k``."""
        receivers, senders = ours.compare.weight.chunk(2), ours.compare.bias.chunk(2)
        for layer, weights, biases in zip((self.psi, self.phi), receivers, senders, strict=True):
            copy(layer, weights.split(layer.out_channels)[k], biases.split(layer.out_channels)[k])
        copy(self.xi, ours.expand[k], ours.expand_bias[k])
        after = self.project.out_channels
        copy(self.project, ours.project.weight.split(after)[k], ours.project.bias.split(after)[k])

    def forward(self, x: Tensor, adjacency: Tensor, alpha: Tensor) -> Tensor:
        """``[B, C, T, V]`` to ``[B, C', T, V]``."""
        receiver, sender = self.psi(x).mean(2), self.phi(x).mean(2)  # [B, R, V]
        alike = torch.tanh(receiver.unsqueeze(3) - sender.unsqueeze(2))  # [B, R, V, V]
        graph = adjacency + alpha * self.xi(alike)  # [B, C', V, V]
        return torch.einsum("bcij,bctj->bcti", graph, self.project(x))  # i receives from j


class CTRGCNBlock(nn.Module):
    """Graph convolution, temporal convolution in branches, and a shortcut."""

    def __init__(
        self, before: int, after: int, adjacency: Tensor, knobs: dict[str, Any], stride: int, shortcut: bool
    ) -> None:
        super().__init__()
        self.subsets = nn.ModuleList(Refined(before, after, knobs["reduced"]) for _ in adjacency)
        # alpha from 0: at first each subset's graph is the given one
        self.adjacency, self.alpha = nn.Parameter(adjacency.transpose(1, 2).clone()), nn.Parameter(torch.zeros(1))
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
            self.branches.append(nn.Sequential(*Pointwise(after, n), nn.ReLU(), last, nn.BatchNorm2d(n)))
        self.branches.append(Pointwise(after, share, stride))
        same = before == after and stride == 1
        self.shortcut = (nn.Identity() if same else Pointwise(before, after, stride)) if shortcut else None

    def forward(self, x: Tensor) -> Tensor:
        """``[B, C, T, V]`` to ``[B, C', T', V]``."""
        pairs = zip(self.subsets, self.adjacency, strict=True)
        y = torch.stack([subset(x, adjacency, self.alpha) for subset, adjacency in pairs]).sum(0)
        y = torch.relu(self.norm(y) + self.down(x))
        y = torch.cat([branch(y) for branch in self.branches], 1)
        return torch.relu(y if self.shortcut is None else y + self.shortcut(x))

    def take(self, ours: Any) -> None:
        """Copy the weights of a block."""
        self.adjacency.copy_(ours.graph.adjacency.transpose(1, 2))  # here the receiver is first
        self.alpha.copy_(ours.graph.alpha)
        for k, subset in enumerate(self.subsets):
            subset.take(ours.graph, k)  # type: ignore[operator]
        copy_norm(self.norm, ours.graph.norm)
        for mine, other in ((self.down, ours.graph.shortcut), (self.shortcut, ours.shortcut)):
            if isinstance(mine, Pointwise):
                mine.take(other)
        start, temporal = 0, ours.temporal
        for k, branch in enumerate(self.branches):
            layers: Any = branch
            share = layers[0].out_channels
            copy(layers[0], temporal.reduce.weight[start : start + share])
            if len(layers) > 2:  # all but the plain 1x1 branch
                copy_norm(layers[1], temporal.inner, start)
                if isinstance(layers[3], nn.Conv2d):  # a maximum has no weights
                    copy(layers[3], temporal.weights[k])
            copy_norm(layers[-1], temporal.norm, start)
            start += share


class Direct(Stack):
    """The whole encoder."""

    block = CTRGCNBlock
    defaults = MappingProxyType({"widths": (16, 16), "kernel": 5, "dilations": (1, 2), "reduced": 4})
