"""What the models without a network share: a fold's arrays, and the run that they write beside their predictions."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.params import Params
from benchmark.pipeline import predictions
from benchmark.pipeline.provenance import provenance
from benchmark.pipeline.schema import Cost, DataRecord, Run
from deepgrasp.store.splits import PARTS
from deepgrasp.store.store import Store
from deepgrasp.tasks.tasks import TASKS, Target, read_targets

Answers = Mapping[str, np.ndarray]  # task -> prediction


@dataclass(frozen=True)
class Part:
    """Train, validation or test.

    Attributes:
        rows: of the store.
        subjects: whose sequence each is.
    """

    sequences: list[str]
    rows: np.ndarray
    subjects: list[str]
    targets: Mapping[str, Target]


@dataclass(frozen=True)
class Fold:
    """The parts of one replicate by name, read from the store as the parameters say."""

    params: Params
    store: Store
    replicate: int
    parts: Mapping[str, Part]


def read_fold(params: Params, replicate: int, store: Store) -> Fold:
    """The replicate's fold of the chosen split."""
    store = store.view(params.inputs.frames)
    fold = store.fold(params.split, replicate)
    return Fold(params, store, replicate, {name: _part(store, fold[name], params.inputs.hands) for name in PARTS})


def _part(store: Store, sequences: list[str], hands: str) -> Part:
    rows = store.rows(sequences)
    subjects = [store.manifest["sequences"][row]["subject"] for row in rows]
    return Part(sequences, rows, subjects, read_targets(store, rows, hands))


def write_run(
    fold: Fold,
    model: str,
    answers: Mapping[str, Answers],
    cost: Cost,
    out: Path,
    *,
    oracle: bool = False,
    **chosen: Any,
) -> None:
    """Write predictions and their run into ``out``.

    Args:
        answers: of the parts ``validation`` and ``test``.
        chosen: hyper-parameters.
    """
    targets = fold.parts["validation"].targets
    run = Run(
        data=DataRecord.of(fold.store),
        split=fold.params.split,
        inputs=fold.params.inputs.model_dump(),
        trained_on="none",
        model=model,
        replicate=fold.replicate,
        validation={task: TASKS[task].rank(made, targets[task]) for task, made in answers["validation"].items()},
        history=[],
        cost=cost,
        recipe={},
        hyperparameters=chosen,
        provenance=provenance() | {"device": "none"},
        oracle=oracle,
    )
    out.mkdir(parents=True, exist_ok=True)
    predictions.save(out, run, fold.parts["test"].sequences, dict(answers["test"]))
