"""The objects: closed meshes of real size, true distances, and the symmetry that their shape has."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from deepgrasp.body import meshes
from deepgrasp.body.symmetry_search import find_symmetries
from deepgrasp.grab import catalogue
from deepgrasp.standin.things.objects import ALL_THINGS, object_shape, table_top


def test_names_are_grabs():
    assert tuple(ALL_THINGS) == catalogue.OBJECTS
    assert {name: tuple(thing.uses) for name, thing in ALL_THINGS.items()} == {
        name: catalogue.USES[name] for name in catalogue.OBJECTS
    }


@pytest.mark.parametrize("name", ALL_THINGS)
def test_mesh_is_closed_even_and_on_the_surface(name):
    import trimesh

    made = object_shape(name)
    mesh = trimesh.Trimesh(made.vertices, made.faces, process=False)
    assert 1024 <= len(made.vertices) < 8000  # GRAB's own preprocessing needs 1024
    assert mesh.is_watertight
    assert mesh.volume > 5e-6
    assert 0.03 < mesh.extents.max() < 0.32
    assert np.percentile(mesh.edges_unique_length, 99) < 4 * np.median(mesh.edges_unique_length)
    assert np.abs(made.distance(made.vertices)).max() < 0.0011


@pytest.mark.parametrize("family", catalogue.SHAPES)
def test_sizes_differ(family):
    small, medium, large = (
        np.ptp(object_shape(family + size).vertices, axis=0).max() for size in ("small", "medium", "large")
    )
    assert small < 0.85 * medium
    assert medium < 0.85 * large
    assert large < 0.11


SYMMETRIC = (*catalogue.FAMILIES, "bowl", "lightbulb", "wineglass")
HALF_TURNS = [Rotation.from_rotvec(np.pi * axis) for axis in np.eye(3)]


def out_of_place(name: str, turn: Rotation) -> float:
    """How far (m) an object turned about its middle sticks out of itself, or into itself."""
    made = object_shape(name)
    middle = (made.vertices.min(0) + made.vertices.max(0)) / 2
    return float(np.abs(made.distance(turn.apply(made.vertices - middle) + middle)).max())


@pytest.mark.parametrize("name", sorted(set(catalogue.OBJECTS) - set(SYMMETRIC)))
def test_turns_of_other_objects_can_be_seen(name):
    for turn in (*HALF_TURNS, Rotation.from_rotvec([0, 0, np.pi / 2])):
        assert out_of_place(name, turn) > 0.003


@pytest.mark.parametrize("name", SYMMETRIC)
def test_symmetric_objects_look_the_same_turned_by_a_quarter(name):
    assert out_of_place(name, Rotation.from_rotvec([0, 0, np.pi / 2])) < 0.002


@pytest.mark.parametrize(
    ("name", "freedom", "turns"),
    [
        ("wineglass", 1, 1),
        ("apple", 1, 1),  # but for its leaf
        ("waterbottle", 1, 1),  # but for the tab of its cap
        ("phone", 0, 4),
        ("mug", 0, 1),
        ("knife", 0, 2),
    ],
)
def test_symmetries_are_found(name, freedom, turns):
    made = object_shape(name)
    points = meshes.spread_points(made.vertices)
    found = find_symmetries(made.vertices, made.faces, points, meshes.diameter(made.vertices))
    assert (found.freedom, len(found.turns)) == (freedom, turns)


def test_distance_of_a_sphere():
    points = np.array([[0.0, 0.0, 0.040], [0.020, 0.0, 0.0], [0.0, -0.033, 0.0], [0.0, 0.5, 0.0]])
    distance = object_shape("spheremedium").distance(points)  # radius 33 mm
    np.testing.assert_allclose(distance[:3], [0.007, -0.013, 0.0], atol=3e-4)
    assert distance[3] == 0.02  # far away: a bound


def test_table_top_is_at_zero():
    vertices, _ = table_top()
    assert abs(vertices[:, 2].max()) < 1e-6
