"""Forward kinematics and the wrist's frame against cases known by hand."""

import numpy as np
import pytest

from deepgrasp.geometry.poses import Pose
from deepgrasp.prepare.prepare import prepare
from deepgrasp.references import arm_chain
from deepgrasp.store.store import open_store

AT = {name: k for k, name in enumerate(arm_chain.NAMES)}
QUARTER = np.pi / 2


def arm(**turned):
    angles = np.zeros((1, 39, 3))
    for name, vector in turned.items():
        angles[:, AT[name]] = vector
    return angles


def bones():
    """Every joint 1 m to the right (-x) of its parent."""
    found = np.tile([-1.0, 0, 0], (39, 1))
    found[AT["neck"]] = 0
    return found


def test_stretched_arm():
    found = arm_chain.forward(arm(), bones())[0]
    assert found[AT["neck"]].tolist() == [0, 0, 0]
    assert found[AT["right_wrist"]].tolist() == [-4, 0, 0]  # collar, shoulder, elbow, wrist
    assert found[AT["right_index3"]].tolist() == [-7, 0, 0]


def test_a_joint_turns_what_hangs_from_it():
    found = arm_chain.forward(arm(right_shoulder=[0, 0, QUARTER], right_elbow=[0, 0, QUARTER]), bones())[0]
    assert found[AT["right_shoulder"]] == pytest.approx([-2, 0, 0])
    assert found[AT["right_elbow"]] == pytest.approx([-2, -1, 0])
    assert found[AT["right_wrist"]] == pytest.approx([-1, -1, 0])
    assert found[AT["left_wrist"]] == pytest.approx([-4, 0, 0])


def test_the_neck_does_not_turn_the_arms():
    assert arm_chain.forward(arm(neck=[0, 0, 1]), bones()) == pytest.approx(arm_chain.forward(arm(), bones()))


def test_bones_are_found_back():
    rng = np.random.default_rng(0)
    angles, wanted = rng.normal(size=(2, 3, 39, 3)), rng.normal(size=(39, 3))
    wanted[AT["neck"]] = 0
    assert arm_chain.rest_bones(angles, arm_chain.forward(angles, wanted)) == pytest.approx(wanted)


def test_angles_and_own_bones_give_the_stored_positions(store_path):
    store = open_store(store_path)
    rows = [k for k, record in enumerate(store.sequences) if record["subject"] == "s2"]
    angles, true = store.read("pose", rows), store.read("body", rows)
    assert arm_chain.forward(angles, arm_chain.rest_bones(angles, true)) == pytest.approx(true, abs=1e-5)


def test_in_the_worlds_axes_they_do_not(root, models, tmp_path):
    store = open_store(prepare(root, models, tmp_path / "graphs", frames=8, frame="neck", workers=1))
    angles, true = store.read("pose", [0]), store.read("body", [0])
    assert abs(arm_chain.forward(angles, arm_chain.rest_bones(angles, true)) - true).max() > 0.05


def test_hand_frame():
    positions = np.zeros((39, 3))
    positions[AT["right_wrist"]], positions[AT["right_index1"]] = [1, 0, 0], [1, 2, 1]
    positions[AT["right_pinky1"]] = [1, 2, -1]
    frame = arm_chain.hand_frame(positions, "right")
    assert frame.translation.tolist() == [1, 0, 0]
    assert frame.rotation.tolist() == [[0, 0, -1], [1, 0, 0], [0, -1, 0]]  # columns: to the knuckles, y, off the plane


def test_an_object_held_still_is_found_in_every_frame():
    rng = np.random.default_rng(0)
    frames = arm_chain.hand_frame(rng.normal(size=(2, 3, 39, 3)), "left")
    held = Pose(np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]]), np.array([0.1, 0.2, 0.3]))
    poses = arm_chain.placed(frames, held)
    mean = arm_chain.mean_in(frames, poses)
    assert mean.rotation == pytest.approx(held.rotation)
    assert mean.translation == pytest.approx(held.translation)
    origin = frames.translation + np.einsum("...ab,b->...a", frames.rotation, held.translation)
    assert poses.translation == pytest.approx(origin)
