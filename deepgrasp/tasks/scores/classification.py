"""Scores of classes: accuracy, top-5, balanced accuracy, macro-F1, MCC and kappa."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.tasks.scores import Floats, Ints


def confusion_matrix(predicted: ArrayLike, true: ArrayLike, classes: int) -> Ints:
    """Counts ``[classes, classes]``: row = true class, column = predicted class; an absent class is a row of zeros."""
    # each pair of classes is one number: bincount is faster than adding at pairs, and ours needs no scikit-learn
    flat = np.asarray(true, np.int64) * classes + np.asarray(predicted, np.int64)
    return np.bincount(flat, minlength=classes**2).reshape(classes, classes)


def accuracy(confusion: Ints) -> float:
    """Fraction of samples on the diagonal of the confusion matrix."""
    return float(np.trace(confusion) / confusion.sum())


def top5_accuracy(logits: NDArray[np.floating], true: Ints) -> float:
    """Fraction of samples ``[N, C]`` whose true class is among the five largest logits.

    Of equal logits the lower class index ranks first, as in ``argmax``: a constant prediction gains nothing.
    """
    # by rank and not by argsort, whose order of equal logits is left open
    own = np.take_along_axis(logits, true[:, None], axis=1)  # [N, 1]
    earlier = np.arange(logits.shape[1]) < true[:, None]
    rank = ((logits > own) | ((logits == own) & earlier)).sum(axis=1)
    return float((rank < 5).mean())


def balanced_accuracy(confusion: Ints) -> float:
    """Mean recall over the classes that occur in the target; the others have none and do not count."""
    # scikit-learn leaves absent classes out too, with a warning
    samples = confusion.sum(axis=1)
    present = samples > 0
    return float((np.diag(confusion)[present] / samples[present]).mean())


def macro_f1(confusion: Ints) -> float:
    """Mean F1 over the classes that occur in the target.

    A class that is predicted but does not occur has no F1 of its own; it costs the recall of the classes it stole from.
    """
    hits, true, predicted = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    present = true > 0
    # F1 = 2 TP / (2 TP + FP + FN), by the margins: never 0 / 0 where the class occurs
    return float((2 * hits[present] / (true + predicted)[present]).mean())


def mcc(confusion: Ints) -> float:
    """Matthews correlation for several classes (Gorodkin 2004, R_K): 1 perfect, 0 chance or a constant prediction."""
    true, predicted, total = _margins(confusion)
    # C s - sum_k t_k p_k over the root of (s^2 - sum t_k^2) (s^2 - sum p_k^2): by counts, without the K x K sums
    covariance = float(np.trace(confusion)) * total - float(true @ predicted)
    variances = (total**2 - float(true @ true)) * (total**2 - float(predicted @ predicted))
    return covariance / variances**0.5 if variances > 0 else 0.0


def kappa(confusion: Ints) -> float:
    """Cohen's kappa (1960): agreement beyond chance; 0 where chance alone already agrees on everything."""
    true, predicted, total = _margins(confusion)
    chance = float(true @ predicted) / total**2
    return (accuracy(confusion) - chance) / (1 - chance) if chance < 1 else 0.0


def _margins(confusion: Ints) -> tuple[Floats, Floats, float]:
    # as floats: the products of four counts overflow an int64 from 60,000 samples on
    return confusion.sum(axis=1).astype(float), confusion.sum(axis=0).astype(float), float(confusion.sum())
