"""The multilayer perceptron on postures: where each joint is in each frame, without graph and time."""

from baselines.mlp import MLP

SEARCH = {"hidden": (32, 64, 128, 256), "layers": (1, 2, 3)}


class PostureMLP(MLP):
    """The same network as ``mlp``; ``streams`` in its section of ``params.yaml`` makes the difference."""
