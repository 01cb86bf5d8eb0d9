"""Linear probes: what a ridge regression reads from a layer, of people who took no part in its fit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepgrasp.errors import InputError

Floats = NDArray[np.floating]
PENALTIES = (1e-6, 1e-4, 1e-2, 1e-1, 1.0, 1e2)
"""Penalties that are tried, as multiples of the features' mean square over rows."""
_PARTS = 3  # of the rows of one person alone, where there is no other to choose a penalty by


@dataclass(frozen=True)
class Split:
    """Rows to fit on and rows of one other person to score.

    Attributes:
        person: who is scored.
        fit: rows of all others.
        test: rows of this person.
        groups: of each fitted row, its person: what the penalty is chosen by.
    """

    person: str
    fit: NDArray[np.int64]
    test: NDArray[np.int64]
    groups: NDArray[np.int64]


def splits(people: Sequence[str], scored: Sequence[str]) -> Iterator[Split]:
    """A split for each scored person, fitted on all other people.

    Args:
        people: whose each row is, ``[n]``.

    Raises:
        InputError: there are not two people.
    """
    of, names = np.asarray(people), list(dict.fromkeys(people))
    if len(names) < 2:
        raise InputError("probes", f"rows of {len(names)} person alone", "give recordings of two people or more")
    for person in scored:
        fit = np.flatnonzero(of != person)
        groups = np.array([names.index(name) for name in of[fit]])
        if len(names) == 2:
            # one behind the other, not at random: neighbours are frames of one recording, and would tell each other
            groups = np.arange(len(fit)) * _PARTS // len(fit)
        yield Split(person, fit, np.flatnonzero(of == person), groups)


def predictions(features: Floats, targets: Mapping[str, Floats], split: Split) -> dict[str, NDArray[np.float64]]:
    """What ridge regressions of the fitted rows predict of the test rows, ``[n_test, K]`` by target.

    ``y = b + W x`` with the ``W`` that makes ``|y - b - W x|^2 + p |W|^2`` smallest (Hoerl and Kennard 1970). Of each
    target, the penalty ``p`` is the one of :data:`PENALTIES` by which the fitted people are predicted best, each from
    the others.

    Args:
        features: ``[n, D]``.
        targets: ``[n, K]`` each.
    """
    # double: with the smallest penalty the kernel is nearly singular
    x = np.asarray(features, np.float64)
    # centred by the fitted rows alone: of the person who is scored nothing is known
    fitted = x[split.fit] - x[split.fit].mean(0)
    across = (x[split.test] - x[split.fit].mean(0)) @ fitted.T  # [n_test, n]
    values, vectors = _decomposed(fitted)
    # a penalty means the same for activations of any size; tiny: of a layer that never varies this would be 0
    scale = max(float(values.sum()) / len(fitted), np.finfo(float).tiny)
    asked = {name: np.asarray(each, np.float64)[split.fit] for name, each in targets.items()}
    means = {name: y.mean(0) for name, y in asked.items()}
    centred = np.concatenate([asked[name] - means[name] for name in asked], 1)  # [n, K of all targets]
    turned = vectors.T @ centred  # [r, K]
    # decomposed once: each penalty costs no more than a few products
    errors = np.stack(
        [left_out(centred, turned, vectors, values / (values + scale * p), split.groups) for p in PENALTIES]
    )
    found, first = {}, 0
    for name, mean in means.items():
        columns = slice(first, first + len(mean))
        first += len(mean)
        # one penalty for a fact, whose columns are scored together
        penalty = scale * PENALTIES[int(errors[:, columns].sum(1).argmin())]
        # by the kernel: W itself, which may have millions of numbers, is never made
        found[name] = mean + across @ (vectors @ (turned[:, columns] / (values + penalty)[:, None]))
    return found


