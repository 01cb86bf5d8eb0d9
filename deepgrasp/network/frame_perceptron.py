"""A perceptron of each frame that reads all nodes side by side: a mean over nodes forgets which finger did what."""

from torch import Tensor, nn


class FramePerceptron(nn.Module):
    """Features of a frame from those of its nodes: one linear map of each node, then one layer over all of them.

    Args:
        nodes: of a frame.
        features: of each node.
        channels: of each node that the layer reads.
        width: of the layer, and so of what comes out.
        dropout: fraction of that which is dropped.
    """

    def __init__(self, nodes: int, features: int, *, channels: int, width: int, dropout: float) -> None:
        super().__init__()
        self.reduce = nn.Linear(features, channels)
        self.perceptron = nn.Sequential(
            nn.Linear(nodes * channels, width), nn.LayerNorm(width), nn.ReLU(), nn.Dropout(dropout)
        )

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, C]`` to ``[B, T, 1, width]``."""
        return self.perceptron(self.reduce(x).flatten(2)).unsqueeze(2)  # [B, T, V, channels] -> [B, T, V channels]
