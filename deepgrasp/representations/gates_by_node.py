"""Gates of the attention STGCN over nodes and frames, block by block; graphs in parts are put together again."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from deepgrasp.representations.attended import gates_of
from deepgrasp.stgcn.attention import Attention
from deepgrasp.stgcn.separate_graphs import SeparateGraphs


class NodeGates(NamedTuple):
    """What one block multiplies the features of each node by.

    Attributes:
        modality: whose encoder it is in: ``pose``, ``touch`` or ``fused``.
        block: ``block 1`` is the first of its stack; ``stack 2, block 1`` where streams have stacks of their own.
        factors: ``[B, V, T']``, the gate over nodes times that over frames, each from one to two; without a temporal
            gate they are the same in all frames.
    """

    modality: str
    block: str
    factors: Tensor


@torch.no_grad()
def node_gates(network: nn.Module, inputs: Mapping[str, Tensor]) -> tuple[NodeGates, ...]:
    """The gates that a network uses for a batch of inputs, in the order of computation.

    Blocks without a gate over nodes are left out: what they do, they do to all nodes alike. Empty if there is no other.

    Args:
        network: holds its encoders by modality as ``encoders``.
        inputs: ``[B, T, V, F]`` by modality.
    """
    layers = {name: layer for name, layer in network.named_modules() if isinstance(layer, Attention) and layer.spatial}
    given: dict[str, Tensor] = {}  # in the order of computation, which is that of the calls

    def keep(name: str) -> Any:
        def hook(layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            given[name] = inputs[0]

        return hook

    hooks = [layer.register_forward_pre_hook(keep(name)) for name, layer in layers.items()]
    try:
        network(inputs)
    finally:
        for hook in hooks:
            hook.remove()
    # parts of a graph that have stacks of their own are one block: the same place without the number of the stack
    blocks: dict[str, list[tuple[Tensor, Tensor]]] = {}
    for name, y in given.items():
        gates = gates_of(layers[name], y)
        factors = gates.nodes[:, :, None] * gates.frames[:, None]  # [B, v, T']
        blocks.setdefault(re.sub(r"\.stacks\.\d+", "", name), []).append(_placed(network, name, factors))
    names = _names(list(blocks))
    return tuple(NodeGates(name.split(".")[1], names[name], _whole(parts)) for name, parts in blocks.items())


def _placed(network: nn.Module, name: str, factors: Tensor) -> tuple[Tensor, Tensor]:
    """Factors ``[B, v, T']`` of a layer, and which nodes of the graph they are of, ``[v]``."""
    for place, layer in network.named_modules():
        if isinstance(layer, SeparateGraphs) and name.startswith(f"{place}.stacks."):
            if layer.shared:  # the parts were samples of one batch
                # [B P, v, T'] to [B, P v, T']
                return factors.unflatten(0, (-1, len(layer.sizes))).flatten(1, 2), layer.order
            k = int(name.removeprefix(f"{place}.stacks.").partition(".")[0])
            return factors, layer.order.split(layer.sizes)[k]
    return factors, torch.arange(factors.shape[1])


def _whole(parts: list[tuple[Tensor, Tensor]]) -> Tensor:
    """Parts of a graph as one: ``[B, V, T']`` in the order of its nodes."""
    nodes = torch.cat([nodes for _, nodes in parts])
    return torch.cat([factors for factors, _ in parts], 1)[:, nodes.argsort()]  # an order's argsort is its inverse


def _names(blocks: list[str]) -> dict[str, str]:
    """``block 1`` and so on for the places of the layers, which are numbered in each stack of blocks for itself."""
    stacks: dict[str, dict[str, list[str]]] = {}
    for block in blocks:  # such as encoders.pose.encoders.0.2.attention
        stack = block.rpartition(".")[0].rpartition(".")[0]
        stacks.setdefault(block.split(".")[1], {}).setdefault(stack, []).append(block)
    return {
        block: (f"stack {k}, " if len(found) > 1 else "") + f"block {n}"
        for found in stacks.values()
        for k, inside in enumerate(found.values(), start=1)
        for n, block in enumerate(inside, start=1)
    }
