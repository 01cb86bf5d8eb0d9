"""The record of a task: its target, scores, board columns, loss, trivial answer, and how people are told of it."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from deepgrasp.errors import InputError
from deepgrasp.tasks.scores import Floats
from deepgrasp.tasks.targets import Array, Target, TargetStore

Loss = Literal["cross_entropy", "joint_distance", "point_distance"]
"""Kinds of losses; ``deepgrasp/network/losses.py`` says what each is."""


@dataclass(frozen=True)
class Metric:
    """A column of the board: key, label, unit, direction; a ``fraction`` is stored as 0..1 and shown in per cent.

    Attributes:
        may_move: how far the value of one cell, and the mean over three trainings or more, may move when they are
            trained anew; None: as far as others of its unit.
        of_a_frame: of a share of answers that are right or wrong, how many of these a frame has; None of anything else.
    """

    key: str
    label: str
    unit: Literal["fraction", "", "cm", "deg"]
    higher_is_better: bool
    may_move: tuple[float, float] | None = None
    of_a_frame: int | None = None

    @property
    def title(self) -> str:
        """Label and unit, such as ``MSSD, cm``; of a fraction, which is shown in more than one way, the label alone."""
        return self.label if self.unit in ("", "fraction") else f"{self.label}, {self.unit}"


@dataclass(frozen=True)
class Example:
    """A right and a wrong answer to one target: in every column the right one must come out better."""

    right: Array
    wrong: Array
    target: Target


@dataclass(frozen=True)
class Task:
    """One task of the benchmark. A file of this folder that defines ``TASK`` is one; nothing else names it.

    Attributes:
        place: tasks stand on the board in the order of these numbers.
        predicts: what is asked, as a phrase for people.
        holds: what an array of predictions holds, for those who hand one in.
        classifies: the field of a sequence's record whose values are the classes; None of a regression. A split that
            holds these values out cannot ask the task: an object that was never seen has no class.
        loss: the kind of loss that it is trained with.
        board: the board's columns, the primary one first.
        read: the target of some rows of the store; ``hands`` (right, left, both) says which are seen.
        measure: every metric of a prediction. Of a regression each is a mean over the sequences, so that a test part
            that is larger than memory can be measured in blocks; of classes it may be anything.
        each: the primary metric of every sequence, ``[N]``, whose mean is the primary metric: what intervals and paired
            comparisons are made of, and alone cheap enough for every validation.
        constant: one answer for all, made of the training targets (shares, means), without the axis of sequences; they
            come in blocks of sequences, as all of them may be larger than memory.
        example: to check the columns' directions by.
        never_above: pairs of metrics, of which the first is never larger than the second, whatever is predicted.
        joints: those whose errors a score holds besides, under :func:`joint_key`, by hands; None if it has none.
    """

    # a record of functions and no base class: the file of a task reads from top to bottom, and nothing is inherited
    name: str
    place: int
    predicts: str
    holds: str
    classifies: str | None
    loss: Loss
    board: tuple[Metric, ...]
    read: Callable[[TargetStore, Any, str], Target]
    measure: Callable[[Array, Any], dict[str, float]]
    each: Callable[[Array, Any], Floats]
    constant: Callable[[Iterable[Any]], Floats]
    example: Callable[[], Example]
    never_above: tuple[tuple[Metric, Metric], ...] = ()
    joints: Callable[[str], tuple[str, ...]] | None = None

    @property
    def metrics(self) -> tuple[str, ...]:
        """Keys of the board's columns, in their order."""
        return tuple(column.key for column in self.board)

    @property
    def primary(self) -> str:
        """Key of the metric by which the task's rows are ranked, such as ``accuracy``."""
        return self.board[0].key

    @property
    def higher_is_better(self) -> bool:
        """Whether a larger primary metric is a better one."""
        return self.board[0].higher_is_better

    def columns(self, scores: Container[str]) -> tuple[str, ...]:
        """Keys of the board's metrics that these scores have, in the order of the board."""
        # a score of one hand lacks the joints of the other
        return tuple(key for key in self.metrics if key in scores)

    def keys(self, hands: str) -> set[str]:
        """Keys that a score holds for these hands."""
        # the board shows some joints only: scores hold those of the hands that were asked for
        if self.joints is None:
            return set(self.metrics)
        return {self.primary, *map(joint_key, self.joints(hands))}

    def trivial(self, train: Target, count: int) -> NDArray[np.float32]:
        """The constant answer for each of ``count`` sequences, in the shape of a prediction; no input is needed."""
        return self.repeated(self.constant([train]), count)

    def repeated(self, constant: Floats, count: int) -> NDArray[np.float32]:
        """A constant answer for each of ``count`` sequences."""
        # single precision like the predictions of a network, so that both are scored alike
        answer = constant.astype(np.float32)
        # a copy: a broadcast view is read-only, and every sequence of it is the same memory
        return np.broadcast_to(answer, (count, *answer.shape)).copy()

    def score(self, prediction: Array, target: Target) -> dict[str, float]:
        """Every metric of the task for a prediction of the target's ``prediction_shape``.

        Raises:
            InputError: the prediction has the wrong shape, or numbers that are not finite.
        """
        self.check(prediction, target)
        return self.measure(prediction, target)

    def rank(self, prediction: Array, target: Target) -> float:
        """The primary metric, equal to that of :meth:`score`; raises as it does."""
        self.check(prediction, target)
        # every validation asks for this: the other metrics, ADD-S among them, cost as much again
        return float(self.each(prediction, target).mean())

    def check(self, prediction: Array, target: Target) -> None:
        """Check that a prediction can be scored.

        Raises:
            InputError: nothing to predict, wrong shape, or numbers that are not finite.
        """
        where, expected = f"prediction of {self.name}", target.prediction_shape
        if expected[0] == 0:
            raise InputError(where, "the target has no sequences", "choose a split that is not empty")
        # Exactly: numpy would broadcast [1, T, 9] or [N, 1, 9] over all, and score it without a word.
        if prediction.shape != expected:
            remedy = f"give {self.holds}, for every sequence once, in order"
            raise InputError(where, f"shape {prediction.shape}, not {expected}", remedy)
        # NaN is no error to numpy: argmax takes it for the largest, and a diverged network would get some accuracy
        if not (np.issubdtype(prediction.dtype, np.floating) and np.isfinite(prediction).all()):
            raise InputError(where, "holds something that is not a finite number", "look for a diverged training")

    def skill(self, value: float, reference: float) -> float:
        """How much of the way from the trivial predictor's primary metric (0) to perfection (1) a value has gone."""
        # an accuracy ends at 1, an error at 0
        perfect = 1.0 if self.higher_is_better else 0.0
        return (value - reference) / (perfect - reference)


def joint_key(joint: str) -> str:
    """The key of a joint's error, such as ``joint_right_wrist_cm``."""
    return f"joint_{joint}_cm"
