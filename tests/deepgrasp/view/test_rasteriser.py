"""Pixels of triangles, worked out by hand: which are inside, which is nearer, and no crack between neighbours."""

import numpy as np
import pytest

from deepgrasp.view import rasteriser
from deepgrasp.view.rasteriser import Hits, rasterise

CORNER = np.array([[0, 0, 1], [4, 0, 1], [0, 4, 1.0]])
SQUARE = np.array([[0, 0, 0], [4, 0, 0], [4, 4, 0], [0, 4, 0.0]])


def draw(points: object, faces: object, size: int = 4) -> Hits:
    return rasterise(np.asarray(points, float), np.asarray(faces), size, size)


@pytest.mark.parametrize("face", [[0, 1, 2], [0, 2, 1], [2, 0, 1]])
def test_pixels_whose_middle_is_inside_whatever_the_winding(face: list[int]) -> None:
    # column + row < 3 is strictly inside; where it is 3 the middle lies on the long edge, and belongs to the other side
    assert draw(CORNER, [face]).pixel.tolist() == [0, 1, 2, 4, 5, 8]


def test_weights_are_those_of_the_middle_of_the_pixel() -> None:
    hits = draw(CORNER, [[0, 1, 2]])
    np.testing.assert_allclose(hits.weights[0], [0.75, 0.125, 0.125])
    np.testing.assert_allclose(hits.weights.sum(axis=1), 1)


def test_two_triangles_share_a_square_and_no_pixel_twice() -> None:
    both = [draw(SQUARE, [face]).pixel.tolist() for face in ([0, 1, 2], [0, 2, 3])]
    assert sorted(both[0] + both[1]) == list(range(16))


def test_a_fan_of_odd_triangles_has_no_crack() -> None:
    rng = np.random.default_rng(0)
    around = np.sort(rng.uniform(0, 2 * np.pi, 40))
    rim = 32 + 60 * np.stack([np.cos(around), np.sin(around)], axis=1)
    points = np.concatenate([np.c_[rim, np.zeros(40)], [[31.3, 32.7, 0]]])
    faces = [[k, (k + 1) % 40, 40] for k in range(40)]
    drawn = [draw(points, [face], 64).pixel for face in faces]
    assert np.bincount(np.concatenate(drawn), minlength=64 * 64).tolist() == [1] * 64 * 64


def test_the_nearer_one_is_shown_in_any_order() -> None:
    points = np.concatenate([SQUARE[:3], CORNER])  # nearness 0, then 1
    for faces, front in (([[0, 1, 2], [3, 4, 5]], 1), ([[3, 4, 5], [0, 1, 2]], 0)):
        hits = draw(points, faces)
        assert hits.face[np.isin(hits.pixel, [1, 2])].tolist() == [front, front]


def test_two_that_cross_are_cut_where_they_meet() -> None:
    # nearness rises from 0 to 4 with the column, and the other stands at 2
    slope = SQUARE + np.array([[0, 0, 0], [0, 0, 4], [0, 0, 4], [0, 0, 0]])
    points = np.concatenate([slope, SQUARE + np.array([0, 0, 2])])
    hits = draw(points, [[0, 1, 2], [0, 2, 3], [4, 5, 6], [4, 6, 7]])
    assert (hits.face < 2).reshape(4, 4).tolist() == [[False, False, True, True]] * 4
    assert hits.nearness.reshape(4, 4)[0].tolist() == [2, 2, 2.5, 3.5]


def test_of_equals_the_first_is_shown() -> None:
    assert set(draw(SQUARE, [[0, 1, 2], [0, 2, 3], [0, 2, 3], [0, 1, 2]]).face.tolist()) == {0, 1}


def test_what_leaves_the_picture_is_cut_off() -> None:
    hits = draw(SQUARE * 100 - [150, 150, 0], [[0, 1, 2], [0, 2, 3]])
    assert hits.pixel.tolist() == list(range(16))
    assert draw(CORNER + np.array([9, 0, 0]), [[0, 1, 2]]).pixel.tolist() == []


@pytest.mark.parametrize("points", [[[1, 1, 0], [3, 3, 0], [2, 2, 0]], [[1.1, 1.1, 0], [1.2, 1.1, 0], [1.1, 1.2, 0]]])
def test_a_triangle_seen_from_its_edge_or_between_middles_shows_nothing(points: list[list[float]]) -> None:
    assert len(draw(points, [[0, 1, 2]]).pixel) == 0


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    points, faces = rng.uniform(-5, 40, (300, 3)), np.arange(300).reshape(-1, 3)
    whole = draw(points, faces, 32)
    monkeypatch.setattr(rasteriser, "FRAGMENTS", 500)
    again = draw(points, faces, 32)
    for one, other in zip(vars(whole).values(), vars(again).values(), strict=True):
        assert one.tobytes() == other.tobytes()
