"""The three parts of a fold as torch Datasets: what a network may see of a window, and what is asked of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from deepgrasp.choices import POSE, SplitName, Stream
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import input_specs, load_inputs
from deepgrasp.inputs.standardise import InputStatistics, Standardiser
from deepgrasp.library.optional import optional
from deepgrasp.spec import InputSpec
from deepgrasp.store.store import Store
from deepgrasp.tasks import TASKS, answerable
from deepgrasp.tasks.action import TASK as ACTION
from deepgrasp.tasks.targets import ClassTarget, Target

if TYPE_CHECKING:
    from torch_geometric.data import InMemoryDataset

    from deepgrasp.library.opening import Data

Tensors = dict[str, Tensor]
Pair = tuple[Tensors, Tensors]
_BLOCK = 256  # sequences that are read at once


class FoldParts(NamedTuple):
    """The parts of a fold: no person (or no object) is in two of them."""

    train: "PartDataset"
    validation: "PartDataset"
    test: "PartDataset"


# no comparison by fields: arrays have no single truth, and a part must have a hash
@dataclass(frozen=True, eq=False)
class PartDataset(Dataset[Pair]):
    """Windows of one part of a fold, in the board's order.

    ``part[i]`` gives the inputs ``{"pose": [T, V, F], "touch": [T, P, F']}``, float32, and the targets: ``object`` and
    ``action`` as the number of a class, ``body`` ``[T, J, 3]`` in metres, ``pose`` ``[T, 9]``: the object's place in
    metres and the first two columns of its rotation. A task that the split cannot ask is left out.

    Attributes:
        sequences: ids, ``s1/mug_drink_1``.
        rows: of the store, ``[N]``.
        streams: what is seen of each node.
        split: and ``number``: of which fold it is a part.
        normalisers: of each input, where it is normalised.
        resident: whether all of it is kept in memory once it was read.
    """

    store: Store
    graphs: GraphChoice
    sequences: tuple[str, ...]
    rows: NDArray[np.int64]
    streams: tuple[Stream, ...]
    split: SplitName
    number: int
    normalisers: Mapping[str, Standardiser] | None = None
    resident: bool = True

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, index: int) -> Pair:
        # by a range: negative places as in a list, and the IndexError by which a loop ends
        inputs, targets = self.all if self.resident else self.read([range(len(self))[index]])
        place = index if self.resident else 0  # of a batch of one
        return {key: x[place] for key, x in inputs.items()}, {key: x[place] for key, x in targets.items()}

    def __getitems__(self, indices: Sequence[int]) -> list[Pair]:
        """Several at once: what a DataLoader asks for; from the disk a batch is read in one go."""
        if self.resident:
            return [self[index] for index in indices]
        inputs, targets = self.read(indices)
        return [
            ({key: x[k] for key, x in inputs.items()}, {key: x[k] for key, x in targets.items()})
            for k in range(len(indices))
        ]

    @cached_property
    def all(self) -> Pair:
        """Inputs and targets of the whole part, ``[N, ...]``."""
        return self.read(range(len(self)))

    def read(self, indices: Sequence[int]) -> Pair:
        """Inputs and targets ``[n, ...]`` of some windows, from the disk."""
        rows = self.rows[np.asarray(indices, np.int64)]
        found = load_inputs(self.store, rows, self.graphs, self.streams)
        inputs = {key: torch.from_numpy(x) for key, x in found.items()}
        if self.normalisers:
            inputs = {key: self.normalisers[key](x) for key, x in inputs.items()}
        return inputs, {task: _tensor(self._target(task, rows)) for task in self.tasks}

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of the tasks that the split can test, in the order of the board."""
        return answerable(self.split)

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """The person of each window, ``N`` names."""
        return tuple(self.store.manifest["sequences"][row]["subject"] for row in self.rows)

    @cached_property
    def specs(self) -> dict[str, InputSpec]:
        """Sizes, streams and edges of each input, as the board tells them to an entrant."""
        return input_specs(self.store, self.graphs, self.streams)

    def edges(self, kind: str) -> Tensor:
        """Directed edges ``[2, E]`` of ``pose`` or ``touch``, from parent to child."""
        # (-1, 2): no edges at all are [2, 0], too
        return torch.tensor(self.specs[kind].edges, dtype=torch.long).reshape(-1, 2).T.contiguous()

    def target(self, task: str) -> Target:
        """The target of a task for the whole part, as metrics want it."""
        return self._target(task, self.rows)

    def _target(self, task: str, rows: NDArray[np.int64]) -> Target:
        return TASKS[task].read(self.store, rows, self.graphs.hands)

    def to_pyg(self, kind: str = POSE, task: str = ACTION.name) -> "InMemoryDataset":
        """The windows as PyTorch Geometric graphs, see :func:`deepgrasp.library.pyg.to_pyg`."""
        made: InMemoryDataset = optional("pyg", "pyg").to_pyg(self, kind, task)
        return made

    def signals(self, kind: str = POSE, task: str = ACTION.name, batch: int | None = None) -> Iterator[Any]:
        """The windows as signals of PyTorch Geometric Temporal, see :func:`deepgrasp.library.temporal.signals`."""
        made: Iterator[Any] = optional("temporal", "temporal").signals(self, kind, task, batch)
        return made

    def __repr__(self) -> str:
        people = len(set(self.subjects))
        return f"<{len(self)} windows of {people} people, {self.split} fold {self.number}>"


def fold_parts(
    data: "Data", split: SplitName, k: int, streams: tuple[Stream, ...], *, normalise: bool, resident: bool
) -> FoldParts:
    """The parts of fold ``k``; see :meth:`deepgrasp.library.opening.Data.fold`."""
    store = data.store
    found = {
        name: PartDataset(store, data.graphs, tuple(ids), store.rows(ids), streams, split, k, None, resident)
        for name, ids in store.fold(split, k).items()
    }
    if normalise:
        known = normalisers(found["train"])  # for all three: of the others nothing may be known
        found = {name: replace(part, normalisers=known) for name, part in found.items()}
    return FoldParts(**found)


def normalisers(train: PartDataset) -> dict[str, Standardiser]:
    """Standardisers by input, with mean and deviation ``[V, F]`` of a training part, as the referee has them."""
    known = {kind: InputStatistics(kind, spec, train.graphs) for kind, spec in train.specs.items()}
    # block by block: the sums are the same to the last bit however it is cut, and memory is a block's
    for start in range(0, len(train), _BLOCK):
        # not train.read, which would read the targets, too
        for kind, x in load_inputs(
            train.store, train.rows[start : start + _BLOCK], train.graphs, train.streams
        ).items():
            known[kind].add(x)
    made = {}
    for kind, spec in train.specs.items():
        made[kind] = Standardiser((spec.nodes, spec.features))
        made[kind].set(known[kind].result())
    return made


def _tensor(target: Target) -> Tensor:
    rows = target.labels if isinstance(target, ClassTarget) else target.regressed
    return torch.from_numpy(np.array(rows))  # a copy: the store is read-only
