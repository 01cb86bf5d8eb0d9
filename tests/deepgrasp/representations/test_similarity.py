"""CKA and RSA by cases that are known: the same, turned, independent, and by hand."""

import numpy as np
import pytest

from deepgrasp.errors import InputError
from deepgrasp.representations.similarity import cka, gram, rdm, rsa

RNG = np.random.default_rng(1)
X = RNG.normal(size=(30, 40))
TURN = np.linalg.qr(RNG.normal(size=(40, 40)))[0]


@pytest.mark.parametrize("unbiased", [True, False])
def test_a_layer_is_like_itself_turned_moved_and_scaled(unbiased):
    assert cka(gram(X), gram(X), unbiased=unbiased) == pytest.approx(1)
    assert cka(gram(X), gram(3 * X @ TURN + 7), unbiased=unbiased) == pytest.approx(1)


def test_independent_layers_have_nothing_in_common_without_bias():
    pairs = [(gram(RNG.normal(size=(20, 200))), gram(RNG.normal(size=(20, 200)))) for _ in range(40)]
    assert abs(np.mean([cka(*pair) for pair in pairs])) < 0.02
    assert np.mean([cka(*pair, unbiased=False) for pair in pairs]) > 0.8  # what the bias does


def test_cka_by_hand():
    # two units that do not covary over four recordings, and their sum
    one, other = np.array([[1.0, 1, -1, -1]]).T, np.array([[1.0, -1, 1, -1]]).T
    assert cka(gram(one), gram(other), unbiased=False) == pytest.approx(0)
    both = np.hstack([one, other])
    assert cka(gram(one), gram(both), unbiased=False) == pytest.approx(0.5**0.5)
    # the unbiased one by its definition: a mean over all draws of different recordings
    k, m, places = one @ one.T, both @ both.T, range(4)

    def hsic(a, b):
        draws = [(i, j, q, r) for i in places for j in places for q in places for r in places if len({i, j, q, r}) == 4]
        return np.mean([a[i, j] * b[i, j] + a[i, j] * b[q, r] - 2 * a[i, j] * b[i, q] for i, j, q, r in draws])

    own = hsic(k, k) * hsic(m, m)
    assert cka(gram(one), gram(both)) == pytest.approx(hsic(k, m) / own**0.5)


def test_dissimilarities_by_hand():
    same, opposite, none = [1.0, 2, 3], [3.0, 2, 1], [1.0, -2, 1]
    np.testing.assert_allclose(rdm(np.array([same, opposite, none])), [[0, 2, 1], [2, 0, 1], [1, 1, 0]], atol=1e-12)
    assert rdm(np.array([same, [5.0, 5, 5]]))[0, 1] == 1


def test_rsa_is_spearmans():
    from scipy.stats import spearmanr

    one, other = rdm(X), rdm(X + RNG.normal(size=X.shape))
    above = np.triu_indices(30, 1)
    assert rsa(one, other) == pytest.approx(spearmanr(one[above], other[above])[0])
    assert rsa(one, rdm(5 * X)) == pytest.approx(1)
    assert rsa(one, 2 - one) == pytest.approx(-1)
    assert np.isnan(rsa(one, np.ones((30, 30))))


def test_what_cannot_be_compared_is_said():
    with pytest.raises(InputError, match="3 and 3 recordings"):
        cka(gram(X[:3]), gram(X[:3]))
    with pytest.raises(InputError, match="30 and 29 recordings"):
        rsa(rdm(X), rdm(X[1:]))
    assert np.isnan(cka(gram(X), gram(X * 0)))
