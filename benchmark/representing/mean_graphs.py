"""The learned graphs and the gates of the attention STGCN, as means over recordings."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from deepgrasp.library.parts import PartDataset
from deepgrasp.library.trained import TrainedModel
from deepgrasp.network.network import EVALUATION_BATCH
from deepgrasp.representations.attended import attended


def mean_graphs(model: TrainedModel, part: PartDataset, people: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Means over the people's recordings; empty if the network has neither graphs nor gates.

    Returns:
        Of each graph layer ``<layer>/graph`` ``[K, V, V]``; of each attention layer ``<layer>/gate/nodes`` ``[V]``,
        ``/frames`` ``[T]`` and ``/channels`` ``[C]``; of each ``<layer>/nodes`` ``[V]``, which nodes of the input they
        are. Where hands share weights, they are means over both hands, and the nodes are those of one.
    """
    rows = [k for k, person in enumerate(part.subjects) if person in set(people)]
    totals: dict[str, NDArray[np.float64]] = {}
    nodes: dict[str, tuple[int, ...]] = {}
    # a sum batch by batch: graphs of all recordings [n, K, V, V] need not be held at once
    for start in range(0, len(rows), EVALUATION_BATCH):
        some = rows[start : start + EVALUATION_BATCH]
        found = attended(model, part.read(some)[0])
        nodes = {f"{name}/nodes": each for name, each in found.nodes.items()}  # the same in each batch
        arrays = {f"{name}/graph": graph for name, graph in found.graphs.items()}
        for name, gates in found.gates.items():
            arrays |= {f"{name}/gate/{kind}": gate for kind, gate in gates._asdict().items()}
        for key, array in arrays.items():
            totals[key] = totals.get(key, np.zeros(array.shape[1:])) + _sum(array, len(some))
    means = {key: (total / len(rows)).astype(np.float32) for key, total in totals.items()}
    return {**means} | {key: np.array(each) for key, each in nodes.items()}


def _sum(array: Tensor, count: int) -> NDArray[np.float64]:
    """Over the recordings; where hands are samples of one batch, of the mean over them."""
    # [n hands, ...] to [n, hands, ...]
    return np.asarray(array.double().unflatten(0, (count, -1)).mean(1).sum(0).numpy())
