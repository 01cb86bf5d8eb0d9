"""Search spaces of `tune`: for each entrant, the choices of its hyper-parameters.

The recipe in `train` is not here: one serves all entrants, so none is tuned with another learning rate than the rest.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Space = Mapping[str, Sequence[Any]]

# the same choices for all: dropout is no part of an architecture
DROPOUT = (0.0, 0.1, 0.3, 0.5)

# few choices each: with eight trials a finer grid would only be sampled more thinly
SPACES: dict[str, Space] = {
    "mlp": {"hidden": (32, 64, 128, 256), "layers": (1, 2, 3), "dropout": DROPOUT},
    "lstm": {"hidden": (16, 32, 64, 128), "layers": (1, 2), "bidirectional": (True, False), "dropout": DROPOUT},
    "gcn": {"hidden": (32, 64, 128), "layers": (1, 2, 3, 4), "dropout": DROPOUT},
    "stgcn": {
        "widths": ([16, 32], [32, 32], [32, 64], [64, 64]),  # as many as there are strides
        "kernel": (3, 5, 9),
        "dropout": DROPOUT,
        "streams": (["joint"], ["joint", "motion"], ["joint", "bone"], ["joint", "bone", "motion"]),
        "adaptive": ("full", "low-rank", "off"),
    },
    "best": {
        "streams": (["posture"], ["posture", "motion"], ["posture", "bone"]),
        "components": ("joined", "shared", "separate"),
        "widths": ([16, 32], [32, 32], [32, 64]),
        "kernel": (3, 5),
        "dropout": DROPOUT,
        "adaptive": ("full", "low-rank"),
    },
}
