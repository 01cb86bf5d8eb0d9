"""Where a lens shows a point, by hand; and the triangles that it cuts."""

import numpy as np
import pytest

from deepgrasp.errors import InputError
from deepgrasp.view.camera import Camera, clipped, direction


@pytest.mark.parametrize("angle", [0, 30])
def test_the_target_is_in_the_middle_and_up_is_up(angle: float) -> None:
    camera = Camera([0, 0, 1], [1, 0, 0], tall=2, angle=angle)  # from +x: +y is to the right
    at = camera.on_screen(camera.seen([[0, 0, 1], [0, 0, 2], [0, 1, 1]]), 200, 100)
    np.testing.assert_allclose(at[:, :2], [[100, 50], [100, 0], [150, 50]], atol=1e-9)


def test_what_is_twice_as_far_is_half_as_large_in_perspective_alone() -> None:
    for angle, expected in ((30, 25), (0, 50)):
        camera = Camera([0, 0, 0], [1, 0, 0], tall=2, angle=angle)
        away = -camera.distance  # as far behind the target as the lens is before it
        at = camera.on_screen(camera.seen([[away, 1, 0], [0, 1, 0]]), 100, 100)
        assert at[0, 0] - 50 == pytest.approx(expected)
        assert at[1, 2] > at[0, 2], "the nearer one has more nearness"


@pytest.mark.parametrize("angle", [0, 30])
def test_screen_and_world_are_inverse(angle: float) -> None:
    camera = Camera([0.1, 0.2, 0.3], [1, 2, 0.5], tall=2, angle=angle)
    points = np.random.default_rng(0).normal(size=(9, 3)) * 0.3
    column, row, near = camera.on_screen(camera.seen(points), 64, 48).T
    np.testing.assert_allclose(camera.world(camera.from_screen(column, row, near, 64, 48)), points, atol=1e-9)


def test_directions_turn_with_the_person() -> None:
    np.testing.assert_allclose(direction("0,0", [0, 1, 0.3]), [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(
        direction("90,0", [0, 1, 0]), [-1, 0, 0], atol=1e-12
    )  # who looks to +y has -x at the left
    np.testing.assert_allclose(direction("0,30", [1, 0, 0]), [np.sqrt(3) / 2, 0, 0.5], atol=1e-12)


@pytest.mark.parametrize("view", ["sideways", "1", "1,2,3", ""])
def test_no_camera_is_told(view: str) -> None:
    with pytest.raises(InputError, match="quarter"):
        direction(view, [1, 0, 0])


def test_a_lens_straight_above_has_the_worlds_y_upwards() -> None:
    np.testing.assert_allclose(Camera([0, 0, 0], [0, 0, 1], 2).axes, np.eye(3), atol=1e-12)


def area(corners: np.ndarray) -> float:
    return float(
        np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum() / 2
    )


@pytest.mark.parametrize("turn", [0, 1, 2])
@pytest.mark.parametrize(("behind", "pieces", "left"), [(0, 1, 8.0), (1, 2, 6.0), (2, 1, 2.0), (3, 0, 0.0)])
def test_what_is_behind_the_lens_is_cut_off(turn: int, behind: int, pieces: int, left: float) -> None:
    # corners one metre before the cut and one behind; its fourth number runs with the depth, as a colour would
    depths = np.array([1.0] * (3 - behind) + [-1.0] * behind)
    corners = np.array([[0, 0, 0, 0], [4, 0, 0, 0], [0, 4, 0, 0.0]])
    corners[:, 2], corners[:, 3] = -(depths + 0.5), depths
    found = clipped(np.roll(corners, turn, axis=0)[None], nearest=0.5)
    assert len(found) == pieces
    np.testing.assert_allclose(found[..., 3], -found[..., 2] - 0.5, atol=1e-12)
    flat = found[..., :3] * [1, 1, 0]
    assert area(flat) == pytest.approx(left)
    normals = np.cross(flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0])
    assert (normals[:, 2] > 0).all(), "the winding stays"
