"""Hand poses: exact coefficients in two bases, flexion that closes, a left hand that mirrors the right."""

import numpy as np
import pytest

from deepgrasp.skeleton import (
    FINGERTIP_VERTICES,
    HAND_JOINTS,
    INDEX,
    SIDES,
)
from deepgrasp.standin.people import hand_pose, hand_skin
from tests.deepgrasp.standin.bodies import from_coefficients, hand_surface


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("model", ["smplx", "mano"])
def test_coefficients_are_exact(side, model):
    angles = np.random.default_rng(0).normal(0, 1, (5, 24))
    fullpose = angles @ hand_pose.dof_axes(side)
    basis, mean = hand_pose.pca(side, model)
    assert basis.shape == (24, 45)
    assert mean.any()
    np.testing.assert_allclose(basis @ basis.T, np.eye(24), atol=1e-12)
    np.testing.assert_allclose(
        from_coefficients(hand_pose.coefficients(fullpose, side, model), side, model),
        fullpose,
        atol=1e-12,
    )


def test_body_and_hand_model_have_different_bases():
    overlap = np.abs(hand_pose.pca("right", "smplx")[0] @ hand_pose.pca("right", "mano")[0].T)
    assert (overlap.max(axis=1) < 0.999).sum() > 12


@pytest.mark.parametrize("side", SIDES)
def test_positive_flexion_closes_the_hand(person, side):
    tips = {}
    for angle in (0.0, 0.6, 1.2):
        pose = np.zeros((1, 55, 3))
        pose[0, [INDEX[name] for name in HAND_JOINTS[side]]] = hand_pose.flexion(side, np.full((5, 3), angle)).reshape(
            15, 3
        )
        surface = hand_surface(person, side, pose, np.zeros((1, 3)))
        tips[angle] = surface[0][list(FINGERTIP_VERTICES.values())]
    centre = person.joints[INDEX[f"{side}_middle1"]] + 0.03 * np.array(hand_pose.PALM_NORMAL[side])
    gaps = {angle: np.linalg.norm(tip - centre, axis=1) for angle, tip in tips.items()}
    assert (gaps[1.2][1:] < gaps[0.6][1:]).all()
    assert (gaps[0.6] < gaps[0.0]).all()
    assert ((tips[0.6] - tips[0.0]) @ np.array(hand_pose.PALM_NORMAL[side]) > 0.005).all()


def test_left_hand_mirrors_the_right():
    mirror = np.array([-1, 1, 1])
    right, left = (hand_skin.rest_shape(side)[0] for side in ("right", "left"))
    np.testing.assert_allclose(left, right * mirror)
    turned = hand_pose.dof_axes("right").reshape(24, 15, 3) * np.array([1, -1, -1])
    np.testing.assert_allclose(hand_pose.dof_axes("left").reshape(24, 15, 3), turned)
