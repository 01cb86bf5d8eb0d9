"""The simple models against answers known by hand."""

import numpy as np
import pytest

from deepgrasp.geometry.poses import Pose
from deepgrasp.references import simple
from deepgrasp.tasks.targets import BodyTarget, ClassTarget, PoseTarget

CLASSES = ClassTarget(np.array([0, 0, 2]), ("a", "b", "c"))
KNOWN = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 3.0]])
ASKED = np.array([[0.0, 2.0], [3.0, 0.0]])


def body(*values):
    return BodyTarget(np.float32(values)[:, None, None, None] * np.float32([1, 2, 3]), ("wrist",))  # [N, 1, 1, 3]


def test_pooled_is_mean_and_spread_over_frames():
    touch = np.float32([0, 1])[None, :, None, None]  # one sequence of two frames
    pose = np.float32([[3, 5], [7, 5]])[None, :, None, :]
    assert simple.pooled({"touch": touch, "pose": pose}).tolist() == [[5, 5, 0.5, 2, 0, 0.5]]


def test_standardised_by_the_training_rows():
    train, other = simple.standardised(np.array([[1.0, 7], [3, 7]]), np.array([[5.0, 9]]))
    assert train.tolist() == [[-1, 0], [1, 0]]
    assert other.tolist() == [[3, 0]]  # a column that training never saw change says nothing


def test_nearest_class_and_the_others_by_distance():
    logits = simple.nearest(CLASSES, KNOWN, ASKED)
    assert logits[:, [0, 2]].tolist() == pytest.approx(np.array([[-2, -1], [-1, -(18**0.5)]]))
    assert logits.dtype == np.float32
    assert (logits[:, 1] < logits.min(axis=0)[[0, 2]].min()).all()  # never seen


def test_nearest_answers_with_that_sequences_target():
    assert np.array_equal(simple.nearest(body(1, 2, 3), KNOWN, ASKED), body(3, 2).positions)
    rotation = np.tile(np.eye(3), (3, 1, 1, 1))
    pose = Pose(rotation, np.arange(9.0).reshape(3, 1, 3))
    target = PoseTarget(pose, np.zeros(3, int), np.zeros((1, 1, 3)), np.ones(1), np.zeros(1, bool))
    assert simple.nearest(target, KNOWN, ASKED)[:, 0].tolist() == [
        [6, 7, 8, 1, 0, 0, 0, 1, 0],
        [3, 4, 5, 1, 0, 0, 0, 1, 0],
    ]


def test_ridge_by_hand():
    known, asked = np.array([[-1.0], [1.0]]), np.array([[2.0]])
    # slope = sum(x y) / (sum(x^2) + strength) = 2 / (2 + 2) around the mean of 4
    found = simple.ridge(body(3, 5), known, asked, 2.0)
    assert found == pytest.approx(body(4 + 2 * 0.5).positions)
    assert simple.ridge(body(3, 5), known, asked, 1e-9) == pytest.approx(body(6).positions)


@pytest.mark.parametrize("labels", [[0, 0, 2, 2], [0, 1, 2, 2], [1, 1, 1, 1]])
def test_logistic_separates_and_ranks_unseen_classes_last(labels):
    known = np.array([[-2.0, 0], [-1, 1], [1, 0], [2, 1]])
    logits = simple.logistic(ClassTarget(np.array(labels), ("a", "b", "c")), known, known, 1e-3)
    assert logits.shape == (4, 3)
    assert logits.argmax(axis=1).tolist() == labels
    unseen = [label for label in range(3) if label not in labels]
    seen = [label for label in range(3) if label in labels]
    assert all((logits[:, [label]] < logits[:, seen]).all() for label in unseen)


def test_logistic_of_two_classes_is_half_the_log_odds_each():
    target = ClassTarget(np.array([0, 1]), ("a", "b"))
    logits = simple.logistic(target, np.array([[-1.0], [1.0]]), np.array([[0.0], [1.0]]), 1.0)
    assert logits[0].tolist() == pytest.approx([0, 0], abs=1e-6)
    # w minimises w^2 / 2 + 2 log(1 + exp(-w)): w = 2 / (1 + e^w) = 0.674828
    assert logits[1, 1] - logits[1, 0] == pytest.approx(0.674828, abs=1e-3)
