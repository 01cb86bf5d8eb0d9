"""How alike two layers see the same recordings: linear CKA and representational similarity analysis."""

import numpy as np
from numpy.typing import NDArray

from deepgrasp.errors import InputError

Floats = NDArray[np.floating]
FEWEST = 4  # recordings: the unbiased estimate divides by n (n - 3)


def gram(features: Floats) -> NDArray[np.float64]:
    """Products ``[n, n]`` of recordings' activations ``[n, D]``, centred over the recordings: a linear kernel."""
    # double: the unbiased estimate is a small difference of large sums
    x = np.asarray(features, np.float64)
    x = x - x.mean(0)
    return np.asarray(x @ x.T)


def cka(one: Floats, other: Floats, *, unbiased: bool = True) -> float:
    """Linear CKA of two layers from their :func:`gram` matrices ``[n, n]`` of the same recordings.

    ``CKA = HSIC(K, L) / sqrt(HSIC(K, K) HSIC(L, L))`` (Kornblith et al. 2019). 1: the same but for a rotation and
    a scale; 0: nothing in common. With few recordings and many units the plain estimate nears 1 whatever the layers
    hold; the unbiased one has mean 0 for independent layers, and can be below 0 (Song et al. 2012; Nguyen et al. 2021).

    Returns:
        NaN if a layer gives the same for all recordings.

    Raises:
        InputError: fewer than four recordings, or other ones.
    """
    if one.shape != other.shape or len(one) < FEWEST:
        problem = f"matrices of {len(one)} and {len(other)} recordings"
        raise InputError("CKA", problem, f"give two of the same {FEWEST} recordings or more")
    hsic = _unbiased if unbiased else _plain
    # unbiased, a layer's likeness to itself can be 0 or below by chance: then there is no ratio
    own = hsic(one, one) * hsic(other, other)
    return hsic(one, other) / own**0.5 if own > 0 else float("nan")


def _plain(one: Floats, other: Floats) -> float:
    # of centred matrices; the factor 1 / (n - 1)^2 cancels
    return float((one * other).sum())


def _unbiased(one: Floats, other: Floats) -> float:
    """HSIC without bias, times ``n (n - 3)``; kernels may be centred or not, as ones are taken out here."""
    count = len(one)
    # without the diagonal: products of a recording with itself are what biases the plain estimate
    k, m = (np.where(np.eye(count, dtype=bool), 0, each) for each in (one, other))
    row = float(k.sum(0) @ m.sum(0))
    return float((k * m).sum() + k.sum() * m.sum() / ((count - 1) * (count - 2)) - 2 / (count - 2) * row)


def rdm(features: Floats) -> NDArray[np.float64]:
    """Dissimilarities ``[n, n]`` of recordings: 1 minus the correlation of their activations ``[n, D]`` over units.

    Kriegeskorte et al. 2008. A recording whose units are all equal has no correlation: it is 1 away from all others.
    """
    x = np.asarray(features, np.float64)
    x = x - x.mean(1, keepdims=True)  # over units, as a correlation has it
    length = np.sqrt(np.square(x).sum(1, keepdims=True))
    x = x / np.where(length > 0, length, 1)
    found = 1 - x @ x.T
    np.fill_diagonal(found, 0)  # one without any variation would be 1 from itself
    return np.asarray(np.clip(found, 0, 2))


def rsa(one: Floats, other: Floats) -> float:
    """Spearman's correlation of the dissimilarities above the diagonals of two :func:`rdm` matrices ``[n, n]``.

    Returns:
        NaN if all dissimilarities of one are equal.

    Raises:
        InputError: fewer than four recordings, or other ones.
    """
    if one.shape != other.shape or len(one) < FEWEST:
        problem = f"matrices of {len(one)} and {len(other)} recordings"
        raise InputError("RSA", problem, f"give two of the same {FEWEST} recordings or more")
    return correlation(ranks(one), ranks(other))


def ranks(matrix: Floats) -> NDArray[np.float64]:
    """Ranks ``[n (n - 1) / 2]`` of what stands above the diagonal, centred and of length 1; zeros if all are equal."""
    from scipy.stats import rankdata

    found = rankdata(matrix[np.triu_indices(len(matrix), 1)])  # each pair once
    # here, once a layer: the correlation of any two is then one product
    found = found - found.mean()
    length = float(np.sqrt(np.square(found).sum()))
    return np.asarray(found / length if length > 0 else np.zeros_like(found))


def correlation(one: Floats, other: Floats) -> float:
    """Correlation of two vectors ``[K]``, centred and of length 1: their product; NaN if one of them is zero."""
    return float(one @ other) if one.any() and other.any() else float("nan")
