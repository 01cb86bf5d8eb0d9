"""How likely each row is the truly best one, and between which ranks it lies.

The model: recordings, people and trainings are drawn at random, recordings within people and people within trainings,
and each row meets each of them a little better or worse than the other rows do. With as many recordings a person, all
that this says of a row's mean is its spread over the trainings' blocks, so the blocks are enough. A row's true mean
then lies around the one that was measured, by a t distribution (no other prior): an integral over one normal variable
and one scale, hence the same digits at every call, where random draws would move them.
"""

from typing import NamedTuple

import numpy as np

from benchmark.board.comparisons import Floats, compare, scale_quantiles
from deepgrasp.intervals import LEVEL

_NODES, _SCALES = 121, 40  # 40 scales: a chance moves by less than 0.002 with 400


class Chance(NamedTuple):
    """Probability that a row is the best, and the first and last rank of its interval of ``LEVEL``; 1 is the best."""

    best: float
    first: int
    last: int


def chances(means: Floats) -> list[Chance]:
    """How likely each row of means ``[R, B]`` over two or more blocks is the best, and its ranks; larger is better."""
    rows = len(means)
    if rows == 1:
        return [Chance(1.0, 1, 1)]
    from scipy.special import ndtr

    found = compare(means)
    # a row's variance: half of its pairs' mean, for a pair has two rows' variances
    spread = np.sqrt((found.errors**2).sum(axis=1) / (rows - 1) / 2)
    centre = means.mean(axis=1)
    # rows without any spread, such as a single answer to all: exact ties share their chance
    spread = np.maximum(spread, 1e-9 * max(float(np.abs(centre).max()), 1e-9))
    # beyond six deviations lie two in a billion
    nodes = np.linspace(-6, 6, _NODES)
    weights = np.exp(-(nodes**2) / 2)
    # each scale is as likely
    weights /= weights.sum() * _SCALES
    ranks = np.zeros((rows, rows))  # [row, rank]
    # the true spread is the estimated one over such a value: together with the normal variable that makes t
    for scale in 1 / scale_quantiles(found.freedom, _SCALES):
        # the row at a node's place; each other row beats it with a probability of its own
        at = centre[:, None] + scale * spread[:, None] * nodes  # [R, N]
        beaten = ndtr((centre[:, None, None] - at) / (scale * spread)[:, None, None])  # [other, R, N]
        ranks += _ranks(beaten) @ weights
    total = ranks.cumsum(axis=1)  # [R, R]
    tail = (1 - LEVEL) / 2
    first, last = (total < tail).sum(axis=1) + 1, (total < 1 - tail).sum(axis=1) + 1
    return [
        Chance(float(best), int(low), int(min(high, rows)))
        for best, low, high in zip(ranks[:, 0], first, last, strict=True)
    ]


def _ranks(beaten: Floats) -> Floats:
    """Probability ``[R, rank, N]`` that so many others are better, from each other's ``[other, R, N]`` to be so."""
    rows, _, nodes = beaten.shape
    better = np.zeros((rows, rows, nodes))  # [R, rank, N]
    better[:, 0] = 1
    for other in range(rows):
        # one more rival, independent of those before: Poisson's binomial distribution by its recursion
        chance = beaten[other][:, None]  # [R, 1, N]
        chance[other] = 0  # nobody is a rival of its own
        better[:, 1:] = better[:, 1:] * (1 - chance) + better[:, :-1] * chance
        # last: what stands behind it was made from it as it was
        better[:, :1] *= 1 - chance
    return better
