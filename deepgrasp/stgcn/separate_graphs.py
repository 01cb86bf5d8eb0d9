"""Connected parts of a graph, such as the surfaces of two hands, as graphs of their own with matrices of their own."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from deepgrasp.errors import InputError
from deepgrasp.spec import HYPERPARAMETER, InputSpec


def connected_parts(spec: InputSpec) -> list[list[int]]:
    """Lists of the nodes of each connected part, ascending."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    tails, heads = np.array(spec.edges, dtype=int).reshape(-1, 2).T
    links = coo_array((np.ones(len(tails)), (tails, heads)), shape=(spec.nodes, spec.nodes))
    count, label = connected_components(links, directed=False)
    return [np.flatnonzero(label == k).tolist() for k in range(count)]


def split_spec(spec: InputSpec) -> tuple[list[list[int]], list[InputSpec]]:
    """Nodes of each connected part, ascending, and the spec of each part as a graph of its own, without bones.

    Without bones, because two hands are the same graph except for the side to which their bones point.
    """
    parts = connected_parts(spec)
    specs = []
    for part in parts:
        index = {node: k for k, node in enumerate(part)}
        # sorted, so that equal parts are equal whatever the order of their edges
        edges = sorted((index[tail], index[head]) for tail, head in spec.edges if tail in index)
        specs.append(InputSpec(len(part), spec.features, spec.frames, tuple(edges)))
    return parts, specs


class SeparateGraphs(nn.Module):
    """Encodes each connected part of a graph by a stack of its own, or all by one stack if the parts are equal.

    Args:
        make_stack: gives a module that takes ``[B, V, T, F]`` to ``[B, V, T', C]`` for the spec of one part.
        shared: one stack with the same weights for all parts, which are then samples of one batch.

    Raises:
        InputError: the parts shall share weights and differ in size or edges.
    """

    order: Tensor
    back: Tensor

    def __init__(self, spec: InputSpec, make_stack: Callable[[InputSpec], nn.Module], *, shared: bool) -> None:
        super().__init__()
        parts, specs = split_spec(spec)
        # compared with their edges: two hands cut into as many patches may still differ in what touches what
        if shared and len(set(specs)) > 1:
            sizes = ", ".join(str(len(part)) for part in parts)
            problem = f"the graph falls into {len(parts)} parts that differ (nodes: {sizes}) and cannot share weights"
            raise InputError(f"{HYPERPARAMETER}components", problem, "choose separate or joined")
        self.stacks = nn.ModuleList(make_stack(each) for each in (specs[:1] if shared else specs))
        self.sizes, self.shared = [len(part) for part in parts], shared
        order = torch.cat([torch.tensor(part) for part in parts])
        self.register_buffer("order", order, persistent=False)  # [V]
        self.register_buffer("back", order.argsort(), persistent=False)
        # the usual case: no copy of the input
        self.sorted = bool((order.diff() > 0).all())

    def forward(self, x: Tensor) -> Tensor:
        """``[B, V, T, F]`` to ``[B, V, T', C]``."""
        x = x if self.sorted else x.index_select(1, self.order)
        if self.shared:  # the parts are samples of one batch
            parts = len(self.sizes)
            y = self.stacks[0](x.unflatten(1, (parts, -1)).flatten(0, 1))  # [B P, V / P, T, F] to [B P, V / P, T', C]
            y = y.unflatten(0, (-1, parts)).flatten(1, 2)  # [B, V, T', C]
        else:
            y = torch.cat([stack(part) for stack, part in zip(self.stacks, x.split(self.sizes, 1), strict=True)], 1)
        return y if self.sorted else y.index_select(1, self.back)
