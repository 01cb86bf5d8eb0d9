"""CTR-GCN as its paper writes it (Chen et al. 2021): a loop over subsets and branches, ``[B, C, T, V]`` throughout."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from deepgrasp.geometry.graph import partition_adjacency
from deepgrasp.spec import InputSpec


def copy(layer: nn.Conv2d, weight: Tensor, bias: Tensor | None = None) -> None:
    """Fill a convolution with a weight ``[C', C]``, or one of its own shape."""
    layer.weight.copy_(weight.reshape(layer.weight.shape))
    if layer.bias is not None and bias is not None:
        layer.bias.copy_(bias)


def copy_norm(norm: nn.Module, ours: nn.Module, start: int = 0) -> None:
    """Fill a batch norm with some channels of the entrant's."""
    state = norm.state_dict()
    for key, value in ours.state_dict().items():
        state[key].copy_(value[start : start + len(state[key])] if value.ndim else value)


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
        return torch.einsum("bcij,bctj->bcti", graph, self.project(x))


class Pointwise(nn.Sequential):
    """A 1x1 convolution and batch norm."""

    def __init__(self, before: int, after: int, stride: int = 1) -> None:
        super().__init__(nn.Conv2d(before, after, 1, (stride, 1), bias=False), nn.BatchNorm2d(after))

    def take(self, ours: Any) -> None:
        """Copy the weights of a projection."""
        copy(self[0], ours.linear.weight)  # type: ignore[arg-type]
        copy_norm(self[1], ours.norm)


class Block(nn.Module):
    """Graph convolution, temporal convolution in branches, and a shortcut."""

    def __init__(
        self, before: int, after: int, adjacency: Tensor, knobs: dict[str, Any], stride: int, shortcut: bool
    ) -> None:
        super().__init__()
        self.subsets = nn.ModuleList(Refined(before, after, knobs["reduced"]) for _ in adjacency)
        self.adjacency, self.alpha = nn.Parameter(adjacency.transpose(1, 2).clone()), nn.Parameter(torch.zeros(1))
        self.norm = nn.BatchNorm2d(after)
        self.down = nn.Identity() if before == after else Pointwise(before, after)
        kernel, dilations = knobs["kernel"], knobs["dilations"]
        share = after // (len(dilations) + 2)
        first = after - share * (len(dilations) + 1)
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
            if len(layers) > 2:
                copy_norm(layers[1], temporal.inner, start)
                if isinstance(layers[3], nn.Conv2d):
                    copy(layers[3], temporal.weights[k])
            copy_norm(layers[-1], temporal.norm, start)
            start += share


class Direct(nn.Module):
    """The whole encoder, with the entrant's keyword arguments and its readout."""

    def __init__(self, spec: InputSpec, **knobs: Any) -> None:
        super().__init__()
        known: dict[str, Any] = {"widths": (16, 16), "stride": 1, "kernel": 5, "dilations": (1, 2), "reduced": 4}
        known |= {"channels": 8, "width": 64, "dropout": 0.1} | knobs
        adjacency = torch.from_numpy(partition_adjacency(spec.edges, spec.nodes))
        widths: Sequence[int] = known["widths"]
        self.blocks, before = nn.Sequential(), spec.features
        for k, after in enumerate(widths):
            stride = known["stride"] if k and after > before else 1
            self.blocks.append(Block(before, after, adjacency, known, stride, k > 0))
            before = after
        self.reduce = nn.Conv2d(before, known["channels"], 1)
        self.linear = nn.Linear(spec.nodes * known["channels"], known["width"])
        self.norm, self.dropout = nn.LayerNorm(known["width"]), nn.Dropout(known["dropout"])

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T', 1, width]``."""
        y = self.reduce(self.blocks(x.permute(0, 3, 1, 2)))  # [B, channels, T', V]
        y = self.linear(y.permute(0, 2, 3, 1).flatten(2))
        return self.dropout(torch.relu(self.norm(y))).unsqueeze(2)

    @torch.no_grad()
    def take(self, ours: Any) -> None:
        """Copy the entrant's weights."""
        for block, other in zip(self.blocks, ours.blocks, strict=True):
            block.take(other)  # type: ignore[operator]
        self.reduce.weight.copy_(ours.reduce.weight[..., None, None])
        self.reduce.bias.copy_(ours.reduce.bias)  # type: ignore[union-attr]
        self.linear.load_state_dict(ours.perceptron[0].state_dict())
        self.norm.load_state_dict(ours.perceptron[1].state_dict())
