"""Windows as graphs of PyTorch Geometric: one a window, in an InMemoryDataset."""

from collections.abc import Sequence
from typing import Any

from torch import Tensor
from torch_geometric.data import Data, InMemoryDataset

from deepgrasp.choices import POSE
from deepgrasp.errors import InputError
from deepgrasp.library.parts import PartDataset
from deepgrasp.tasks.action import TASK as ACTION


class WindowGraph(Data):
    """One graph. It says its ``num_nodes``, and what moves in a batch, instead of having PyG search for both.

    PyG asks every graph of every batch; with these two answers a batch of 128 takes two thirds of the time
    (``python -m benchmark.speed.library``).
    """

    def __inc__(self, key: str, value: Any, *args: Any, **kwargs: Any) -> Tensor | int:
        """By how much an array's numbers grow for the next graph of a batch: numbers of nodes alone do."""
        if key in ("x", "y"):
            return 0
        found: Tensor | int = self["num_nodes"] if key == "edge_index" else super().__inc__(key, value, *args, **kwargs)
        return found


class WindowGraphs(InMemoryDataset):
    """Graphs of the windows of a part, in its order.

    Each has ``x [V, T, F]`` (or ``[V, T * F]`` after ``x.flatten(1)``, for layers that want a vector a node),
    ``edge_index [2, E]`` from parent to child, ``y`` (a class ``[1]``, or a regression ``[1, T, ...]``),
    ``subject`` and ``sequence`` (text).
    """

    def __init__(self, part: PartDataset, kind: str, task: str) -> None:
        super().__init__(None)
        inputs, targets = part.all
        edges = part.edges(kind)
        graphs = [
            # y with an axis in front: a batch joins graphs along the first one
            WindowGraph(x=x, edge_index=edges, y=y[None], subject=subject, sequence=sequence, num_nodes=len(x))
            for x, y, subject, sequence in zip(
                inputs[kind].transpose(1, 2).contiguous(),  # [N, T, V, F] -> [N, V, T, F]
                targets[task],
                part.subjects,
                part.sequences,
                strict=True,
            )
        ]
        self.data, self.slices = self.collate(graphs)
        # otherwise every graph would be cut out again each time it is asked for
        self._data_list = graphs

    def __getitems__(self, indices: Sequence[int]) -> list[Data]:
        """Several at once, for a DataLoader: a batch changes none of them, so none is copied first."""
        # PyG's own way copies: a transform may change what it is given
        if self.transform is not None or self._data_list is None:
            return [self[k] for k in indices]
        # of a choice such as graphs[1:], which holds all and numbers of some
        chosen = self.indices()
        return [self._data_list[chosen[k]] for k in indices]


def to_pyg(part: PartDataset, kind: str = POSE, task: str = ACTION.name) -> WindowGraphs:
    """The windows of a part as an ``InMemoryDataset``, one graph a window; see :class:`WindowGraphs`.

    Args:
        kind: which input is ``x``: ``pose`` or ``touch``.
        task: whose target is ``y``.

    Raises:
        InputError: no such input or task.
    """
    check_known("input", kind, tuple(part.specs))
    check_known("task", task, part.tasks)
    return WindowGraphs(part, kind, task)


def check_known(what: str, name: str, known: Sequence[str]) -> None:
    """Check that a name is one of the known ones.

    Raises:
        InputError: it is not; the known ones are named.
    """
    if name not in known:
        raise InputError(f"{what} {name!r}", "is not there", f"choose from {', '.join(known)}")
