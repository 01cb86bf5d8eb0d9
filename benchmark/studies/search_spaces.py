"""Search spaces of `tune`: for each entrant, the choices of its hyper-parameters.

The recipe in `train` is not here: one serves all entrants, so none is tuned with another learning rate than the rest.
"""

from collections.abc import Mapping
from typing import NamedTuple

from benchmark.params import Value


class Steps(NamedTuple):
    """Numbers in rising order: the search takes neighbours to be alike."""

    values: tuple[float, ...]


class Kinds(NamedTuple):
    """Choices that have no order."""

    values: tuple[Value, ...]


Space = Mapping[str, Steps | Kinds]

# the same choices for all: dropout is no part of an architecture
DROPOUT = Steps((0.0, 0.1, 0.3, 0.5))
# nor are the streams, which the referee computes for whoever asks
STREAMS = Kinds((["joint"], ["posture"], ["joint", "motion"], ["posture", "motion"], ["joint", "posture", "motion"]))

MERGE = Kinds(("concat", "sum", "input"))  # of the streams, where a stack of blocks reads them

MLP: Space = {
    "streams": STREAMS,
    "hidden": Steps((32, 64, 128, 256)),
    "layers": Steps((1, 2, 3)),
    "dropout": DROPOUT,
}

# few choices each: with eight trials a finer grid would only be sampled more thinly
SPACES: dict[str, Space] = {
    "mlp": MLP,
    "mlp_posture": MLP,
    "lstm": {
        "streams": STREAMS,
        "hidden": Steps((16, 32, 64, 128)),
        "layers": Steps((1, 2)),
        "bidirectional": Kinds((True, False)),
        "dropout": DROPOUT,
    },
    "gcn": {
        "streams": STREAMS,
        "hidden": Steps((16, 32, 64)),
        "layers": Steps((1, 2, 3, 4)),
        "channels": Steps((4, 8, 16)),
        "width": Steps((64, 128, 256)),
        "dropout": DROPOUT,
    },
    "stgcn": {
        "widths": Kinds(([16, 32], [32, 32], [32, 64], [64, 64])),  # as many as there are strides
        "kernel": Steps((3, 5, 9)),
        "dropout": DROPOUT,
        "streams": STREAMS,
        "merge": MERGE,
        "adaptive": Kinds(("full", "low-rank", "off")),
    },
    "best": {
        "streams": STREAMS,
        "merge": MERGE,
        "components": Kinds(("joined", "shared", "separate")),
        "widths": Kinds(([16, 32], [32, 32], [32, 64])),
        "kernel": Steps((3, 5)),
        "dropout": DROPOUT,
        "adaptive": Kinds(("full", "low-rank")),
    },
}
