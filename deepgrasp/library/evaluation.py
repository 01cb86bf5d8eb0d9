"""Scores of predictions as the board gives them: metrics, each person's mean, an interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.errors import InputError, did_you_mean
from deepgrasp.intervals import LEVEL, Key, block_means, blocks, interval, subject_means
from deepgrasp.tasks import TASKS, metric

if TYPE_CHECKING:  # a part of a fold needs torch; scores do not
    from deepgrasp.library.parts import PartDataset

_DIGITS = 6  # of a sequence's score, as the referee writes it down: intervals are the same to the last digit


@dataclass(frozen=True)
class Evaluation:
    """Scores of predictions of one task: metrics, means of people and blocks, and the interval of their mean.

    Attributes:
        metrics: every metric of the task by its key, the mean over the trainings; fractions are 0 to 1.
        people: mean primary metric of every person tested.
        blocks: mean primary metric of every block: a training with the people it is tested on (``docs/board.md``).
        mean: of the blocks; this ranks on the board.
        low: and ``high``, bounds of its 95 % interval, by Student's t over the blocks. ``None`` for one block: one
            training says nothing of how another one would go.
        sequences: primary metric of every sequence, for each training ``{id: value}``.
    """

    task: str
    metrics: Mapping[str, float]
    people: Mapping[str, float]
    blocks: Mapping[str, float]
    mean: float
    low: float | None
    high: float | None
    sequences: tuple[Mapping[str, float], ...]

    def __str__(self) -> str:
        primary = metric(TASKS[self.task].primary)
        head = f"{self.task}: {primary.label} {_shown(primary.key, self.mean)}"
        if self.low is None or self.high is None:
            head += " (one block of people: no interval; give the predictions of several folds as lists)"
        else:
            low, high = _shown(primary.key, self.low), _shown(primary.key, self.high)
            head += f", {100 * LEVEL:.0f} % interval {low} to {high} over {len(self.blocks)} blocks"
        rows = [f"  {metric(key).label}: {_shown(key, value)}" for key, value in self.metrics.items()]
        each = ", ".join(f"{name} {_shown(primary.key, value)}" for name, value in self.people.items())
        return "\n".join([head, *rows, f"  by person: {each}"])


def evaluate(predictions: Any, test: "PartDataset | Sequence[PartDataset]", *, task: str) -> Evaluation:
    """Every metric of the board for predictions of a test part, with each person's mean, and an interval.

    Args:
        predictions: numbers in the shape that the task asks for (logits ``[N, C]``, positions ``[N, T, J, 3]`` in
            metres, poses ``[N, T, 9]``), an array or a tensor, in the order of the part; of several trainings a list.
        test: the part that they answer, or a list of as many; the same fold twice is two seeds on it.
        task: ``object``, ``action``, ``body`` or ``pose``.

    Raises:
        InputError: unknown task, or predictions that do not fit the part or are no finite numbers.
    """
    if task not in TASKS:
        raise InputError(f"task {task!r}", "is unknown", did_you_mean(task, TASKS))
    single = hasattr(test, "store")  # its class would have to be imported, and needs torch
    parts: list[PartDataset] = [test] if single else list(test)  # type: ignore[list-item,arg-type]
    answers = [predictions] if single else list(predictions)
    if len(parts) != len(answers) or not parts:
        problem = f"are {len(answers)}, for {len(parts)} parts"
        raise InputError("predictions", problem, "give a list of as many as there are parts")
    found: list[Mapping[str, float]] = []
    sequences: list[Mapping[str, float]] = []
    scores: dict[Key, float] = {}
    for number, (answer, part) in enumerate(zip(answers, parts, strict=True)):
        before = zip(answers[:number], parts[:number], strict=True)
        if any(part is other and np.array_equal(as_array(answer), as_array(same)) for same, other in before):
            raise InputError("predictions", f"number {number + 1} is one that came before", "give each training once")
        if task not in part.tasks:
            problem = f"cannot be tested on the split by {part.split}"
            raise InputError(f"task {task!r}", problem, f"choose from {', '.join(part.tasks)}")
        target, array = part.target(task), as_array(answer)
        # it checks form and numbers: what does not fit ends here
        found.append(TASKS[task].score(array, target))
        each = np.round(TASKS[task].each(array, target).astype(float), _DIGITS).tolist()
        sequences.append(dict(zip(part.sequences, each, strict=True)))
        scores |= {
            # the place in the list is the training: one fold twice is two trainings on it
            (subject, number, name): value
            for subject, (name, value) in zip(part.subjects, sequences[-1].items(), strict=True)
        }
    means = block_means(scores, blocks(scores))
    among = interval([*means.values()])
    # an interval of t is symmetric and may reach where no score can lie: it is cut there, as on the board
    highest = 1.0 if metric(TASKS[task].primary).unit == "fraction" else float("inf")
    return Evaluation(
        task=task,
        metrics={key: fmean(each[key] for each in found) for key in found[0]},
        people=subject_means(scores),
        blocks=means,
        mean=fmean(means.values()),
        low=None if among is None else max(0.0, among.low),
        high=None if among is None else min(highest, among.high),
        sequences=tuple(sequences),
    )


def as_array(answer: Any) -> NDArray[np.float32]:
    """Predictions ``[...]`` in single precision, as in a file that is handed in: float64 could score otherwise."""
    # a tensor: detached from its graph and on the CPU, without asking whether torch is there
    if hasattr(answer, "detach"):
        answer = answer.detach().cpu().numpy()
    return np.asarray(answer, np.float32)


def _shown(key: str, value: float) -> str:
    """A value as tables show it: fractions in per cent."""
    unit = metric(key).unit
    return f"{100 * value:.1f} %" if unit == "fraction" else f"{value:.2f} {unit}".rstrip()
