"""A multilayer perceptron that sees each frame alone: what a snapshot of the hand tells."""

from itertools import pairwise

from torch import Tensor, nn

from deepgrasp.spec import InputSpec, check_depth, check_fraction, check_sizes

SEARCH = {"hidden": (32, 64, 128, 256), "layers": (1, 2, 3)}


class MLP(nn.Module):
    """Perceptron on each frame: all features of all nodes as one vector, no graph and no time.

    Args:
        hidden: width of each layer.
        layers: number of layers.
        dropout: fraction of the features that are dropped after each layer.
    """

    def __init__(self, spec: InputSpec, *, hidden: int = 128, layers: int = 2, dropout: float = 0.1) -> None:
        super().__init__()
        check_sizes(hidden=hidden)
        check_depth(layers=layers)
        check_fraction(dropout=dropout)
        widths = [spec.nodes * spec.features, *[hidden] * layers]
        stack: list[nn.Module] = []
        for before, after in pairwise(widths):
            # layer norm, not batch norm: frames of one sequence are alike, and a batch is fewer samples than it has
            # rows
            stack += [nn.Linear(before, after), nn.LayerNorm(after), nn.ReLU(), nn.Dropout(dropout)]
        self.layers = nn.Sequential(*stack)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T, 1, hidden]``."""
        return self.layers(x.flatten(2)).unsqueeze(2)  # [B, T, V F] to [B, T, 1, hidden]
