"""What the attention STGCN looks at: its learned graphs, and its gates over nodes, frames and channels, as arrays."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from deepgrasp.library.trained import TrainedModel
from deepgrasp.stgcn.aggregation import AdaptiveGraph, FixedGraph, LowRankGraph
from deepgrasp.stgcn.attention import Attention
from deepgrasp.stgcn.separate_graphs import SeparateGraphs

_GRAPHS = (AdaptiveGraph, FixedGraph, LowRankGraph)


class Gates(NamedTuple):
    """Factors from one to two by which a layer's output ``[B, V, T, C]`` is multiplied; ones where there is no gate.

    Attributes:
        nodes: ``[B, V]``.
        frames: ``[B, T]``.
        channels: ``[B, C]``.
    """

    nodes: Tensor
    frames: Tensor
    channels: Tensor


class Attended(NamedTuple):
    """What the blocks of a network did with a batch, by the layer's name in the network.

    Attributes:
        graphs: ``[B, K, V, V]``: weight with which node ``v`` (third axis) receives from node ``w`` (fourth) in subset
            ``k`` of the partition: itself, its parents, its children (Shi et al. 2019, eq. 3).
        gates: see :class:`Gates`.
        nodes: the encoder's nodes that ``v`` counts, for each of both.
    """

    graphs: dict[str, Tensor]
    gates: dict[str, Gates]
    nodes: dict[str, tuple[int, ...]]


def attended(model: TrainedModel, batch: Mapping[str, Tensor]) -> Attended:
    """Graphs and gates that a network used for a batch of inputs ``[B, T, V, F]`` by modality; empty if it has none."""
    return attended_in(model.network, lambda: model(batch))


@torch.no_grad()
def attended_in(network: nn.Module, call: Any) -> Attended:
    """Graphs and gates that the blocks of the attention STGCN in any module used while ``call`` ran it."""
    layers = {name: layer for name, layer in network.named_modules() if isinstance(layer, (*_GRAPHS, Attention))}
    # the outermost alone: a learned graph holds the fixed one that it starts from, which would be told twice
    inside = {f"{name}.{child}" for name, layer in layers.items() for child, _ in layer.named_modules() if child}
    layers = {name: layer for name, layer in layers.items() if name not in inside}
    given: dict[str, Tensor] = {}

    def keep(name: str) -> Any:
        def hook(layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            given[name] = inputs[0].detach()

        return hook

    # before, not after: from what goes in, graphs and gates are found again without a change to the layers
    hooks = [layer.register_forward_pre_hook(keep(name)) for name, layer in layers.items()]
    try:
        call()
    # also where the call failed: a hook that stayed would keep the batch
    finally:
        for hook in hooks:
            hook.remove()
    graphs = {name: graph_of(layer, given[name]) for name, layer in layers.items() if isinstance(layer, _GRAPHS)}
    gates = {name: gates_of(layer, given[name]) for name, layer in layers.items() if isinstance(layer, Attention)}
    return Attended(graphs, gates, {name: _nodes(network, name, given[name].shape[1]) for name in layers})


@torch.no_grad()
def graph_of(layer: nn.Module, x: Tensor) -> Tensor:
    """The weights ``[B, K, V, V]`` by which a layer sums over neighbours for an input ``[B, V, T, C]``.

    Found as one finds a linear map: every node sends a 1 by itself, while what compares the nodes of the sample still
    sees the sample. So they are what the layer does, whatever its kind.
    """
    embed = getattr(layer, "embed", None)  # a graph that compares nodes has it
    compared: list[Tensor] = []
    if embed is not None:
        with _Hooked(embed, lambda _, inputs: compared.append(inputs[0])):
            layer(x)  # once on the sample, to see what it compares
    batch, nodes = x.shape[:2]
    impulses = torch.eye(nodes).expand(batch, nodes, nodes).unsqueeze(2)  # [B, V, 1, V]: node w sends in channel w
    if embed is None:
        received = layer(impulses)
    else:
        with _Hooked(embed, lambda _, inputs: (compared[0],)):  # the sample's, whatever goes through
            received = layer(impulses)
    return torch.as_tensor(received)[:, :, 0].unflatten(2, (-1, nodes)).transpose(1, 2)  # [B, V, K V] to [B, K, V, V]


@torch.no_grad()
def gates_of(layer: Attention, y: Tensor) -> Gates:
    """The gates of an attention layer for its input ``[B, V, T, C]`` (Shi et al. 2020, section 3.3), each plus one."""
    batch, nodes, frames, channels = y.shape
    by_node, by_frame, by_channel = y.new_ones(batch, nodes), y.new_ones(batch, frames), y.new_ones(batch, channels)
    if layer.spatial:
        by_node = by_node + layer.spatial(y.mean(2).transpose(1, 2))[:, 0].sigmoid()  # [B, C, V] to [B, V]
    # one after the other, as the layer does: each is found from what the one before has left
    y = y * by_node[:, :, None, None]
    if layer.temporal:
        by_frame = by_frame + layer.temporal(y.mean(1).transpose(1, 2))[:, 0].sigmoid()  # [B, C, T] to [B, T]
    y = y * by_frame[:, None, :, None]
    if layer.squeeze and layer.excite:
        by_channel = by_channel + layer.excite(layer.squeeze(y.mean((1, 2))).relu()).sigmoid()  # [B, C]
    return Gates(by_node, by_frame, by_channel)


class _Hooked:
    """A ``with`` block in which a function is told what a layer is given, and may give it something else."""

    def __init__(self, layer: nn.Module, hook: Any) -> None:
        self.layer, self.hook = layer, hook

    def __enter__(self) -> None:
        self.handle = self.layer.register_forward_pre_hook(self.hook)

    def __exit__(self, *_: object) -> None:
        self.handle.remove()


def _nodes(network: nn.Module, name: str, count: int) -> tuple[int, ...]:
    """Which nodes of the encoder's graph a layer sees: all, or a connected part that has a stack of its own."""
    for place, layer in network.named_modules():
        if isinstance(layer, SeparateGraphs) and name.startswith(f"{place}.stacks.") and not layer.shared:
            k = int(name.removeprefix(f"{place}.stacks.").partition(".")[0])
            return tuple(layer.order.split(layer.sizes)[k].tolist())  # the order has them part by part
    return tuple(range(count))
