"""How much of the intent the arms tell alone, and how much fingers and touch add: does `action` need the hand?

``python -m benchmark.data.arms_alone`` fits the board's linear map and its forest, which need no training recipe, to
arms without fingers, to arms with fingers, and to these with touch, on each fold of the graphs here.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark import params as parameters
from benchmark.paths import GRAPHS
from benchmark.tables import table
from deepgrasp.choices import POSE, TOUCH
from deepgrasp.inputs.fold import Fold, read_fold
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import load_inputs
from deepgrasp.inputs.pooling import pooled, standardised
from deepgrasp.intervals import interval
from deepgrasp.references.linear import STRENGTHS, logistic
from deepgrasp.references.trees import classified
from deepgrasp.skeleton import HAND_JOINTS
from deepgrasp.store.folds import fold_count
from deepgrasp.store.store import open_store
from deepgrasp.tasks.action import TASK as ACTION
from deepgrasp.tasks.targets import ClassTarget

Floats = NDArray[np.float64]
Parts = Mapping[str, Floats]
SEEN = ("arms alone", "arms and fingers", "arms, fingers, touch")
FINGERS = frozenset(name for joints in HAND_JOINTS.values() for name in joints)


def seen(fold: Fold) -> dict[str, Parts]:
    """Pooled features ``[N, D]`` of each part of a fold, by what of a person they show; standardised, as for rows."""
    without = [k for k, name in enumerate(fold.graphs.pose_nodes) if name not in FINGERS]
    inputs = {name: load_inputs(fold.store, part.rows, fold.graphs) for name, part in fold.parts.items()}
    shown: dict[str, Callable[[Mapping[str, NDArray[np.float32]]], Floats]] = {
        SEEN[0]: lambda given: pooled({POSE: given[POSE][:, :, without]}),
        SEEN[1]: lambda given: pooled({POSE: given[POSE]}),
        SEEN[2]: lambda given: pooled({POSE: given[POSE], TOUCH: given[TOUCH]}),
    }
    return {
        name: dict(zip(inputs, standardised(*map(pool, inputs.values())), strict=True)) for name, pool in shown.items()
    }


def linear(fold: Fold, features: Parts) -> Floats:
    """Whether each tested recording is named rightly ``[N]`` by the linear row's map, its penalty by validation."""
    train, validation = _target(fold, "train"), _target(fold, "validation")
    border = len(features["validation"])
    asked = np.concatenate([features["validation"], features["test"]])
    made = [logistic(train, features["train"], asked, strength).argmax(1) for strength in STRENGTHS]
    best = max(made, key=lambda answers: np.mean(answers[:border] == validation.labels))  # of equal ones the first
    return _right(fold, best[border:])


def trees(fold: Fold, features: Parts) -> Floats:
    """The same by the forest of the row `trees`."""
    logits, _ = classified(_target(fold, "train"), features["train"], features["test"])
    return _right(fold, logits.argmax(1))


def accuracies(graphs: Path, patches: int | None) -> dict[str, dict[str, list[float]]]:
    """Accuracy on `action` of each fold, by row and by what is seen.

    Args:
        patches: touch nodes a hand.

    Raises:
        InputError: there are no graphs.
    """
    store = open_store(graphs)
    people = {record["subject"] for record in store.sequences}
    found: dict[str, dict[str, list[float]]] = {row: {name: [] for name in SEEN} for row in ROWS}
    for k in range(fold_count("subject", len(people))):
        fold = read_fold(store, "subject", k, GraphChoice(patches=patches))
        for name, features in seen(fold).items():
            for row, fit in ROWS.items():
                found[row][name].append(float(fit(fold, features).mean()))
    return found


ROWS: dict[str, Callable[[Fold, Parts], Floats]] = {"linear": linear, "trees": trees}


def markdown(accuracy: Mapping[str, Mapping[str, list[float]]]) -> str:
    """A line for each row: what arms alone reach, and what fingers and touch add, with intervals over the folds."""

    def text(values: Sequence[float], sign: str = "") -> str:
        found = interval([100 * value for value in values])
        assert found is not None  # a split by people has three folds or more
        return f"{found.mean:{sign}.1f} ({found.low:{sign}.1f} to {found.high:{sign}.1f})"

    def added(before: Sequence[float], after: Sequence[float]) -> str:
        # of the same fold: people differ more than what they are seen by
        return text([b - a for a, b in zip(before, after, strict=True)], "+")

    lines = []
    for row, by_seen in accuracy.items():
        arms, fingers, touch = (by_seen[name] for name in SEEN)
        lines.append((row, text(arms), added(arms, fingers), added(fingers, touch), added(arms, touch)))
    return table(("action, %", "arms alone", "fingers add", "touch adds", "both add"), lines)


def _target(fold: Fold, part: str) -> ClassTarget:
    target = fold.parts[part].targets[ACTION.name]
    assert isinstance(target, ClassTarget)
    return target


def _right(fold: Fold, answers: NDArray[np.int64]) -> Floats:
    return np.asarray(answers == _target(fold, "test").labels, float)


if __name__ == "__main__":
    print(markdown(accuracies(Path(sys.argv[1]) if sys.argv[1:] else GRAPHS, parameters.load().inputs.patches)))
