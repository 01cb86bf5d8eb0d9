"""The LSTM with 128 units, several times as large as the other entrants: the size that the search found best."""

from functools import partialmethod

from baselines.lstm import LSTM


class LargeLSTM(LSTM):
    """128 units in each direction; see :class:`baselines.lstm.LSTM` for the hyper-parameters."""

    __init__ = partialmethod(LSTM.__init__, hidden=128, dropout=0.3)
