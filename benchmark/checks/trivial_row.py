"""Whether the trivial row of a class is what the names of the recordings give: it sees nothing but training labels."""

from collections.abc import Collection, Iterator, Mapping
from typing import cast

import numpy as np

from benchmark.checks.arithmetic import EXACT, true_classes
from benchmark.pipeline.schema import Result
from deepgrasp.choices import HELD_OUT, SplitName
from deepgrasp.store.folds import fold_count, validating
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.class_labels import confusion
from deepgrasp.tasks.targets import ClassTarget

Folds = Mapping[int, tuple[str, Result]]  # by replicate, with the name of each result's file


def not_trivial(results: Mapping[str, Result], people: Collection[str]) -> list[str]:
    """Results of the trivial row with more than one answer, or with another than their training labels ask for.

    The labels of all recordings are known where the row tests everybody. Then all of its scores follow, and those on
    validation, from which skill is counted. Otherwise it only has to give one answer.

    Args:
        people: of the data.
    """
    boards: dict[tuple[str, str, str], dict[int, tuple[str, Result]]] = {}
    for name, result in results.items():
        run = result.run
        if (run.model, run.trained_on) == ("trivial", "none") and result.confusion is not None:
            boards.setdefault((result.task, run.data.hash, run.split), {})[run.replicate] = name, result
    problems: list[str] = []
    for folds in boards.values():
        # [C, C], a column for each class that was answered
        count = {name: np.count_nonzero(np.array(result.confusion).sum(axis=0)) for name, result in folds.values()}
        several = [
            f"{name}: gives {n} answers, the trivial answer is one for all" for name, n in count.items() if n > 1
        ]
        problems += several or _unlike(folds, set(people))
    return problems


def _unlike(folds: Folds, people: set[str]) -> Iterator[str]:
    """Where results are not what the task's trivial answer scores; nothing where the labels are not all known."""
    labels = _labels(folds, people)
    for k in sorted(labels):
        name, result = folds[k]
        task, classes = TASKS[result.task], tuple(result.classes or ())
        then = validating(k, len(labels))
        parts = [np.array(labels[k], np.int64), np.array(labels[then], np.int64)]
        train = np.array([each for fold in sorted(labels) if fold not in (k, then) for each in labels[fold]], np.int64)
        test, validation = (ClassTarget(part, classes) for part in parts)
        answer = task.constant([ClassTarget(train, classes)])
        made = task.repeated(answer, len(test.labels))
        scores = task.score(made, test)
        odd = [key for key in scores if abs(scores[key] - result.metrics.get(key, scores[key])) > EXACT]
        odd += [] if confusion(made, test).tolist() == result.confusion else ["confusion"]
        seen = task.rank(task.repeated(answer, len(validation.labels)), validation)
        odd += [] if abs(seen - result.run.validation[result.task]) <= EXACT else ["run.validation"]
        if odd:
            yield f"{name}: {', '.join(odd)} not as the trivial answer to the names of its recordings"


def _labels(folds: Folds, people: set[str]) -> dict[int, list[int]]:
    """Places of the true classes by fold, if the folds test everybody once and all was trained on; else nothing."""
    results = {k: result for k, (_, result) in folds.items()}
    split = cast(SplitName, next(iter(results.values())).run.split)
    tested = [who for result in results.values() for who in {*result.per_sequence.subjects}]
    if (
        HELD_OUT[split] != "subject"
        or sorted(tested) != sorted(people)
        or set(results) != set(range(fold_count(split, len(people))))
    ):
        return {}
    found: dict[int, list[int]] = {}
    for k, result in results.items():
        names, classes = true_classes(result), result.classes or []
        # a recipe of a reference row says that it was fitted on some of the recordings; other names are told elsewhere
        if names is None or result.run.recipe or not {*names} <= {*classes}:
            return {}
        found[k] = [classes.index(each) for each in names]
    return found
