"""An LSTM over frames as plain vectors: time without the graph; `deepgrasp.recurrent` explains its hyper-parameters."""

from deepgrasp.recurrent import Recurrent


class LSTM(Recurrent):
    """About as many parameters as the other entrants have."""
