"""The LSTM at a second size, several times that of the others: what the search would choose if size were free."""

from deepgrasp.network.recurrent import Recurrent
from deepgrasp.spec import InputSpec


class LargeLSTM(Recurrent):
    """128 units in each direction."""

    def __init__(
        self, spec: InputSpec, *, hidden: int = 128, layers: int = 1, bidirectional: bool = True, dropout: float = 0.3
    ) -> None:
        super().__init__(spec, hidden=hidden, layers=layers, bidirectional=bidirectional, dropout=dropout)
