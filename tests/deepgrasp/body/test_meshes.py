"""Points and diameters of meshes, by shapes whose answer is known."""

import numpy as np
import pytest

from deepgrasp.body import meshes


def test_points_are_spread_and_the_diameter_is_the_largest_distance() -> None:
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], dtype=float)
    crowd = np.random.default_rng(0).uniform(0.4, 0.6, (500, 3))
    points = meshes.spread_points(np.concatenate([crowd, corners]), 8)
    assert {tuple(point) for point in points} == {tuple(corner) for corner in corners}
    assert meshes.diameter(np.concatenate([crowd, corners])) == pytest.approx(3**0.5)
    flat = corners * [1, 1, 0]
    assert meshes.diameter(flat) == pytest.approx(2**0.5)


def test_the_diameter_of_many_points_on_a_sphere() -> None:
    points = np.random.default_rng(0).normal(size=(3000, 3))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    points[7] = -points[2500]
    assert meshes.diameter(points) == pytest.approx(2)
