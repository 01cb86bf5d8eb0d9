"""A plain graph convolutional network on each frame alone: the graph without time."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch_geometric.nn import DenseGCNConv

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

    def __init__(self, spec: InputSpec, *, hidden: int = 64, layers: int = 2, dropout: float = 0.1) -> None:
        super().__init__()
        check_sizes(hidden=hidden, layers=layers)
        check_fraction(dropout=dropout)
        adjacency = torch.zeros(spec.nodes, spec.nodes)  # undirected; the layer adds the self-loops
        for tail, head in spec.edges:
            adjacency[tail, head] = adjacency[head, tail] = 1
        # not saved: it follows from the spec
        self.register_buffer("adjacency", adjacency, persistent=False)
        widths = [spec.features, *[hidden] * layers]
        self.convolutions = nn.ModuleList(DenseGCNConv(before, after, bias=False) for before, after in pairwise(widths))
        self.node_code = nn.Parameter(0.1 * torch.randn(spec.nodes, hidden))
        self.norms = nn.ModuleList(nn.LayerNorm(hidden) for _ in range(layers))
        self.dropout = ChannelDropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T, V, F + layers * hidden]``."""
        h = x.flatten(0, 1)  # [B T, V, F]: every frame a graph
        known = [h]
        for k, (convolution, norm) in enumerate(zip(self.convolutions, self.norms, strict=True)):
            h = convolution(h, self.adjacency)
            # after the first sum over neighbours: before it the codes of neighbours would mix
            h = norm(h.add_(self.node_code) if k == 0 else h).relu_()
            known.append(h)
        # the input and every layer (Xu et al. 2018): later layers are smoother, and the first still know single joints
        return self.dropout(torch.cat(known, -1).unflatten(0, x.shape[:2]))
