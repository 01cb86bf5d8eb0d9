"""Pictures of simple things: what is in front, what throws a shadow, what shines through; the same bytes twice."""

from dataclasses import replace

import numpy as np
import pytest

from deepgrasp.view.camera import Camera
from deepgrasp.view.painter import DARK, LIGHT, Studio, paint
from deepgrasp.view.surfaces import Surface, balls, corners, linear, screen, sticks

RED, BLUE = (0.8, 0.1, 0.1), (0.1, 0.1, 0.8)
FRONT = Camera([0, 0, 0.5], [1, 0, 0.2], tall=2)
BALL = balls([[0, 0, 0.5]], 0.4, RED)


def middle(picture: np.ndarray) -> list[int]:
    return [int(value) for value in picture[picture.shape[0] // 2, picture.shape[1] // 2]]


def painted(*surfaces: Surface, camera: Camera = FRONT, studio: Studio = LIGHT, fineness: int = 2) -> np.ndarray:
    return paint(surfaces, camera, 60, 40, studio, fineness)


@pytest.mark.parametrize("angle", [0, 24])
def test_the_size_is_as_asked_and_the_bytes_are_the_same_twice(angle: float) -> None:
    camera = replace(FRONT, angle=angle)
    picture = painted(BALL, camera=camera)
    assert picture.shape == (40, 60, 3)
    assert picture.tobytes() == painted(BALL, camera=camera).tobytes()


def test_the_ball_in_front_is_seen_from_each_side() -> None:
    other = balls([[1, 0, 0.5]], 0.4, BLUE)
    red_in_front = middle(painted(BALL, other, camera=replace(FRONT, toward=[-1, 0, 0])))
    blue_in_front = middle(painted(BALL, other))
    assert red_in_front[0] > 2 * red_in_front[2]
    assert blue_in_front[2] > 2 * blue_in_front[0]


def test_nothing_is_paper() -> None:
    assert np.unique(painted().reshape(-1, 3), axis=0).tolist() == [[246, 246, 244]]
    assert painted(studio=DARK).mean() < 40


def test_a_ball_shades_the_floor_and_what_stands_behind_it() -> None:
    wall = np.array([[-1, -9, -9], [-1, 9, -9], [-1, 9, 9], [-1, -9, 9.0]])
    white = Surface(wall, np.array([[0, 1, 2], [0, 2, 3]]), (0.9, 0.9, 0.9), shade=False)
    alone, shaded = painted(white), painted(white, BALL)
    assert ((alone.astype(int) - shaded)[:, 45:] > 15).any(), "the lamp stands on the left"
    bare = painted(replace(BALL, shade=False)).astype(int)
    assert (bare - painted(BALL) > 10)[30:].any(), "the floor"
    assert (painted(BALL, studio=replace(LIGHT, floor_height=None))[-1] == [246, 246, 244]).all()


def test_glass_is_between_what_it_hides_and_its_own_colour() -> None:
    glass = Surface(np.asarray(BALL.vertices) * 0.5 + [0.8, 0, 0.25], BALL.faces, BLUE, opacity=0.5)
    red, mixed, blue = (middle(painted(*each)) for each in ([BALL], [BALL, glass], [BALL, replace(glass, opacity=1)]))
    assert red[0] > mixed[0] > blue[0]
    assert red[2] < mixed[2] < blue[2]


def test_a_graph_shines_through_skin_only_where_it_is_told() -> None:
    stick = sticks([[0, -0.2, 0.5]], [[0, 0.2, 0.5]], 0.05, BLUE)
    assert middle(painted(BALL, stick)) == middle(painted(BALL))
    assert middle(painted(BALL, replace(stick, through=0.6)))[2] > middle(painted(BALL))[2] + 20


def test_edges_have_no_stairs() -> None:
    slanted = Surface(np.array([[0, -1, 0], [0, 1, 0.1], [0, 0, 1.0]]), np.array([[0, 1, 2]]), RED, shade=False)
    bare = replace(LIGHT, floor_height=None)
    rough, fine = (painted(slanted, studio=bare, fineness=n)[..., 1].ravel() for n in (1, 3))
    between = [int(((each > 120) & (each < 220)).sum()) for each in (rough, fine)]
    assert between[0] == 0
    assert between[1] > 20


def test_a_cube_has_edges_and_a_ball_has_none() -> None:
    from trimesh.creation import box

    cube = box()
    normals = corners(Surface(cube.vertices, cube.faces, RED))[..., 3:6]
    np.testing.assert_allclose(normals, np.repeat(cube.face_normals[:, None], 3, axis=1), atol=1e-12)
    of_ball = corners(balls([[0, 0, 0]], 1, RED))
    np.testing.assert_allclose(of_ball[..., 3:6], of_ball[..., :3], atol=0.03)


def test_a_screen_and_its_light_are_inverse() -> None:
    values = np.linspace(0, 1, 11)
    np.testing.assert_allclose(screen(linear(values)), values)
    assert linear(np.array(0.5)) == pytest.approx(0.21404, abs=1e-5)


def test_a_stick_reaches_from_end_to_end_and_faces_outwards() -> None:
    stick = sticks([[0, 0, 0]], [[0, 0, 2]], 0.5, RED)
    at = np.asarray(stick.vertices)
    assert sorted({round(z, 9) for z in at[:, 2]}) == [0, 2]
    np.testing.assert_allclose(np.linalg.norm(at[:, :2], axis=1), 0.5)
    triangles = at[stick.faces]
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    assert ((normals * triangles.mean(axis=1) * [1, 1, 0]).sum(axis=1) > 0).all()
