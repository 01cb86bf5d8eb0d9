"""Whether scores follow from what a result says besides: counts by class, sequences, frames, joints."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from statistics import fmean
from typing import cast

import numpy as np

from benchmark.pipeline.schema import Result, Run
from deepgrasp.choices import HELD_OUT, SplitName
from deepgrasp.data_source import CATALOGUE
from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import object_class, parse_name
from deepgrasp.store.folds import fold_count, validating
from deepgrasp.tasks import TASKS, metric
from deepgrasp.tasks.class_labels import scores_of_counts
from deepgrasp.tasks.task import joint_key

EXACT = 1e-9  # the same sums over the same numbers: only their order may differ
FAR = 10.0  # test and validation people differ by a third at most on the committed board
NEAR = 1e-2  # cm; below lies rounding
LONG = 10**7  # frames: a day at 120 a second; shares of more are no longer exact


def uncounted(results: Mapping[str, Result]) -> list[str]:
    """Results with a score that their own counts, or the errors of their joints, do not give."""
    problems = []
    for name, result in results.items():
        problems += [f"{name}: {each}" for each in (*_of_order(result), *_of_frames(result))]
        by_counts = TASKS[result.task].classifies is not None
        problems += [f"{name}: {each}" for each in (_of_classes(result) if by_counts else _of_joints(result))]
    return problems


def _of_order(result: Result) -> Iterator[str]:
    for lower, higher in TASKS[result.task].never_above:
        one, other = result.metrics.get(lower.key, 0.0), result.metrics.get(higher.key, np.inf)
        if one > other + EXACT * max(1, abs(other)):
            yield f"{lower.key} is {one:.9g}, above {higher.key}, which is {other:.9g}"


def _of_frames(result: Result) -> Iterator[str]:
    frames = _frames(result.run)
    if not isinstance(frames, int):  # all frames of a window, whose numbers differ
        return
    if not 1 <= frames <= LONG:  # a number of 400 digits is no float, and not worth to be shown
        yield f"its windows have {'no' if frames < 1 else f'more than {LONG:,}'} frames"
        return
    for key, score in result.metrics.items():
        each = metric(key).of_a_frame if key in TASKS[result.task].metrics else None
        if each and not _whole(score * result.test_sequences * frames * each):
            yield f"{key} is {score:.9g}, which is no number of {result.test_sequences} x {frames} frames"
        if each and key == TASKS[result.task].primary:
            # they are written with six digits
            odd = [value for value in result.per_sequence.values if not _whole(value * frames * each, near=0.01)]
            if odd:
                yield f"a sequence has {key} {odd[0]:g}, which is no number of {frames} frames"


def _whole(number: float, near: float = 1e-6) -> bool:
    return abs(number - round(number)) <= near


def _of_classes(result: Result) -> Iterator[str]:
    counts, count = np.array(result.confusion, np.int64), result.test_sequences
    if counts.sum() != count:
        yield f"its confusion counts {counts.sum()} sequences, not {count}"
        return  # what follows would only say it again
    followed = scores_of_counts(counts)
    for key, score in result.metrics.items():
        if key in followed:
            if abs(score - followed[key]) > EXACT:
                yield f"{key} is {score:.9g}, its confusion gives {followed[key]:.9g}"
        # what counts cannot tell, such as top-5, is still a number of sequences out of all
        elif (
            key in TASKS[result.task].metrics
            and metric(key).unit == "fraction"
            and abs(score * count - round(score * count)) > EXACT * count
        ):
            yield f"{key} is {score:.9g}, which is no number of {count} sequences"
    if odd := sorted({value for value in result.per_sequence.values if value not in (0, 1)}):
        yield f"a sequence scores {odd[0]:g}, neither right (1) nor wrong (0)"
        return
    labels = true_classes(result)
    if labels is None and result.run.data.kind == "synthetic":
        yield "its ids are not all names of recordings of the stand-in"
    if labels is None or result.classes is None:
        return
    asked = Counter(labels)
    right = Counter(label for label, value in zip(labels, result.per_sequence.values, strict=True) if value == 1)
    for place, label in enumerate(result.classes):
        if asked[label] != counts[place].sum():
            yield f"{asked[label]} sequences are {label} by name, {counts[place].sum()} by its confusion"
        elif right[label] != counts[place, place]:
            yield f"{right[label]} sequences of {label} score as right, {counts[place, place]} by its confusion"


def _of_joints(result: Result) -> Iterator[str]:
    task = TASKS[result.task]
    if task.joints is None or task.primary not in result.metrics:
        return
    errors = [result.metrics.get(joint_key(joint)) for joint in task.joints(result.run.inputs["hands"])]
    # which names are missing is another check
    known = [error for error in errors if error is not None]
    said = result.metrics[task.primary]
    if len(known) == len(errors) and abs(fmean(known) - said) > EXACT * max(1, said):
        yield f"{task.primary} is {said:.9g}, the mean of its joints {fmean(known):.9g}"


def uncounted_validation(results: Mapping[str, Result], people: Collection[str]) -> list[str]:
    """Results trained here whose share on validation is of no number of sequences, or frames, of that part.

    A fold by people is validated on those whom the next one tests, so its result says how many sequences these are.

    Args:
        people: of the data.
    """
    tested: dict[str, dict[int, set[int]]] = {}  # numbers of test sequences by split and replicate
    for result in results.values():
        by_fold = tested.setdefault(result.run.split, {})
        by_fold.setdefault(result.run.replicate, set()).add(result.test_sequences)
    problems = []
    for name, result in results.items():
        run, parts = result.run, _parts(result)
        if run.origin != "trained" or HELD_OUT[run.split] != "subject" or not parts:
            continue
        folds = fold_count(cast(SplitName, run.split), len(people))
        then = validating(run.replicate, folds)
        # who follows the last is known where all folds are there: a part of a grid may be of more people
        counts = tested[run.split].get(then, set()) if then or {*tested[run.split]} == {*range(folds)} else set()
        said = run.validation[result.task]
        if len(counts) == 1 and not _whole(said * (count := max(counts)) * parts):
            problems.append(f"{name}: run.validation is {said:.9g}, which is no number of {count} sequences")
    return problems


def _parts(result: Result) -> int:
    """In how many answers, right or wrong, a sequence counts in the primary metric; 0 where it is no share of these."""
    task, frames = TASKS[result.task], _frames(result.run)
    if task.classifies is not None:
        return 1
    each = metric(task.primary).of_a_frame
    return each * frames if each and isinstance(frames, int) and 1 <= frames <= LONG else 0


def _frames(run: Run) -> object:
    """Frames of each window that were read, as the record has them."""
    return run.inputs.get("frames") or run.data.prepare.get("frames")


def true_classes(result: Result) -> list[str] | None:
    """The true class of each test sequence, read off its name; ``None`` where names are not GRAB's.

    GRAB's names say object and motion, so an id tells what should have been answered.
    """
    field, sizes = TASKS[result.task].classifies, result.run.data.prepare.get("sizes", "apart")
    if CATALOGUE in result.run.data.prepare:  # names that look like GRAB's may mean something else
        return None
    found = []
    for each in result.per_sequence.ids:
        try:
            label = getattr(parse_name(*each.split("/", 1)), field or "", None)
        # a data root with names of its own
        except (InputError, TypeError):
            label = None
        if label is None:
            return None
        found.append(object_class(label, sizes))  # what is no object with sizes stays as it is
    return found


def other_unit(results: Mapping[str, Result]) -> list[str]:
    """Results whose error on the test people is far from that on the validation people, as metres from centimetres."""
    found = []
    for name, result in results.items():
        task, seen = TASKS[result.task], result.run.validation[result.task]
        score = result.metrics.get(task.primary, seen)
        # of errors alone: an accuracy of nothing is possible, and an oracle has no error in either
        if not task.higher_is_better and max(score, seen) > FAR * max(min(score, seen), NEAR):
            found.append(f"{name}: {task.primary} is {score:.4g}, on validation {seen:.4g}: is it in metres?")
    return found
