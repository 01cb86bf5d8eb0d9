"""The linear models against answers known by hand."""

import numpy as np
import pytest

from deepgrasp.references import linear
from deepgrasp.tasks.body import BodyTarget
from deepgrasp.tasks.targets import ClassTarget


def body(*values):
    return BodyTarget(np.float32(values)[:, None, None, None] * np.float32([1, 2, 3]), ("wrist",))  # [N, 1, 1, 3]


def test_ridge_by_hand():
    known, asked = np.array([[[-1.0]], [[1.0]]]), np.array([[[2.0]]])  # [N, T, D]
    # slope = sum(x y) / (sum(x^2) + strength) = 2 / (2 + 2) around the mean of 4
    found = linear.ridge(body(3, 5), known, asked, 2.0)
    assert found == pytest.approx(body(4 + 2 * 0.5).positions)
    assert linear.ridge(body(3, 5), known, asked, 1e-9) == pytest.approx(body(6).positions)


@pytest.mark.parametrize("labels", [[0, 0, 2, 2], [0, 1, 2, 2], [1, 1, 1, 1]])
def test_logistic_separates_and_ranks_unseen_classes_last(labels):
    known = np.array([[-2.0, 0], [-1, 1], [1, 0], [2, 1]])
    logits = linear.logistic(ClassTarget(np.array(labels), ("a", "b", "c")), known, known, 1e-3)
    assert logits.shape == (4, 3)
    assert logits.argmax(axis=1).tolist() == labels
    unseen = [label for label in range(3) if label not in labels]
    seen = [label for label in range(3) if label in labels]
    assert all((logits[:, [label]] < logits[:, seen]).all() for label in unseen)


def test_logistic_of_two_classes_is_half_the_log_odds_each():
    target = ClassTarget(np.array([0, 1]), ("a", "b"))
    logits = linear.logistic(target, np.array([[-1.0], [1.0]]), np.array([[0.0], [1.0]]), 1.0)
    assert logits[0].tolist() == pytest.approx([0, 0], abs=1e-6)
    # w minimises w^2 / 2 + 2 log(1 + exp(-w)): w = 2 / (1 + e^w) = 0.674828
    assert logits[1, 1] - logits[1, 0] == pytest.approx(0.674828, abs=1e-3)
