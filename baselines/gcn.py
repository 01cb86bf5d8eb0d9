"""A plain graph convolutional network on each frame alone: the graph without time."""

from collections.abc import Mapping
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn
from torch_geometric.nn import DenseGCNConv

from deepgrasp.geometry.graph import normalised_adjacency
from deepgrasp.network.channel_dropout import ChannelDropout
from deepgrasp.spec import InputSpec, check_fraction, check_sizes


class GCN(nn.Module):
    """Graph convolutions (Kipf and Welling 2017) on the nodes of each frame, with a learned code for each node.

    PyG's dense layer is its ``GCNConv`` as matrix products: on these graphs, with all frames of a batch at once,
    more than twice as fast as messages along the edges. The code, in place of the first layer's bias, tells apart the
    nodes that shared weights would treat alike.

    Args:
        hidden: channels of each layer.
        layers: graph convolutions; a node sees as many edges far.
        dropout: fraction of a sample's channels that are dropped at the end.
    """

    adjacency: Tensor
    normalised: Tensor

    def __init__(self, spec: InputSpec, *, hidden: int = 64, layers: int = 2, dropout: float = 0.1) -> None:
        super().__init__()
        check_sizes(hidden=hidden, layers=layers)
        check_fraction(dropout=dropout)
        adjacency = torch.zeros(spec.nodes, spec.nodes)  # undirected; the layer adds the self-loops
        for tail, head in spec.edges:
            adjacency[tail, head] = adjacency[head, tail] = 1
        # not saved: both follow from the spec
        self.register_buffer("adjacency", adjacency, persistent=False)
        normalised = torch.from_numpy(normalised_adjacency(spec.edges, spec.nodes))
        self.register_buffer("normalised", normalised, persistent=False)
        widths = [spec.features, *[hidden] * layers]
        self.convolutions = nn.ModuleList(DenseGCNConv(before, after, bias=False) for before, after in pairwise(widths))
        self.node_code = nn.Parameter(0.1 * torch.randn(spec.nodes, hidden))
        self.norms = nn.ModuleList(nn.LayerNorm(hidden) for _ in range(layers))
        self.dropout = ChannelDropout(dropout)

    def given(self, x: Tensor) -> dict[str, Tensor]:
        """What no weight changes, of ``[B, T, V, F]``: the input, and the first layer's sums over neighbours."""
        return {"joint": x, "neighbours": self.normalised @ x}

    def forward(self, x: Tensor | Mapping[str, Tensor]) -> Tensor:
        """``[B, T, V, F]``, or what :meth:`given` made of it, to ``[B, T, V, F + layers * hidden]``."""
        known = self.given(x) if isinstance(x, Tensor) else x
        shape = known["joint"].shape
        features = [known["joint"].flatten(0, 1)]  # [B T, V, F]: every frame a graph
        for k, (convolution, norm) in enumerate(zip(self.convolutions, self.norms, strict=True)):
            # the first layer sums before its map, and so four features, not `hidden`; a sum and a map may change places
            if k == 0:
                # the code after the sum: before it the codes of neighbours would mix
                h = cast(nn.Module, convolution.lin)(known["neighbours"].flatten(0, 1)) + self.node_code
            else:
                # the layer itself would normalise the adjacency in every step
                h = self.normalised @ cast(nn.Module, convolution.lin)(features[-1])
            features.append(norm(h).relu_())
        # the input and every layer (Xu et al. 2018): later layers are smoother, and the first still know single joints
        return self.dropout(torch.cat(features, -1).unflatten(0, shape[:2]))
