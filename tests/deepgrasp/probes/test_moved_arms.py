"""An arm that is moved is where it should be, by the oracle that follows the arms."""

import numpy as np
import pytest

from deepgrasp.geometry.arm_kinematics import ARM_JOINTS, arm_positions
from deepgrasp.probes.perturbations import PERTURBATIONS
from deepgrasp.probes.turned_joints import rough_places, true_places, with_turned_joint

ROOM = np.random.default_rng(1)


def test_a_turn_about_the_shoulder_turns_the_arm_about_it():
    pose = ROOM.normal(0, 0.5, (2, 3, 39, 3)).astype(np.float32)
    bones = ROOM.normal(0, 0.2, (39, 3))
    shoulder, wrist, other = (ARM_JOINTS.index(n) for n in ("right_shoulder", "right_wrist", "left_wrist"))
    before, after = (
        arm_positions(pose, bones),
        arm_positions(with_turned_joint(pose, [shoulder, shoulder], [[0, np.pi / 2, 0], [0, 0, 0]]), bones),
    )
    x, y, z = np.moveaxis(before[0, :, wrist] - before[0, :, shoulder], -1, 0)
    np.testing.assert_allclose(after[0, :, wrist] - after[0, :, shoulder], np.stack([z, y, -x], -1), atol=1e-6)
    np.testing.assert_allclose(after[1], before[1], atol=1e-6)
    np.testing.assert_allclose(after[:, :, other], before[:, :, other], atol=1e-6)


def test_the_rubber_hand_lies_as_far_inwards_as_asked(known):
    windows = known.windows
    seen = PERTURBATIONS["moved_arm"](windows, 10)
    wrists = [ARM_JOINTS.index(f"{side}_wrist") for side in windows.side]
    rows = np.arange(len(windows.ids))
    way = (rough_places(seen) - rough_places(windows.clean))[rows, :, wrists]  # [N, T, 3] metres
    reached = np.linalg.norm(way, axis=-1).mean(axis=1)
    full = np.array([np.isclose(each, 0.1, atol=1e-4) for each in reached])
    assert full.any()
    assert (reached < 0.1 + 1e-4).all()  # an arm that hangs down cannot go so far
    assert way[..., 1] == pytest.approx(0, abs=1e-6)


def test_the_oracle_finds_what_was_recorded_and_follows_longer_bones(known):
    store, rows, windows = known.store, known.rows, known.windows
    body, people = store.read("body", rows).astype(float), windows.fields["subject"]
    clean = true_places(windows.clean, windows.clean, body, people)
    np.testing.assert_allclose(clean, body, atol=1e-5)
    longer = true_places(windows.clean, PERTURBATIONS["longer_bones"](windows, 0.2), body, people)
    np.testing.assert_allclose(longer, 1.2 * clean, atol=1e-5)
