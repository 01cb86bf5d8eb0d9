"""One fold of a split for reference rows: rows of the store, targets and pooled inputs of each part."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import load_inputs
from deepgrasp.inputs.pooling import Floats, framewise, pooled, standardised
from deepgrasp.store.folds import FOLD_PARTS
from deepgrasp.store.store import Store
from deepgrasp.tasks import answerable, read_targets
from deepgrasp.tasks.targets import Target


@dataclass(frozen=True)
class Part:
    """Sequences, rows and targets of one part of a fold: train, validation or test.

    Attributes:
        sequences: their ids, in the order of the fold.
        rows: of the store, ``[N]``.
        subjects: whose sequence each is.
        targets: by task.
    """

    sequences: list[str]
    rows: NDArray[np.int64]
    subjects: list[str]
    targets: Mapping[str, Target]


@dataclass(frozen=True)
class Fold:
    """A fold of a split: all that a reference row may see.

    Attributes:
        tasks: those that the split can test.
        parts: ``train``, ``validation`` and ``test``.
        graphs: which inputs the board is about.
    """

    store: Store
    tasks: tuple[str, ...]
    parts: Mapping[str, Part]
    graphs: GraphChoice

    @cached_property
    def features(self) -> Mapping[str, Floats]:
        """What a network sees, by part ``[N, D]``: pooled over the frames and standardised by the training part."""
        graphs = replace(self.graphs, fusion="late")  # early fusion pads: that would only add columns of zeros
        # computed when a row asks: the trivial row and oracles never do
        found = {name: pooled(load_inputs(self.store, part.rows, graphs)) for name, part in self.parts.items()}
        return dict(zip(found, standardised(*found.values()), strict=True))  # the training part comes first

    @cached_property
    def postures(self) -> Mapping[str, Floats]:
        """Postures and touch of every frame, by part ``[N, T, D]``, standardised by the training part."""
        graphs = replace(self.graphs, fusion="late")
        found = {
            name: framewise(load_inputs(self.store, each.rows, graphs, ("posture",)))
            for name, each in self.parts.items()
        }
        flat = standardised(*(each.reshape(-1, each.shape[-1]) for each in found.values()))  # [N T, D]
        return {name: rows.reshape(found[name].shape) for name, rows in zip(found, flat, strict=True)}

    def body(self, part: str) -> NDArray[np.float32]:
        """The true positions ``[N, T, 39, 3]`` (m) of both arms in the trunk's axes: only an oracle may look."""
        return np.asarray(self.store.read("body", self.parts[part].rows))


def read_fold(store: Store, split: str, k: int, graphs: GraphChoice, recordings: int | None = None) -> Fold:
    """Fold ``k`` of a split, with targets and rows of each part; frames are those of the store's view.

    Args:
        recordings: as :meth:`deepgrasp.store.store.Store.fold` takes it.

    Raises:
        InputError: the split is unknown or impossible, or has fewer folds, or fewer recordings.
    """
    fold = store.fold(split, k, recordings)
    parts = {}
    for name in FOLD_PARTS:
        ids = list(fold[name])
        rows = store.rows(ids)
        # for oracles, which measure the bones of each person
        subjects = [store.manifest["sequences"][row]["subject"] for row in rows]
        parts[name] = Part(ids, rows, subjects, read_targets(store, rows, graphs.hands))
    return Fold(store, answerable(split), parts, graphs)
