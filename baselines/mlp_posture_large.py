"""The perceptron on postures with 256 units, twice as wide as the other one: the size that the search found best."""

from functools import partialmethod

from baselines.mlp import MLP


class LargePostureMLP(MLP):
    """256 units in each layer; see :class:`baselines.mlp.MLP` for the hyper-parameters."""

    __init__ = partialmethod(MLP.__init__, hidden=256)
