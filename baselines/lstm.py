"""An LSTM over frames as plain vectors: time without the graph, with about as many parameters as the others have."""

from torch import Tensor, nn

from deepgrasp.spec import InputSpec, check_depth, check_fraction, check_sizes

SEARCH = {"hidden": (16, 32, 64, 128), "layers": (1, 2), "bidirectional": (True, False)}


class LSTM(nn.Module):
    """Long short-term memory over the frames (Hochreiter and Schmidhuber 1997).

    Args:
        hidden: units of each direction.
        layers: recurrent layers on top of each other.
        bidirectional: read the window backwards as well; it is complete when it is classified.
        dropout: fraction of the features that are dropped after each layer.
    """

    def __init__(
        self, spec: InputSpec, *, hidden: int = 32, layers: int = 1, bidirectional: bool = True, dropout: float = 0.1
    ) -> None:
        super().__init__()
        check_sizes(hidden=hidden)
        check_depth(layers=layers)
        check_fraction(dropout=dropout)
        self.recurrent = nn.LSTM(
            spec.nodes * spec.features,
            hidden,
            layers,
            batch_first=True,
            bidirectional=bidirectional,
            dropout=dropout if layers > 1 else 0.0,  # torch drops between layers only
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T, 1, C]`` with ``C = hidden`` in each direction."""
        # [B, T, V F] to [B, T, C]; the heads choose what they make of the frames, so the last state is not needed
        features, _ = self.recurrent(x.flatten(2))
        return self.dropout(features).unsqueeze(2)  # [B, T, 1, C]: one node
