"""ST-GCN++: learned graphs without attention, and convolutions over the frames in six branches."""

from collections.abc import Sequence

from torch import Tensor, nn

from deepgrasp.spec import InputSpec
from deepgrasp.stgcn.branches import BranchedNetwork
from deepgrasp.stgcn.learned_graph import FusedBranches, LearnedGraph

SEARCH = {
    "widths": ((24, 24), (24, 48), (48, 48), (24, 24, 24)),
    "kernel": (3, 5),
    "channels": (4, 8, 16),
    "width": (32, 64, 128),
}


class STGCNPlusPlus(BranchedNetwork):
    """ST-GCN++ (Duan et al. 2022, PYSKL, ACM MM): blocks of a graph convolution and a temporal one, simple and strong.

    A block's graph convolution sums over three subsets of the graph: each node itself, its children, its parents. The
    matrix of each subset starts from the given graph and is learned, without masks, and a shortcut leads around it.
    Its temporal convolution has six branches: four dilations, a maximum and a 1x1 convolution, which a 1x1 convolution
    fuses (section 3.2, figure 3). A shortcut leads around both, but for the first block, as in the authors' code.

    Not the paper's: two blocks of 24 channels in place of ten of 64 to 256, all frames kept; no batch norm of
    the input, which the referee standardises; each node receives a mean over its neighbours. And the readout: a mean
    over nodes and frames would forget which finger did what, and when, so a perceptron reads all nodes of a frame side
    by side, as in `gcn`.

    It sees postures by default. With their motion, too, they are one input: the paper's ensemble of a network for each
    stream would cost as many times as much.

    Args:
        widths: channels of each block.
        stride: keep every ``stride``-th frame in each block that is wider than the one before; 2 in the paper.
        kernel: frames that each convolution over the frames sees; odd.
        dilations: frames from one to the next of those, a branch each.
        channels: of each node that the perceptron reads.
        width: of the perceptron's layer, and so of the features.
        dropout: fraction of the features that are dropped at the end.
    """

    def __init__(
        self,
        spec: InputSpec,
        *,
        widths: Sequence[int] = (24, 24),
        stride: int = 1,
        kernel: int = 3,
        dilations: Sequence[int] = (1, 2, 3, 4),
        channels: int = 8,
        width: int = 64,
        dropout: float = 0.1,
    ) -> None:
        def layers(adjacency: Tensor, before: int, after: int, stride: int) -> tuple[nn.Module, nn.Module]:
            graph = LearnedGraph(before, after, adjacency)
            return graph, FusedBranches(after, kernel=kernel, dilations=dilations, stride=stride)

        super().__init__(spec, widths, stride, layers, channels=channels, width=width, dropout=dropout)
