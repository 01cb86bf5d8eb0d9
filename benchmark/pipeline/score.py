"""Predictions -> results: no model, no GPU, no torch, so that a new metric re-scores old runs."""

import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmark.params import Params
from benchmark.pipeline import grid, predictions
from benchmark.pipeline.predictions import Predictions
from benchmark.pipeline.schema import PerSequence, Result, Run, to_json
from deepgrasp.errors import InputError
from deepgrasp.files import check_is_file, replaced
from deepgrasp.store.store import Store
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.class_labels import confusion
from deepgrasp.tasks.targets import ClassTarget

# A regression is scored by blocks: a test part of GRAB at 80 frames is one, whose errors of all joints take 0.1 GB.
SCORED_FRAMES_AT_ONCE = 2**17


def score(runs: Path, store: Store, out: Path, handed_in: Iterable[Result] = (), params: Params | None = None) -> int:
    """Score predictions and write ``out`` anew; returns the number of results.

    Args:
        handed_in: the results of submissions.
        params: their grid is what the board covers; ``None``: every cell that lies in ``runs``.

    Raises:
        InputError: predictions are missing, some do not fit the store, its split or their task, or two are one cell's.
    """
    paths = sorted(runs.rglob(predictions.PREDICTIONS_FILE)) if params is None else grid.stored_files(runs, params)
    if not paths:
        raise InputError(runs, "holds no predictions", "run `dvc repro`")
    with replaced(out) as scratch, threadpool_limits(1):  # many small products: on a busy machine threads cost minutes
        homes: dict[str, str] = {}
        submitted = (("a submission", result) for result in handed_in)
        for home, result in itertools.chain(_scored(paths, store, params), submitted):
            file = scratch / result.name
            # nor must a submission take the place of a cell of ours
            if other := homes.get(result.name):
                problem = f"has predictions twice, {other} and {home}"
                raise InputError(result.name, problem, "remove one of the two")
            homes[result.name] = home
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(to_json(result.model_dump()), encoding="utf-8")
        return sum(1 for _ in scratch.rglob("*.json"))


def _scored(paths: Sequence[Path], store: Store, params: Params | None) -> Iterator[tuple[str, Result]]:
    for path in paths:
        check_is_file(path)
        made = predictions.load_predictions(path)
        if params is not None:
            grid.check_asked(made.run, params, path)
        yield from ((str(path), result) for result in score_one(made, store, path))


def score_one(made: Predictions, store: Store, where: Path) -> Iterator[Result]:
    """Results of one run, one for each task that it predicts, in the order of the tasks.

    Raises:
        InputError: made from other data, not of the test sequences in order, or an array does not fit its task.
    """
    run = made.run
    if run.data.hash != store.hash:
        raise InputError(where, "was made from other data than the graph store", "run `dvc repro` to train again")
    expected = store.fold(run.split, run.replicate)["test"]
    # order too: arrays have no names in them, and a shifted row would score the wrong person
    if list(made.sequences) != list(expected):
        raise InputError(where, f"does not hold the test sequences of fold {run.replicate} in order", "train again")
    # the frames that the run saw: a regression has a target for each of them
    store = store.view(run.inputs["frames"])
    rows = store.rows(expected)
    subjects = [store.manifest["sequences"][row]["subject"] for row in rows]
    # in the order of the tasks, whatever the order in the file
    for task in (task for task in TASKS if task in made.arrays):
        array, name = made.arrays[task], f"{where}, {task}"
        try:
            metrics, values = _measured(task, array, store, rows, run.inputs["hands"])
        except InputError as error:
            raise InputError(name, error.problem, error.remedy) from error
        labels = _labels(task, store, rows, run.inputs["hands"])
        _tell_constant(array, labels, run, name)
        rounded = [round(float(value), 6) for value in values]
        each = PerSequence(ids=expected, subjects=subjects, values=rounded)
        counts = _confusion(array, labels)
        yield Result(task=task, metrics=metrics, test_sequences=len(expected), per_sequence=each, run=run, **counts)


def _measured(
    task: str, array: np.ndarray, store: Store, rows: NDArray[np.int64], hands: str
) -> tuple[dict[str, float], np.ndarray]:
    """Every metric of a task, and its primary one for each sequence ``[N]``; targets are read in blocks."""
    several = max(1, SCORED_FRAMES_AT_ONCE // store.frames)
    # classes are counted over all sequences, and are small; a wrong number of sequences is told of the whole
    if _labels(task, store, rows, hands) is not None or len(array) != len(rows):
        several = len(rows)
    found, each, sizes = [], [], []
    for start in range(0, len(rows), several):
        block = array[start : start + several] if several < len(rows) else array
        target = TASKS[task].read(store, rows[start : start + several], hands)
        found.append(TASKS[task].score(block, target))
        each.append(TASKS[task].each(block, target))
        sizes.append(len(block))
    if len(found) == 1:
        return found[0], each[0]
    # a metric of a regression is a mean over the sequences, see deepgrasp.tasks.task.Task
    metrics = {key: float(np.average([block[key] for block in found], weights=sizes)) for key in found[0]}
    return metrics, np.concatenate(each)


def _labels(task: str, store: Store, rows: NDArray[np.int64], hands: str) -> ClassTarget | None:
    """All labels of a task that asks for a class; None of a regression, of which one row is read."""
    if not isinstance(TASKS[task].read(store, rows[:1], hands), ClassTarget):
        return None
    return cast(ClassTarget, TASKS[task].read(store, rows, hands))


def _tell_constant(array: np.ndarray, target: ClassTarget | None, run: Run, where: str) -> None:
    """A line on standard error if a trained model gives the same answer whatever it sees.

    Told and not refused: it is what the model says, the trivial row beside it shows what it is worth, and one training
    that has collapsed must not keep a whole board from being made.
    """
    same = len(array) > 1 and bool((array == array[0]).all())
    level = target is not None and bool((array == array[:, :1]).all())  # logits [N, C]
    if not run.is_reference and (same or level):
        what = "the same number for every class" if level else "the same answer for every sequence"
        print(f"{where}: {what}; look whether its training has collapsed", file=sys.stderr)


def _confusion(prediction: np.ndarray, target: ClassTarget | None) -> dict[str, Any]:
    if target is None:
        return {"classes": None, "confusion": None}
    return {"classes": list(target.classes), "confusion": confusion(prediction, target).tolist()}
