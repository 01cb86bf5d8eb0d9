"""Oracles of how an object is held, against cases known by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from deepgrasp.geometry.hand_frames import hand_frame, placed
from deepgrasp.geometry.rotations import Pose, rotation_deg, rotation_matrix
from deepgrasp.geometry.symmetries import NONE, Symmetries
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.references import rigid_hold, wrist_object
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.pose import PoseTarget

BODY = np.random.default_rng(0).normal(size=(6, 4, 39, 3))
SQUARE = Symmetries(np.array([0, 0, 0.1]), rotation_matrix(np.outer(np.arange(4), [0, 0, np.pi / 2])), np.zeros(3), 0)
OBJECTS = np.array([0, 1, 0, 1, 0, 1])
# how each recording holds its object: the first always alike, the second by any of its four sides
HELD = Pose(
    rotation_matrix([[0, 0, 0.4]] * 6)[:, None] @ np.stack([SQUARE.turns[(k % 2) * k % 4] for k in range(6)])[:, None],
    np.tile([0.1, 0.0, 0.2], (6, 1, 1)),
)


@pytest.fixture
def fold():
    pose = placed(hand_frame(BODY, "right"), HELD)
    points, diameter = np.zeros((2, 1, 3), np.float32) + 0.05, np.ones(2, np.float32)
    target = PoseTarget(pose, OBJECTS, points, diameter, (NONE, SQUARE))
    part = SimpleNamespace(targets={"pose": target})
    parts = dict.fromkeys(("train", "validation", "test"), part)
    return SimpleNamespace(parts=parts, graphs=GraphChoice(), body=lambda name: BODY)


@pytest.mark.parametrize("row", [wrist_object, rigid_hold])
def test_what_is_held_still_is_found(row, fold):
    scores = TASKS["pose"].score(row.answer(fold).predictions["test"]["pose"], fold.parts["test"].targets["pose"])
    assert scores["mssd_cm"] == pytest.approx(0, abs=1e-4)
    assert scores["mssd_recall"] == 1


def test_the_mean_of_poses_that_look_alike_looks_like_them():
    noise = rotation_matrix(0.02 * np.random.default_rng(1).normal(size=(20, 3)))
    rotations = noise @ SQUARE.turns[np.arange(20) % 4]
    mean = wrist_object.mean_up_to_symmetry(Pose(rotations, -rotations @ SQUARE.centre), SQUARE)
    assert rotation_deg(mean.rotation, SQUARE.turns).min() < 1
    assert mean.translation + mean.rotation @ SQUARE.centre == pytest.approx(np.zeros(3), abs=1e-12)
