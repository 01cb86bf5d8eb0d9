"""Symmetries of solids whose symmetries are known, turned, shifted and cut into uneven triangles."""

import numpy as np
import pytest
import trimesh
from trimesh import creation

from deepgrasp.body.meshes import diameter
from deepgrasp.body.symmetry_search import find_symmetries, surface_points
from deepgrasp.geometry.rotations import rotation_deg, rotation_matrix

TURN, SHIFT = rotation_matrix([0.3, -1.1, 0.7]), np.array([0.02, -0.01, 0.05])

TETRAHEDRON = [[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]


def found(mesh):
    """Its symmetries, from where no axis of it is one of the coordinates'."""
    vertices = mesh.vertices @ TURN.T + SHIFT
    return find_symmetries(vertices, mesh.faces, surface_points(vertices, mesh.faces, 256), diameter(vertices))


def with_detail(mesh, size, at):
    return trimesh.util.concatenate([mesh, creation.icosphere(radius=size).apply_translation(at)])


def mug():
    handle = creation.torus(0.025, 0.006).apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, [1, 0, 0]))
    return trimesh.util.concatenate([creation.cone(0.04, 0.09), handle.apply_translation([0.035, 0, 0.03])])


SOLIDS = {
    "sphere": (creation.icosphere(radius=0.04), 3, 1),
    "cylinder": (creation.cylinder(0.03, 0.1, sections=64), 1, 2),
    "cone": (creation.cone(0.04, 0.1, sections=64), 1, 1),
    "torus": (creation.torus(0.04, 0.01), 1, 2),
    "cube": (creation.box([0.06] * 3), 0, 24),
    "square bar": (creation.box([0.04, 0.04, 0.1]), 0, 8),
    "box": (creation.box([0.04, 0.06, 0.1]), 0, 4),
    "pyramid": (creation.cone(0.05, 0.08, sections=4), 0, 4),
    "prism of six": (creation.cylinder(0.04, 0.05, sections=6), 0, 12),
    "tetrahedron": (
        trimesh.convex.convex_hull(np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / 25),
        0,
        12,
    ),
    "icosahedron": (creation.icosahedron().apply_scale(0.04), 0, 60),
    "mug": (mug(), 0, 1),
    "an apple and its stem": (with_detail(creation.icosphere(radius=0.04), 0.004, [0, 0, 0.042]), 3, 1),
    "a ball with a lump": (with_detail(creation.icosphere(radius=0.04), 0.02, [0, 0, 0.045]), 1, 1),
}


@pytest.mark.parametrize("name", SOLIDS)
def test_freedom_and_number_of_turns(name):
    mesh, freedom, turns = SOLIDS[name]
    symmetries = found(mesh)
    assert (symmetries.freedom, len(symmetries.turns)) == (freedom, turns)
    assert np.array_equal(symmetries.turns[0], np.eye(3))


def test_axis_of_a_cone_and_middle_of_a_cylinder():
    assert abs(found(SOLIDS["cone"][0]).axis @ TURN[:, 2]) > np.cos(np.radians(1))
    assert found(SOLIDS["cylinder"][0]).centre == pytest.approx(SHIFT, abs=5e-4)


def test_turns_of_a_cube_are_the_exact_ones():
    exact = [np.array(axes) for axes in _signed_permutations()]
    turns = TURN.T @ found(SOLIDS["cube"][0]).turns @ TURN
    for turn in exact:
        assert rotation_deg(turns, turn).min() < 1.5


def _signed_permutations():
    for order in ([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]):
        for signs in np.ndindex(2, 2, 2):
            turn = np.eye(3)[order] * (1 - 2 * np.array(signs))
            if np.linalg.det(turn) > 0:
                yield turn


def test_triangles_do_not_matter():
    coarse = creation.box([0.04, 0.04, 0.1])
    # one side of it in 4,096 times as many triangles
    fine = coarse.copy()
    for _ in range(6):
        fine = fine.subdivide(face_index=np.flatnonzero(fine.triangles_center[:, 0] > 0.0199))
    assert len(fine.faces) > 100 * len(coarse.faces)
    assert len(found(fine).turns) == 8
    points = surface_points(fine.vertices, fine.faces, 4000)
    assert (np.abs(points[:, 0] - 0.02) < 1e-9).mean() == pytest.approx(0.4 / 1.92, abs=0.01)  # its share of the area


def test_the_same_mesh_gives_the_same_bytes():
    first, second = (found(SOLIDS["pyramid"][0]) for _ in range(2))
    assert first.turns.tobytes() == second.turns.tobytes()
