"""Planted answers get the weights, areas and drifts that they must."""

import numpy as np
import pytest

from deepgrasp.probes.hand_drift import drift
from deepgrasp.probes.senses_followed import as_answers, pulls, weight
from deepgrasp.probes.strength_curves import area, half_life, jackknifed

PARTNERS = np.array([1, 0, 3, 2, 4])
RANDOM = np.random.default_rng(0)
POSE, TOUCH = RANDOM.normal(size=(2, 5, 3))


def weights(model) -> list[float | None]:
    found = pulls(model(POSE, TOUCH), model(POSE, TOUCH[PARTNERS]), PARTNERS)
    return [weight(found[sense]) for sense in ("touch", "pose")]


def test_a_model_that_ignores_touch_has_no_touch_weight_and_one_that_only_reads_touch_all():
    assert weights(lambda pose, touch: pose) == [0, 1]
    assert weights(lambda pose, touch: touch) == [1, 0]
    assert weights(lambda pose, touch: as_answers(touch, classes=True)) == pytest.approx([1, 0])


def test_a_model_that_weighs_both_senses_alike():
    one = weights(lambda pose, touch: np.concatenate([pose, pose[:, :0]], 1) + touch)
    assert sum(one) == pytest.approx(1)
    same = weights(lambda pose, touch: np.where(np.arange(3) < 2, pose, touch) * 0 + 1)
    assert same == [None, None]  # it follows nothing


def test_a_weight_is_bounded():
    away = pulls(POSE, 2 * POSE - POSE[PARTNERS], PARTNERS)
    assert weight(away["touch"]) == 0
    beyond = pulls(POSE, 3 * POSE[PARTNERS] - 2 * POSE, PARTNERS)
    assert weight(beyond["touch"]) == 1


def test_probabilities_of_far_logits():
    assert as_answers(np.array([[1000.0, 0.0], [0.0, 0.0]]), classes=True).tolist() == [[1, 0], [0.5, 0.5]]


def test_area_and_half_life_by_hand():
    assert area([0, 1, 3], [1, 0.5, 0.5]) == pytest.approx((0.75 + 1.0) / 3)
    assert half_life([0, 1, 3], [0.8, 0.6, 0.2]) == pytest.approx(2)
    assert half_life([0, 1], [0.8, 0.5]) is None
    assert half_life([0, 1], [0.0, 0.0]) is None


def test_the_jackknife_of_a_mean_is_students_interval():
    values = [1.0, 2.0, 4.0, 9.0]
    found, interval = jackknifed(lambda which: float(np.mean([values[k] for k in which])), 4)
    half = 3.182446305284263 * np.std(values, ddof=1) / 2
    assert found == 4
    assert interval == pytest.approx((4, 4 - half, 4 + half))
    assert jackknifed(lambda which: None if len(which) < 4 else 1.0, 4) == (1.0, None)


def test_drift_of_a_model_that_follows_half_of_the_way():
    clean = RANDOM.normal(size=(2, 3, 4, 3))
    hand, left = np.array([1, 2]), np.array([0, 1])
    imposed = np.zeros_like(clean)
    imposed[0, :, 1], imposed[1, :, 2] = [0.1, 0, 0], [0, 0, -0.2]
    found = drift(clean, clean + imposed / 2 + [0.02, 0.01, 0], (clean, clean + imposed), hand, left)
    np.testing.assert_allclose(found.imposed, [[10, 0, 0], [0, 0, -20]], atol=1e-9)
    np.testing.assert_allclose(found.moved, [[7, 1, 0], [-2, 1, -10]], atol=1e-9)
    np.testing.assert_allclose(found.along(), [7, 10])
    assert drift(clean, clean, (clean, clean), hand, left).along().tolist() == [0, 0]
