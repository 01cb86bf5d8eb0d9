"""Planted units give back their preferred direction; units that only hiss have none."""

import numpy as np

from deepgrasp.representations.tuning_curves import TUNED, curve, directions, tuning

RNG = np.random.default_rng(2)
PEOPLE = [f"s{k // 100}" for k in range(400)]
VELOCITY = RNG.normal(size=(400, 3))
DIRECTION, MOVING = directions(VELOCITY)
PLANTED = np.array([[0.6, 0.0, 0.8], [0.0, -1.0, 0.0]])


def test_a_cosine_unit_gives_its_preferred_direction():
    activity = np.hstack([1 + 2 * DIRECTION @ PLANTED.T, RNG.normal(size=(400, 1)), np.full((400, 1), 5.0)])
    found = tuning(activity, DIRECTION, PEOPLE, ["s0", "s3"])
    np.testing.assert_allclose(found.preferred[:2], PLANTED, atol=1e-9)
    np.testing.assert_allclose(found.weights[:2], 2 * PLANTED, atol=1e-9)
    np.testing.assert_allclose(found.offset[:2], 1, atol=1e-9)
    np.testing.assert_allclose(found.r2[:, :2], 1)
    assert (found.r2[:, 2] < TUNED).all()  # noise
    assert np.isnan(found.r2[:, 3]).all()  # a unit that does not vary
    assert found.r2.shape == (2, 4)


def test_a_hand_at_rest_has_no_direction():
    unit, moving = directions(np.array([[0.0, 0.0, 2.0], [0.0, 0.0, 1e-4], [0.0, 0.0, 0.0]]))
    assert moving.tolist() == [True, False, False]
    assert unit[0].tolist() == [0, 0, 1]


def test_a_curve_rises_to_the_preferred_direction():
    activity = DIRECTION @ PLANTED.T
    found = curve(activity, DIRECTION, PLANTED, bins=4)
    np.testing.assert_allclose(found, np.broadcast_to([-0.75, -0.25, 0.25, 0.75], (2, 4)), atol=0.06)
    assert np.isnan(curve(activity[:1], DIRECTION[:1], PLANTED)).sum() == 2 * 7
