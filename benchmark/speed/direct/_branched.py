"""What the direct CTR-GCN and ST-GCN++ have in common: 1x1 convolutions with batch norm, and a stack of blocks."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from deepgrasp.geometry.graph import partition_adjacency
from deepgrasp.spec import InputSpec


def copy(layer: nn.Conv2d, weight: Tensor, bias: Tensor | None = None) -> None:
    """Fill a convolution with a weight ``[C', C]``, or one of its own shape."""
    layer.weight.copy_(weight.reshape(layer.weight.shape))  # [C', C] to [C', C, 1, 1]
    if layer.bias is not None and bias is not None:
        layer.bias.copy_(bias)


def copy_norm(norm: nn.Module, ours: nn.Module, start: int = 0) -> None:
    """Fill a batch norm with some channels of the entrant's."""
    # a state shares its memory with the module: what is copied into it is in the norm
    state = norm.state_dict()
    for key, value in ours.state_dict().items():
        # the count of batches has no channels
        state[key].copy_(value[start : start + len(state[key])] if value.ndim else value)


class Pointwise(nn.Sequential):
    """A 1x1 convolution and batch norm."""

    def __init__(self, before: int, after: int, stride: int = 1) -> None:
        # a stride over frames, not over nodes; no bias, as the norm has one
        super().__init__(nn.Conv2d(before, after, 1, (stride, 1), bias=False), nn.BatchNorm2d(after))

    def take(self, ours: Any) -> None:
        """Copy the weights of a projection."""
        copy(self[0], ours.linear.weight)  # type: ignore[arg-type]
        copy_norm(self[1], ours.norm)


class Stack(nn.Module):
    """A whole encoder of branched blocks, with the entrant's keyword arguments and its readout."""

    block: type[nn.Module]
    defaults: Mapping[str, Any]

    def __init__(self, spec: InputSpec, **knobs: Any) -> None:
        super().__init__()
        known: dict[str, Any] = {"stride": 1, "channels": 8, "width": 64, "dropout": 0.1, **self.defaults, **knobs}
        adjacency = torch.from_numpy(partition_adjacency(spec.edges, spec.nodes))
        widths: Sequence[int] = known["widths"]
        self.blocks, before = nn.Sequential(), spec.features
        for k, after in enumerate(widths):
            # as the authors thin frames: where channels grow, but not in the first block
            stride = known["stride"] if k and after > before else 1
            self.blocks.append(self.block(before, after, adjacency, known, stride, k > 0))
            before = after
        self.reduce = nn.Conv2d(before, known["channels"], 1)
        self.linear = nn.Linear(spec.nodes * known["channels"], known["width"])
        self.norm, self.dropout = nn.LayerNorm(known["width"]), nn.Dropout(known["dropout"])

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T', 1, width]``."""
        y = self.reduce(self.blocks(x.permute(0, 3, 1, 2)))  # [B, channels, T', V]
        y = self.linear(y.permute(0, 2, 3, 1).flatten(2))  # [B, T', V channels] to [B, T', width]
        return self.dropout(torch.relu(self.norm(y))).unsqueeze(2)

    @torch.no_grad()
    def take(self, ours: Any) -> None:
        """Copy the entrant's weights."""
        for block, other in zip(self.blocks, ours.blocks, strict=True):
            block.take(other)  # type: ignore[operator]
        self.reduce.weight.copy_(ours.readout.reduce.weight[..., None, None])  # [C', C] to [C', C, 1, 1]
        self.reduce.bias.copy_(ours.readout.reduce.bias)  # type: ignore[union-attr]
        self.linear.load_state_dict(ours.readout.perceptron[0].state_dict())
        self.norm.load_state_dict(ours.readout.perceptron[1].state_dict())
