"""A plain graph convolutional network on each frame alone: the graph without time."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from deepgrasp.geometry.graph import normalised_adjacency
from deepgrasp.network.frame_perceptron import FramePerceptron
from deepgrasp.spec import InputSpec, check_depth, check_fraction, check_sizes

SEARCH = {"hidden": (16, 32, 64), "layers": (1, 2, 3, 4), "channels": (4, 8, 16), "width": (64, 128, 256)}


class GCN(nn.Module):
    """Graph convolutions (Kipf and Welling 2017) on the nodes of each frame, read by a perceptron of the frame.

    The layer is PyG's ``GCNConv`` as a product with the normalised adjacency, which on graphs of this size is faster
    than messages along the edges. A code for each node, in place of the first layer's bias, tells apart the nodes that
    shared weights would treat alike.

    Args:
        hidden: channels of each graph convolution.
        layers: graph convolutions; a node sees as many edges far.
        channels: of each node that the perceptron reads.
        width: of the perceptron's layer, and so of the features.
        dropout: fraction of the features that are dropped at the end.
    """

    adjacency: Tensor

    def __init__(
        self,
        spec: InputSpec,
        *,
        hidden: int = 32,
        layers: int = 2,
        channels: int = 8,
        width: int = 128,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        check_sizes(hidden=hidden, channels=channels, width=width)
        check_depth(layers=layers)
        check_fraction(dropout=dropout)
        # [V, V], undirected, with self-loops; not saved: it follows from the spec
        adjacency = torch.from_numpy(normalised_adjacency(spec.edges, spec.nodes))
        self.register_buffer("adjacency", adjacency, persistent=False)
        widths = [spec.features, *[hidden] * layers]
        self.maps = nn.ModuleList(nn.Linear(before, after, bias=False) for before, after in pairwise(widths))
        self.node_code = nn.Parameter(0.1 * torch.randn(spec.nodes, hidden))
        self.norms = nn.ModuleList(nn.LayerNorm(hidden) for _ in range(layers))
        self.readout = FramePerceptron(spec.nodes, sum(widths), channels=channels, width=width, dropout=dropout)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T, 1, width]``."""
        # A head's one linear map would never see two fingers of different hands together: a convolution reaches a few
        # edges far. All nodes side by side, and not their mean, which forgets which finger did what.
        return self.readout(self.convolve(x))

    def convolve(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T, V, F + layers * hidden]``: the input and every layer."""
        features = [x]
        for k, (linear, norm) in enumerate(zip(self.maps, self.norms, strict=True)):
            # the sum over neighbours before the map: of the first layer it is over few features
            h = linear(self.adjacency @ features[-1])  # [B, T, V, hidden]
            # the code after the sum: before it the codes of neighbours would mix
            features.append(norm(h + self.node_code if k == 0 else h).relu_())
        # all of them (Xu et al. 2018): later layers are smoother, and the first still know single joints
        return torch.cat(features, -1)
