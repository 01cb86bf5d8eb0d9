"""CTR-GCN: graph convolutions in which every channel has a graph of its own, refined for the sample at hand."""

from collections.abc import Sequence

from torch import Tensor, nn

from deepgrasp.spec import InputSpec, check_sizes
from deepgrasp.stgcn.branches import BranchedConvolution, BranchedNetwork
from deepgrasp.stgcn.topology import TopologyRefinement

SEARCH = {
    "widths": ((16, 16), (16, 32), (32, 32), (16, 16, 16)),
    "kernel": (3, 5),
    "reduced": (2, 4, 8),
    "channels": (4, 8, 16),
    "width": (32, 64, 128),
}


class CTRGCN(BranchedNetwork):
    """Channel-wise topology refinement (Chen et al. 2021, ICCV): blocks of a graph and a temporal convolution.

    A block's graph convolution (eq. 5 to 7) sums over three subsets of the graph: each node itself, its children, its
    parents. Each subset's graph is learned, starts from the given one, and is refined for each sample and channel by
    ``tanh`` of the difference of two nodes' reduced features, meaned over the frames. Its temporal convolution (section
    3.4) has four branches: two dilations, a maximum, and a 1x1 convolution. Both have a shortcut, but for the outer one
    of the first block, as in the authors' code.

    Not the paper's: two blocks of 16 channels in place of ten of 64 to 256, all frames kept; the graph's batch
    norm starts at 1, not at 1e-6, which needs many epochs; no batch norm of the input, which the referee standardises;
    each node receives a mean over its neighbours. And the readout: a mean over nodes and frames would forget which
    finger did what, and when, so a perceptron reads all nodes of a frame side by side, as in `gcn`.

    It sees postures and their motion by default, as the paper's networks see joints and motion, but as one input: the
    paper's ensemble of a network for each stream would cost as many times as much.

    Args:
        widths: channels of each block.
        stride: keep every ``stride``-th frame in each block that is wider than the one before; 2 in the paper.
        kernel: frames that each convolution over the frames sees; odd.
        dilations: frames from one to the next of those, a branch each.
        reduced: channels by which nodes are compared.
        channels: of each node that the perceptron reads.
        width: of the perceptron's layer, and so of the features.
        dropout: fraction of the features that are dropped at the end.
    """

    def __init__(
        self,
        spec: InputSpec,
        *,
        widths: Sequence[int] = (16, 16),
        stride: int = 1,
        kernel: int = 5,
        dilations: Sequence[int] = (1, 2),
        reduced: int = 4,
        channels: int = 8,
        width: int = 64,
        dropout: float = 0.1,
    ) -> None:
        check_sizes(reduced=reduced)

        def layers(adjacency: Tensor, before: int, after: int, stride: int) -> tuple[nn.Module, nn.Module]:
            graph = TopologyRefinement(before, after, adjacency, reduced=reduced)
            return graph, BranchedConvolution(after, kernel=kernel, dilations=dilations, stride=stride)

        super().__init__(spec, widths, stride, layers, channels=channels, width=width, dropout=dropout)
