"""The frame of a hand against cases known by hand."""

import numpy as np
import pytest

from deepgrasp.geometry.arm_kinematics import ARM_JOINTS
from deepgrasp.geometry.hand_frames import hand_frame, mean_in, placed
from deepgrasp.geometry.rotations import Pose

AT = {name: k for k, name in enumerate(ARM_JOINTS)}


def test_hand_frame():
    positions = np.zeros((39, 3))
    positions[AT["right_wrist"]], positions[AT["right_index1"]] = [1, 0, 0], [1, 2, 1]
    positions[AT["right_pinky1"]] = [1, 2, -1]
    frame = hand_frame(positions, "right")
    assert frame.translation.tolist() == [1, 0, 0]
    assert frame.rotation.tolist() == [[0, 0, -1], [1, 0, 0], [0, -1, 0]]  # columns: to the knuckles, y, off the plane


def test_an_object_held_still_is_found_in_every_frame():
    rng = np.random.default_rng(0)
    frames = hand_frame(rng.normal(size=(2, 3, 39, 3)), "left")
    held = Pose(np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]]), np.array([0.1, 0.2, 0.3]))
    poses = placed(frames, held)
    mean = mean_in(frames, poses)
    assert mean.rotation == pytest.approx(held.rotation)
    assert mean.translation == pytest.approx(held.translation)
    origin = frames.translation + np.einsum("...ab,b->...a", frames.rotation, held.translation)
    assert poses.translation == pytest.approx(origin)