def _decomposed(fitted: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Eigenvalues ``[r]`` above 0 of the kernel ``X X^T`` of rows ``[n, D]``, and their vectors ``[n, r]``.

    By the smaller of both products: layers wider than there are rows cost no more, and narrow ones much less.
    """
    count, units = fitted.shape
    values, vectors = np.linalg.eigh(fitted @ fitted.T if count <= units else fitted.T @ fitted)
    # centred rows have an eigenvalue of 0, which rounding moves a little
    known = values > 1e-12 * max(float(values[-1]), np.finfo(float).tiny)
    values, vectors = values[known], vectors[:, known]
    return values, vectors if count <= units else fitted @ vectors / np.sqrt(values)


def left_out(
    y: Floats, turned: Floats, vectors: Floats, shrunk: Floats, groups: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Squared error ``[K]`` when each group's rows are predicted from the other groups'; nothing is fitted anew.

    With the hat matrix ``H`` of all rows, the error of a group that is left out is ``(I - H_gg)^-1`` times its
    residual. The mean is a fitted number too: it adds ``1 / n`` to every entry of ``H``.

    Args:
        y: centred targets ``[n, K]``, and ``turned``: the same in the basis of the eigenvectors.
        vectors: eigenvectors of the centred kernel, ``[n, r]``.
        shrunk: ``value / (value + penalty)`` of each, ``[r]``.
        groups: of each row, ``[n]``.

    Returns:
        Infinity where a group alone decides its own values, which only a penalty that is too small allows.
    """
    residual = y - vectors @ (shrunk[:, None] * turned)  # [n, K]
    error = np.zeros(y.shape[1])
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        hat = (vectors[rows] * shrunk) @ vectors[rows].T + 1 / len(y)  # [n_g, n_g]
        try:
            error += np.square(np.linalg.solve(np.eye(len(rows)) - hat, residual[rows])).sum(0)
        except np.linalg.LinAlgError:
            return np.full(y.shape[1], np.inf)
    return error


def explained(truth: Floats, predicted: Floats) -> float:
    """``R2 = 1 - sum (y - f)^2 / sum (y - mean y)^2`` over all rows and columns ``[n, K]``; NaN if nothing varies.

    1 is perfect; 0 is as good as the person's own mean, which the probe does not know, so it can be below 0.
    """
    spread = float(np.square(truth - truth.mean(0)).sum())
    return 1 - float(np.square(truth - predicted).sum()) / spread if spread > 0 else float("nan")


def probe_numbers(
    features: Floats, targets: Mapping[str, Floats], people: Sequence[str], scored: Sequence[str]
) -> dict[str, dict[str, float]]:
    """``R2`` of each target by person, each predicted by probes that were fitted on the others.

    Args:
        features: ``[n, D]``, a row for each recording and frame.
        targets: ``[n, K]`` each.
        people: whose each row is.
        scored: people to score.

    Raises:
        InputError: there are not two people.
    """
    found: dict[str, dict[str, float]] = {name: {} for name in targets}
    for split in splits(people, scored):
        for name, answer in predictions(features, targets, split).items():
            found[name][split.person] = explained(np.asarray(targets[name], np.float64)[split.test], answer)
    return found


def probe_classes(
    features: Floats, labels: Mapping[str, NDArray[np.int64]], people: Sequence[str], scored: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Accuracy of a ridge classifier of each set of labels ``[n]`` by person, fitted on the others.

    A ridge regression of a column a class, 1 where a row is of this class and 0 elsewhere; the largest answer wins.

    Raises:
        InputError: there are not two people.
    """
    columns = {name: np.eye(int(each.max()) + 1)[each] for name, each in labels.items()}  # [n, classes]
    found: dict[str, dict[str, float]] = {name: {} for name in labels}
    for split in splits(people, scored):
        for name, answer in predictions(features, columns, split).items():
            found[name][split.person] = float((answer.argmax(1) == labels[name][split.test]).mean())
    return found


def most_frequent(labels: NDArray[np.int64], people: Sequence[str], scored: Sequence[str]) -> dict[str, float]:
    """Accuracy (0 to 1) by person of naming the class most frequent among the others, what chance reaches.

    Args:
        labels: ``[N]`` classes.
        people: of whom each of them is, ``N``.
        scored: people who are tested.
    """
    return {
        split.person: float((labels[split.test] == np.bincount(labels[split.fit]).argmax()).mean())
        for split in splits(people, scored)
    }
