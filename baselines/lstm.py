"""An LSTM over frames as plain vectors: time without the graph."""

from deepgrasp.network.recurrent import Recurrent


class LSTM(Recurrent):
    """About as many parameters as the other entrants have."""
