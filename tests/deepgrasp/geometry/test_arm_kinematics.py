"""Forward kinematics of the arms against cases known by hand."""

import numpy as np
import pytest

from deepgrasp.geometry.arm_kinematics import ARM_JOINTS, arm_positions, rest_bones
from deepgrasp.prepare.prepare import prepare
from deepgrasp.store.store import open_store

AT = {name: k for k, name in enumerate(ARM_JOINTS)}
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
    found = arm_positions(arm(), bones())[0]
    assert found[AT["neck"]].tolist() == [0, 0, 0]
    assert found[AT["right_wrist"]].tolist() == [-4, 0, 0]  # collar, shoulder, elbow, wrist
    assert found[AT["right_index3"]].tolist() == [-7, 0, 0]


def test_a_joint_turns_what_hangs_from_it():
    found = arm_positions(arm(right_shoulder=[0, 0, QUARTER], right_elbow=[0, 0, QUARTER]), bones())[0]
    assert found[AT["right_shoulder"]] == pytest.approx([-2, 0, 0])
    assert found[AT["right_elbow"]] == pytest.approx([-2, -1, 0])
    assert found[AT["right_wrist"]] == pytest.approx([-1, -1, 0])
    assert found[AT["left_wrist"]] == pytest.approx([-4, 0, 0])


def test_the_neck_does_not_turn_the_arms():
    assert arm_positions(arm(neck=[0, 0, 1]), bones()) == pytest.approx(arm_positions(arm(), bones()))


def test_bones_are_found_back():
    rng = np.random.default_rng(0)
    angles, wanted = rng.normal(size=(2, 3, 39, 3)), rng.normal(size=(39, 3))
    wanted[AT["neck"]] = 0
    assert rest_bones(angles, arm_positions(angles, wanted)) == pytest.approx(wanted)


def test_angles_and_own_bones_give_the_stored_positions(store_path):
    store = open_store(store_path)
    rows = [k for k, record in enumerate(store.sequences) if record["subject"] == "s2"]
    angles, true = store.read("pose", rows), store.read("body", rows)
    assert arm_positions(angles, rest_bones(angles, true)) == pytest.approx(true, abs=1e-5)


def test_in_the_worlds_axes_they_do_not(root, models, tmp_path):
    store = open_store(prepare(root, models, tmp_path / "graphs", frames=8, frame="neck", workers=1))
    angles, true = store.read("pose", [0]), store.read("body", [0])
    assert abs(arm_positions(angles, rest_bones(angles, true)) - true).max() > 0.05
