"""Columns, scores, trivial answer and example of the tasks that ask for a class."""

from collections.abc import Iterable

import numpy as np

from deepgrasp.tasks.scores import Floats, Ints, classification
from deepgrasp.tasks.targets import Array, ClassTarget
from deepgrasp.tasks.task import Example, Metric

ACCURACY = Metric("accuracy", "accuracy", "fraction", True)
TOP5 = Metric("top5_accuracy", "top-5 accuracy", "fraction", True)
# GRAB's classes are uneven (580 recordings of use, 67 of offhand): accuracy flatters whoever answers the largest
AGREEMENT = (
    Metric("balanced_accuracy", "balanced accuracy", "fraction", True),
    Metric("macro_f1", "macro-F1", "fraction", True),
    Metric("mcc", "MCC", "", True),
    Metric("kappa", "kappa", "", True),
)


def confusion(logits: Array, target: ClassTarget) -> Ints:
    """Confusion matrix ``[C, C]`` of logits ``[N, C]``: row = true class, column = predicted class."""
    return classification.confusion_matrix(logits.argmax(axis=1), target.labels, len(target.classes))


def class_scores(logits: Array, target: ClassTarget) -> dict[str, float]:
    """Accuracy, balanced accuracy, macro-F1, MCC and kappa of logits ``[N, C]``."""
    return scores_of_counts(confusion(logits, target))


def scores_of_counts(counts: Ints) -> dict[str, float]:
    """Accuracy, balanced accuracy, macro-F1, MCC and kappa of a confusion matrix ``[C, C]``; row = true class."""
    # all five follow from the counts: absent classes are rows of zeros, and no score fails on them
    return {
        "accuracy": classification.accuracy(counts),
        "balanced_accuracy": classification.balanced_accuracy(counts),
        "macro_f1": classification.macro_f1(counts),
        "mcc": classification.mcc(counts),
        "kappa": classification.kappa(counts),
    }


def correct(logits: Array, target: ClassTarget) -> Floats:
    """1 or 0 for each sequence ``[N]``: whether the largest logit is that of the true class."""
    # of equal logits the first counts, as in top-5: an answer that is the same for all classes gains nothing
    return np.asarray(logits.argmax(axis=1) == target.labels, float)


def log_frequencies(train: Iterable[ClassTarget]) -> Floats:
    """The trivial answer, logits ``[C]``: logarithms of the frequencies of the classes in training.

    The majority class comes first, and top-5 holds the five most frequent.
    """
    # one is added to each count so that a class without training samples stays finite
    counts = 1.0 + np.sum([np.bincount(block.labels, minlength=len(block.classes)) for block in train], axis=0)
    return np.log(counts / counts.sum())  # a softmax of these gives the shares back


def example() -> Example:
    """A right and a wrong answer for six classes: top-5 accuracy would forgive anything among five."""
    sure = np.eye(6)
    return Example(sure, -sure, ClassTarget(np.arange(6), tuple("abcdef")))
