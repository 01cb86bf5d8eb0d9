"""The constant predictors against answers known by hand."""

import numpy as np
import pytest

from deepgrasp.geometry import rotations
from deepgrasp.geometry.symmetries import NONE
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.body import BodyTarget
from deepgrasp.tasks.pose import PoseTarget
from deepgrasp.tasks.targets import ClassTarget


def about_z(degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def pose_target(*degrees):
    rotation = np.stack([about_z(angle) for angle in degrees])[:, None]  # [N, 1, 3, 3]
    translation = np.arange(len(degrees), dtype=np.float32)[:, None, None] * np.float32([1, 0, 0])
    cloud = np.float32([[[0.1, 0, 0], [-0.1, 0, 0]]])
    return PoseTarget(
        rotations.Pose(rotation, translation),
        np.zeros(len(degrees), int),
        cloud,
        np.float32([0.2]),
        (NONE,),
    )


def test_majority_class_first_then_the_next_frequent():
    train = ClassTarget(np.array([2, 2, 2, 0, 0, 3]), tuple("abcd"))
    logits = TASKS["object"].trivial(train, 3)
    assert logits.shape == (3, 4)
    assert np.argsort(-logits[0]).tolist() == [2, 0, 3, 1]
    assert np.exp(logits[0]) == pytest.approx([0.3, 0.1, 0.4, 0.2])


def test_majority_class_scores_its_frequency():
    target = ClassTarget(np.array([1, 1, 0, 3]), ("use", "pass", "lift", "offhand"))
    scores = TASKS["action"].score(TASKS["action"].trivial(target, 4), target)
    assert scores["accuracy"] == 0.5
    assert scores["balanced_accuracy"] == pytest.approx(1 / 3)
    assert scores["kappa"] == 0


def test_body_is_the_mean_of_each_frame_and_joint():
    positions = np.random.default_rng(0).normal(size=(5, 3, 2, 3)).astype(np.float32)
    prediction = TASKS["body"].trivial(BodyTarget(positions, ("a", "b")), 7)
    assert prediction.shape == (7, 3, 2, 3)
    assert prediction[6] == pytest.approx(positions.mean(axis=0), abs=1e-6)


def test_pose_is_between_the_poses():
    prediction = TASKS["pose"].trivial(pose_target(10, 50), 2)
    assert prediction.shape == (2, 1, 9)
    assert prediction[0, 0, :3].tolist() == [0.5, 0, 0]
    assert rotations.rotation_from_6d(prediction[1, 0, 3:]) == pytest.approx(about_z(30), abs=1e-6)


def test_mean_of_opposite_rotations_is_still_a_rotation():
    mean = rotations.mean_rotation([about_z(0), about_z(180)])
    assert mean @ mean.T == pytest.approx(np.eye(3))
    assert np.linalg.det(mean) == pytest.approx(1)


def test_predictions_are_ready_to_be_scored():
    target = pose_target(0, 90, 20)
    prediction = TASKS["pose"].trivial(target, 3)
    assert prediction.dtype == np.float32
    assert TASKS["pose"].score(prediction, target)["add_cm"] > 0
