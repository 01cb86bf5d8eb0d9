"""The trivial predictor's run of one fold: every task that the split can test, no training, no torch."""

import time
from pathlib import Path

from benchmark.params import Params
from benchmark.pipeline.schema import Cost
from benchmark.pipeline.untrained import read_fold, write_run
from deepgrasp.store.splits import answerable
from deepgrasp.store.store import open_store
from deepgrasp.tasks import trivial_answers
from deepgrasp.tasks.tasks import TASKS


def predict_cell(params: Params, replicate: int, graphs: Path, out: Path) -> None:
    """Write the trivial predictions of one fold into ``out``."""
    started = time.perf_counter()
    fold = read_fold(params, replicate, open_store(graphs))
    train = fold.parts["train"].targets
    answers = {
        name: {
            task: trivial_answers.predict(task, train[task], len(fold.parts[name].sequences))
            for task in answerable(params.split, TASKS)
        }
        for name in ("validation", "test")
    }
    cost = Cost(parameters=0, multiply_adds=0, seconds=time.perf_counter() - started, ms_per_sample=0.0)
    write_run(fold, "trivial", answers, cost, out)
