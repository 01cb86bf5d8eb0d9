"""The trivial predictor's run of one fold: every task that the split can test, no training, no torch."""

import time
from pathlib import Path

from benchmark import predictions
from benchmark.params import Params
from benchmark.provenance import provenance
from benchmark.records import Cost, DataRecord, Run
from deepgrasp import trivial
from deepgrasp.splits import answerable
from deepgrasp.store import open_store
from deepgrasp.tasks import TASKS, read_targets


def predict_cell(params: Params, replicate: int, graphs: Path, out: Path) -> None:
    """Write the trivial predictions of one fold into ``out``."""
    started = time.perf_counter()
    store = open_store(graphs).view(params.inputs.frames)
    fold = store.fold(params.split, replicate)
    targets = {part: read_targets(store, store.rows(fold[part]), params.inputs.hands) for part in fold}
    tasks = answerable(params.split, TASKS)
    answers = {
        part: {task: trivial.predict(task, targets["train"][task], len(fold[part])) for task in tasks}
        for part in ("validation", "test")
    }
    run = Run(
        data=DataRecord(kind=store.kind, hash=store.hash, prepare=dict(store.manifest["prepare"])),
        split=params.split,
        inputs=params.inputs.model_dump(),
        trained_on="none",
        model="trivial",
        replicate=replicate,
        validation={task: TASKS[task].rank(answers["validation"][task], targets["validation"][task]) for task in tasks},
        history=[],
        cost=Cost(parameters=0, multiply_adds=0, seconds=time.perf_counter() - started, ms_per_sample=0.0),
        recipe={},
        hyperparameters={},
        provenance=provenance() | {"device": "none"},
    )
    out.mkdir(parents=True, exist_ok=True)
    predictions.save(out, run, fold["test"], answers["test"])
