"""How much of the intent the arms tell alone, and how much fingers and touch add: does `action` need the hand?

``python -m benchmark.data.arms_alone`` fits the board's linear map and its forest, which need no training recipe, to
arms without fingers, to arms with fingers, and to these with touch, on each fold of the graphs here.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark import params as parameters
from benchmark.paths import GRAPHS
from benchmark.tables import table
from deepgrasp import references
from deepgrasp.choices import POSE, TOUCH
from deepgrasp.inputs.fold import Fold, read_fold
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import load_inputs
from deepgrasp.inputs.pooling import pooled, standardised
from deepgrasp.intervals import interval
from deepgrasp.skeleton import HAND_JOINTS
from deepgrasp.store.folds import fold_count
from deepgrasp.store.store import open_store
from deepgrasp.tasks.action import TASK as ACTION

Floats = NDArray[np.float64]
Parts = Mapping[str, Floats]
_SEEN = ("arms alone", "arms and fingers", "arms, fingers, touch")
REFERENCES_ALONE = ("linear", "trees")
_FINGERS = frozenset(name for joints in HAND_JOINTS.values() for name in joints)


def features_seen(fold: Fold) -> dict[str, Parts]:
    """Pooled features ``[N, D]`` of each part of a fold, by what of a person they show; standardised, as for rows."""
    without = [k for k, name in enumerate(fold.graphs.pose_nodes) if name not in _FINGERS]
    inputs = {name: load_inputs(fold.store, part.rows, fold.graphs) for name, part in fold.parts.items()}
    shown: dict[str, Callable[[Mapping[str, NDArray[np.float32]]], Floats]] = {
        _SEEN[0]: lambda given: pooled({POSE: given[POSE][:, :, without]}),
        _SEEN[1]: lambda given: pooled({POSE: given[POSE]}),
        _SEEN[2]: lambda given: pooled({POSE: given[POSE], TOUCH: given[TOUCH]}),
    }
    return {
        name: dict(zip(inputs, standardised(*map(pool, inputs.values())), strict=True)) for name, pool in shown.items()
    }


@dataclass(frozen=True)
class SeenFold(Fold):
    """A fold of which a row sees these features ``[N, D]``, by part, and no others."""

    shown: Parts

    @cached_property
    def features(self) -> Parts:
        """The features that are shown, by part of the fold."""
        return self.shown


def share_right(row: str, fold: Fold, shown: Parts) -> float:
    """Share of the tested recordings whose intent a reference row names rightly, from these features."""
    made = references.load_row(row).answer(SeenFold(fold.store, (ACTION.name,), fold.parts, fold.graphs, shown))
    return ACTION.rank(made.predictions["test"][ACTION.name], fold.parts["test"].targets[ACTION.name])


def accuracies(graphs: Path, patches: int | None) -> dict[str, dict[str, list[float]]]:
    """Accuracy on `action` of each fold, by row and by what is seen.

    Args:
        patches: touch nodes a hand.

    Raises:
        InputError: there are no graphs.
    """
    store = open_store(graphs)
    people = {record["subject"] for record in store.sequences}
    found: dict[str, dict[str, list[float]]] = {row: {name: [] for name in _SEEN} for row in REFERENCES_ALONE}
    for k in range(fold_count("subject", len(people))):
        fold = read_fold(store, "subject", k, GraphChoice(patches=patches))
        for name, shown in features_seen(fold).items():
            for row in REFERENCES_ALONE:
                found[row][name].append(share_right(row, fold, shown))
    return found


def arms_markdown(found: Mapping[str, Mapping[str, list[float]]]) -> str:
    """A line for each row: what arms alone reach, and what fingers and touch add, with intervals over the folds."""

    def text(values: Sequence[float], sign: str = "") -> str:
        over = interval([100 * value for value in values])
        assert over is not None  # a split by people has three folds or more
        return f"{over.mean:{sign}.1f} ({over.low:{sign}.1f} to {over.high:{sign}.1f})"

    def added(before: Sequence[float], after: Sequence[float]) -> str:
        # of the same fold: people differ more than what they are seen by
        return text([b - a for a, b in zip(before, after, strict=True)], "+")

    lines = []
    for row, by_seen in found.items():
        arms, fingers, touch = (by_seen[name] for name in _SEEN)
        lines.append((row, text(arms), added(arms, fingers), added(fingers, touch), added(arms, touch)))
    return table(("action, %", "arms alone", "fingers add", "touch adds", "both add"), lines)


if __name__ == "__main__":
    print(
        arms_markdown(
            accuracies(Path(sys.argv[1]) if sys.argv[1:] else GRAPHS, parameters.load_params().inputs.patches)
        )
    )
