"""Rows against each other: which may be the best (Hsu 1981), how far each pair is apart, and what could be told apart.

A row may be the best unless another one beats it by more than chance would the truly best row's rivals: 95 % of boards
keep the truly best row. That asks one question of each row (is it the best?) and no more, so it is far sharper than to
correct for all pairs. The constrained intervals of Hsu and the subset of Gupta 1965 give this same set.

The error of a difference is half of the pair's own and half of all pairs'. Its own alone has four degrees of freedom
with five blocks, and loses the best of twelve rows in 9 %; that of all pairs is sharp, but where rows differ in spread
it loses the best in up to 17 %. The half-and-half keeps 5 %, and 8 % with spreads of 1 to 3 (``make coverage``).
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepgrasp.intervals import LEVEL

POWER = 0.80
# Dunnett's value is of one common error. Here each pair has half an error of its own, and the largest of many ratios is
# a little larger: with 0.95, 5.2 % of boards of twelve rows and 20 blocks lost the best one; with this, 5.0 %.
_KEPT = 0.952
_NODES = 64, 500  # of the two integrals: more of them move no critical value by 0.001

Floats = NDArray[np.float64]


class Comparisons(NamedTuple):
    """All pairs of ``R`` rows: mean difference (row minus column) and its standard error ``[..., R, R]``."""

    differences: Floats
    errors: Floats
    freedom: float


def compare(means: Floats) -> Comparisons:
    """Every pair of rows from their means ``[..., R, B]`` over the same two or more blocks; one board or many.

    The two halves of the variance have ``B - 1`` and ``(R - 1)(B - 1)`` degrees of freedom, and the covariance of one
    pair's variance with the mean of all is the variance of that mean. So their average has, by Satterthwaite,
    ``4 (R - 1) / (R + 2)`` times ``B - 1``: for two rows the paired t test, for twelve three times as many.
    """
    rows, count = means.shape[-2:]
    apart = means[..., :, None, :] - means[..., None, :, :]  # [..., R, R, B]
    own = apart.var(axis=-1, ddof=1)  # [..., R, R]
    # the diagonal is no pair; a row alone has none
    pooled = own.sum(axis=(-2, -1), keepdims=True) / max(rows * (rows - 1), 1)
    errors = np.sqrt((own + pooled) / 2 / count) * (1 - np.eye(rows))
    return Comparisons(apart.mean(axis=-1), errors, 4 * (count - 1) * max(rows - 1, 1) / (rows + 2))


@lru_cache
def critical(rivals: int, freedom: float, level: float = LEVEL) -> float:
    """The bound that the largest of ``rivals`` t values, correlated by 1/2, keeps with probability ``level``.

    That is Dunnett's one-sided critical value (1955), from ``P = E[Phi(z + sqrt(2) d s)^rivals]`` over normal ``z`` and
    ``s^2 = chi^2(freedom) / freedom``. ``scipy.stats`` integrates it with random numbers, which would move the board.
    """
    from scipy.optimize import brentq
    from scipy.special import ndtr

    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES[0])
    scales = scale_quantiles(freedom, _NODES[1])

    def covered(bound: float) -> float:
        inside = ndtr(nodes[:, None] + 2**0.5 * bound * scales) ** rivals  # [nodes, scales]
        return float(weights @ inside.mean(axis=1) / weights.sum())

    return float(brentq(lambda bound: covered(bound) - level, 0, 1000))


def scale_quantiles(freedom: float, count: int) -> Floats:
    """Equally likely values ``[count]`` of an estimated standard deviation whose true value is 1."""
    from scipy.special import chdtri

    middles = (np.arange(count) + 0.5) / count
    return np.asarray(np.sqrt(chdtri(freedom, 1 - middles) / freedom))


def may_be_best(means: Floats) -> NDArray[np.bool_]:
    """Whether each row of ``[..., R, B]``, larger being better, is in the confidence set of ``LEVEL`` for the best."""
    rivals = means.shape[-2] - 1
    found = compare(means)
    bound = (critical(rivals, found.freedom, _KEPT) if rivals else 0.0) * found.errors
    # rows that are equal to the last digit but one are equal
    return np.asarray(np.all(found.differences >= -bound - 1e-12, axis=-1))


def resolved(found: Comparisons) -> float | None:
    """The smallest true difference that one planned comparison finds with ``POWER``; None for a row alone.

    It is of a pair of average error, tested on two sides at ``1 - LEVEL``.
    """
    rows = len(found.errors)
    if rows < 2:
        return None
    from scipy.special import nctdtrinc, stdtrit

    error = float(np.sqrt((found.errors**2).sum() / (rows * (rows - 1))))
    bound = stdtrit(found.freedom, (1 + LEVEL) / 2)
    return error * float(nctdtrinc(found.freedom, 1 - POWER, bound))
