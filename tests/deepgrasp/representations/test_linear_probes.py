"""Probes recover what is there, find nothing in noise, and never see the person whom they are scored on."""

import numpy as np
import pytest

from deepgrasp.errors import InputError
from deepgrasp.representations.linear_probes import (
    PENALTIES,
    explained,
    most_frequent,
    predictions,
    probe_classes,
    probe_numbers,
    splits,
)

RNG = np.random.default_rng(0)
PEOPLE = [f"s{k // 60}" for k in range(240)]
X = RNG.normal(size=(240, 10))
WIDE = X @ RNG.normal(size=(10, 500))  # more units than rows


@pytest.mark.parametrize("features", [X, WIDE], ids=["narrow", "wide"])
def test_the_inputs_themselves_are_recovered(features):
    found = probe_numbers(features, {"inputs": X}, PEOPLE, ["s0", "s3"])["inputs"]
    assert list(found) == ["s0", "s3"]
    assert min(found.values()) > 0.9999


def test_noise_holds_nothing():
    found = probe_numbers(RNG.normal(size=(240, 500)), {"inputs": X}, PEOPLE, ["s0", "s3"])["inputs"]
    assert max(map(abs, found.values())) < 0.1


def test_classes_are_recovered_and_shuffled_ones_are_not():
    labels = X[:, :3].argmax(1)
    shuffled = RNG.permutation(labels)
    found = probe_classes(X, {"true": labels, "shuffled": shuffled}, PEOPLE, ["s1", "s2"])
    assert min(found["true"].values()) > 0.85
    chance = most_frequent(shuffled, PEOPLE, ["s1", "s2"])
    assert all(found["shuffled"][name] < chance[name] + 0.12 for name in chance)


def test_it_is_ridge_regression_with_the_penalty_that_leaving_people_out_chooses():
    y = X @ RNG.normal(size=(10, 2)) + RNG.normal(size=(240, 2)) * 3
    (split,) = splits(PEOPLE, ["s2"])
    x, fitted = X[split.fit], y[split.fit]
    scale = np.square(x - x.mean(0)).sum() / len(x)

    def ridge(rows, penalty, at):
        """By the normal equations, fitted anew for each call."""
        a, b = x[rows] - x[rows].mean(0), fitted[rows] - fitted[rows].mean(0)
        return fitted[rows].mean(0) + (at - x[rows].mean(0)) @ np.linalg.solve(a.T @ a + penalty * np.eye(10), a.T @ b)

    def left_out(penalty):
        groups = [split.groups == group for group in np.unique(split.groups)]
        return sum(np.square(fitted[rows] - ridge(~rows, penalty, x[rows])).sum() for rows in groups)

    best = min((scale * each for each in PENALTIES), key=left_out)
    expected = ridge(np.ones(len(x), bool), best, X[split.test])
    np.testing.assert_allclose(predictions(X, {"y": y}, split)["y"], expected, rtol=1e-6)


def test_a_person_is_never_fitted_and_scored():
    for split in splits(PEOPLE, ["s0", "s1"]):
        assert {PEOPLE[row] for row in split.test} == {split.person}
        assert split.person not in {PEOPLE[row] for row in split.fit}
        assert len(split.groups) == len(split.fit)
    with pytest.raises(InputError, match="1 person alone"):
        list(splits(["s1"] * 4, ["s1"]))


def test_explained_variance_by_hand():
    truth = np.array([[0.0], [2.0]])
    assert explained(truth, truth) == 1
    assert explained(truth, np.array([[1.0], [1.0]])) == 0
    assert explained(truth, np.array([[0.0], [1.0]])) == 0.5
    assert np.isnan(explained(truth * 0, truth))
