"""Movements of a surface in few directions, by hand."""

import numpy as np

from deepgrasp.view.skinned_body import few_directions


def test_movements_that_repeat_need_one_direction() -> None:
    bend = np.random.default_rng(0).normal(0, 0.01, (1, 7, 3)).astype(np.float32)
    amounts, directions = few_directions(np.array([0, 0.5, -2], np.float32)[:, None, None] * bend)
    assert directions.shape == (1, 7, 3)
    assert np.allclose(np.abs(amounts[:, 0]), [0, 0.25, 1], atol=1e-6)
    assert np.allclose(np.abs(directions), 2 * np.abs(bend), atol=1e-6)


def test_no_number_is_off_by_more_than_the_tolerance() -> None:
    moved = np.random.default_rng(1).normal(0, 0.01, (9, 50, 3)) * 10.0 ** -np.arange(9)[:, None, None]
    amounts, directions = few_directions(moved.astype(np.float32), tolerance=1e-5)
    assert 2 < len(directions) < 6
    assert np.abs(np.tensordot(amounts, directions, 1) - moved).max() < 1.1e-5


def test_a_body_that_nothing_bends_needs_none() -> None:
    amounts, directions = few_directions(np.zeros((4, 6, 3), np.float32))
    assert (amounts.shape, directions.shape) == ((4, 0), (0, 6, 3))
