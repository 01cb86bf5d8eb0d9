"""Touch is distance to the surface, not to its vertices: by hand, and against every triangle."""

import numpy as np
import trimesh

from deepgrasp.arctic.articulated import ArticulatedObject, part_poses
from deepgrasp.arctic.hand_contact import Touched
from deepgrasp.arctic.touching import WITHIN, StillSurface

TRIANGLE = np.array([[0, 0, 0], [0.1, 0, 0], [0, 0.1, 0]], float)
FACE = np.array([[0, 1, 2]])


def test_above_below_beside_and_beyond_a_corner() -> None:
    asked = {
        (0.03, 0.03, 0.0029): True,  # 3 cm from every vertex
        (0.03, 0.03, -0.0029): True,
        (0.03, 0.03, 0.0031): False,
        (0.05, -0.0029, 0): True,
        (0.05, -0.0031, 0): False,
        (-0.002, -0.002, 0): True,  # 2.8 mm from the corner
        (-0.0022, -0.0022, 0): False,  # 3.1 mm
        (0.052, 0.052, 0): True,  # 2.8 mm from the long side
        (1, 1, 1): False,
    }
    assert StillSurface(TRIANGLE, FACE).touched(np.array([*asked])).tolist() == [*asked.values()]


def test_every_triangle_gives_the_same() -> None:
    rng = np.random.default_rng(0)
    mesh = trimesh.creation.icosphere(subdivisions=1, radius=0.05)
    points = rng.normal(size=(300, 3))
    points *= (0.05 + rng.uniform(-0.012, 0.006, (300, 1))) / np.linalg.norm(points, axis=1, keepdims=True)
    every = np.array(
        [
            np.linalg.norm(
                trimesh.triangles.closest_point(mesh.triangles, np.tile(p, (len(mesh.faces), 1))) - p, axis=1
            ).min()
            for p in points
        ]
    )
    found = StillSurface(mesh.vertices, mesh.faces).touched(points)
    assert found.tolist() == (every <= WITHIN).tolist()
    assert 50 < found.sum() < 250


def test_no_point_near() -> None:
    assert not StillSurface(TRIANGLE, FACE).touched(np.full((2, 3), 5.0)).any()


def test_both_parts_count_where_they_are() -> None:
    # bottom in y > 0 and top in y < 0, hinged along z through the origin; two points 2 mm above their middles
    vertices = np.array([[0, 0.01, 0], [0.1, 0.01, 0], [0, 0.1, 0], [0, -0.01, 0], [0.1, -0.01, 0], [0, -0.1, 0]])
    thing = ArticulatedObject(vertices, np.array([[0, 1, 2], [3, 4, 5]]), np.array([0, 0, 0, 1, 1, 1]))
    points = np.array([[0.04, 0.03, 0.002], [0.04, -0.03, 0.002], [0.01, -0.02, 0.001]])
    codes = np.array([21, 22, 23], np.int8)
    opened, place = np.array([0, np.pi]), np.array([[1.0, 0, 0], [1, 0, 0]])
    hands, on_thing = Touched(thing).contact(
        points + place[:, None], codes, part_poses(opened, np.zeros((2, 3)), place)
    )
    assert hands.tolist() == [[21, 22, 23], [21, 0, 0]]  # turned round, the top is on the other side of the hinge
    # each touches the nearest vertex of its part; (0, -0.01) is nearest to the last two, and the third is closer
    assert on_thing.tolist() == [[21, 0, 0, 23, 0, 0], [21, 0, 0, 0, 0, 0]]


def test_the_thing_may_be_turned_with_the_hand() -> None:
    both, faces = np.concatenate([TRIANGLE, TRIANGLE + np.array([0, 0, 1])]), np.array([[0, 1, 2], [3, 4, 5]])
    thing = ArticulatedObject(both, faces, np.array([0, 0, 0, 1, 1, 1]))
    # a quarter turn about x takes (0.03, 0.03, 0.002) to (0.03, -0.002, 0.03)
    poses = part_poses(np.zeros(1), np.array([[np.pi / 2, 0, 0]]), np.array([[0, 0, 0.5]]))
    points = np.array([[[0.03, -0.002, 0.53], [0.03, 0.03, 0.502]]])
    hands, _ = Touched(thing).contact(points, np.array([1, 2], np.int8), poses)
    assert hands.tolist() == [[1, 0]]
