"""A plain graph convolutional network on each frame alone: the graph without time."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from deepgrasp.geometry.graph import normalised_adjacency
from deepgrasp.network.channel_dropout import ChannelDropout
from deepgrasp.spec import InputSpec, check_fraction, check_sizes


class GCN(nn.Module):
    """Graph convolutions (Kipf and Welling 2017) on the nodes of each frame, with a learned code for each node.

    The layer is PyG's ``GCNConv`` as a product with the normalised adjacency, which on graphs of this size is faster
    than messages along the edges. The code, in place of the first layer's bias, tells apart the nodes that shared
    weights would treat alike.

    Args:
        hidden: channels of each layer.
        layers: graph convolutions; a node sees as many edges far.
        dropout: fraction of a sample's channels that are dropped at the end.
    """

    adjacency: Tensor

    def __init__(self, spec: InputSpec, *, hidden: int = 64, layers: int = 2, dropout: float = 0.1) -> None:
        super().__init__()
        check_sizes(hidden=hidden, layers=layers)
        check_fraction(dropout=dropout)
        # [V, V], undirected, with self-loops; not saved: it follows from the spec
        adjacency = torch.from_numpy(normalised_adjacency(spec.edges, spec.nodes))
        self.register_buffer("adjacency", adjacency, persistent=False)
        widths = [spec.features, *[hidden] * layers]
        self.maps = nn.ModuleList(nn.Linear(before, after, bias=False) for before, after in pairwise(widths))
        self.node_code = nn.Parameter(0.1 * torch.randn(spec.nodes, hidden))
        self.norms = nn.ModuleList(nn.LayerNorm(hidden) for _ in range(layers))
        self.dropout = ChannelDropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T, V, F + layers * hidden]``."""
        features = [x]
        for k, (linear, norm) in enumerate(zip(self.maps, self.norms, strict=True)):
            # the sum over neighbours before the map: of the first layer it is over few features
            h = linear(self.adjacency @ features[-1])  # [B, T, V, hidden]
            # the code after the sum: before it the codes of neighbours would mix
            features.append(norm(h + self.node_code if k == 0 else h).relu_())
        # the input and every layer (Xu et al. 2018): later layers are smoother, and the first still know single joints
        return self.dropout(torch.cat(features, -1))
