"""An arm that reaches its target, or says by how much it does not."""

import numpy as np

from deepgrasp.skeleton import (
    INDEX,
)
from deepgrasp.standin.acting.arm_inverse_kinematics import place_arm
from deepgrasp.standin.acting.posed_joints import posed_joints, rotation_matrices


def test_arm_reaches_its_target(person):
    rng = np.random.default_rng(5)
    pose = np.zeros((20, 55, 3))
    pose[:, 0] = rng.normal(0, 0.5, (20, 3))
    for side, sign in (("right", -1), ("left", 1)):
        rotations, positions = posed_joints(person.joints, pose, np.zeros((20, 3)))
        collar = INDEX[f"{side}_collar"]
        shoulder = positions[:, INDEX[f"{side}_shoulder"]]
        offset = np.c_[rng.uniform(-0.1, 0.2, 20) * sign, rng.uniform(-0.3, 0.1, 20), rng.uniform(0.2, 0.35, 20)]
        target = shoulder + (rotations[:, collar] @ offset[..., None])[..., 0]
        turn = rotation_matrices(rng.normal(0, 0.8, (20, 3)))
        arm = place_arm(person, side, (rotations[:, collar], positions[:, collar]), (turn, target), 0.4)
        for part in ("shoulder", "elbow", "wrist"):
            pose[:, INDEX[f"{side}_{part}"]] = getattr(arm, part)
        rotations, positions = posed_joints(person.joints, pose, np.zeros((20, 3)))
        np.testing.assert_allclose(positions[:, INDEX[f"{side}_wrist"]], target, atol=1e-9)
        np.testing.assert_allclose(rotations[:, INDEX[f"{side}_wrist"]], turn, atol=1e-9)
        assert arm.missed.max() < 1e-9


def test_arm_out_of_reach_says_by_how_much(person):
    frame, position = np.eye(3)[None], person.joints[[INDEX["left_collar"]]]
    far = person.joints[INDEX["left_shoulder"]] + [[0, 0, 2.0]]
    arm = place_arm(person, "left", (frame, position), (frame, far))
    length = sum(
        np.linalg.norm(person.joints[INDEX[a]] - person.joints[INDEX[b]])
        for a, b in (("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"))
    )
    np.testing.assert_allclose(arm.missed, 2.0 - 0.998 * length, atol=1e-9)
