"""The nearest neighbour against answers known by hand."""

import numpy as np
import pytest

from deepgrasp.geometry.rotations import Pose
from deepgrasp.geometry.symmetries import NONE
from deepgrasp.references.nearest import nearest
from deepgrasp.tasks.body import BodyTarget
from deepgrasp.tasks.pose import PoseTarget
from deepgrasp.tasks.targets import ClassTarget

CLASSES = ClassTarget(np.array([0, 0, 2]), ("a", "b", "c"))
KNOWN = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 3.0]])
ASKED = np.array([[0.0, 2.0], [3.0, 0.0]])


def body(*values):
    return BodyTarget(np.float32(values)[:, None, None, None] * np.float32([1, 2, 3]), ("wrist",))  # [N, 1, 1, 3]


def test_nearest_class_and_the_others_by_distance():
    logits = nearest(CLASSES, KNOWN, ASKED)
    assert logits[:, [0, 2]].tolist() == pytest.approx(np.array([[-2, -1], [-1, -(18**0.5)]]))
    assert logits.dtype == np.float32
    assert (logits[:, 1] < logits.min(axis=0)[[0, 2]].min()).all()  # never seen


def test_nearest_answers_with_that_sequences_target():
    assert np.array_equal(nearest(body(1, 2, 3), KNOWN, ASKED), body(3, 2).positions)
    rotation = np.tile(np.eye(3), (3, 1, 1, 1))
    pose = Pose(rotation, np.arange(9.0).reshape(3, 1, 3))
    target = PoseTarget(pose, np.zeros(3, int), np.zeros((1, 1, 3)), np.ones(1), (NONE,))
    assert nearest(target, KNOWN, ASKED)[:, 0].tolist() == [
        [6, 7, 8, 1, 0, 0, 0, 1, 0],
        [3, 4, 5, 1, 0, 0, 0, 1, 0],
    ]
