"""A thing on a hinge: where its parts are, by hand; and files that cannot be of one."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from deepgrasp.arctic.articulated import load_obj, load_object, part_poses
from deepgrasp.errors import InputError
from deepgrasp.geometry.rotations import rotation_matrix

QUARTER = np.pi / 2
# two triangles, one a part, 100 mm large; the first is the top
OBJ = "v 0 0 0\nv 100 0 0\nv 0 100 0\nv 0 0 -50\nv 100 0 -50\nv 0 100 -50\nf 1 2 3\nf 4 5 6\n"
PARTS = [0, 0, 0, 1, 1, 1]


def write(folder: Path, obj: str = OBJ, parts: object = PARTS) -> Path:
    (folder / "mesh.obj").write_text(obj)
    (folder / "parts.json").write_text(json.dumps(parts))
    return folder


def test_the_top_turns_about_minus_z_and_both_go_with_the_thing() -> None:
    point, place = np.array([0.1, 0, 0]), np.array([1.0, 2, 3])
    # the bottom is turned by 90 degrees about x, (x, y, z) -> (x, -z, y); the top before that by 90 about -z: x -> -y
    (bottom, at), (top, top_at) = part_poses(np.array([QUARTER]), np.array([[QUARTER, 0, 0]]), place[None])
    np.testing.assert_allclose(bottom[0] @ point + at[0], [1.1, 2, 3], atol=1e-12)
    np.testing.assert_allclose(top[0] @ point + top_at[0], [1, 2, 2.9], atol=1e-12)
    assert (top_at == at).all()


def test_closed_parts_are_one_body() -> None:
    (bottom, _), (top, _) = part_poses(np.zeros(3), np.full((3, 3), 0.4), np.zeros((3, 3)))
    np.testing.assert_array_equal(bottom, top)
    np.testing.assert_array_equal(bottom[0], rotation_matrix([0.4, 0.4, 0.4]))


def test_millimetres_become_metres_and_zero_is_the_top(tmp_path: Path) -> None:
    thing = load_object(write(tmp_path))
    np.testing.assert_allclose(thing.vertices[4], [0.1, 0, -0.05])
    assert thing.part.tolist() == [1, 1, 1, 0, 0, 0]
    ids, faces = thing.surface(0)
    assert (ids.tolist(), faces.tolist()) == ([3, 4, 5], [[0, 1, 2]])


def test_a_face_between_the_parts_is_none(tmp_path: Path) -> None:
    thing = load_object(write(tmp_path, OBJ + "f 1 2 4\n"))
    assert len(thing.faces) == 3
    assert [len(thing.surface(part)[1]) for part in (0, 1)] == [1, 1]


def test_textures_split_no_vertex_and_open_no_file(tmp_path: Path) -> None:
    faces = "vt 0 0\nvt 1 1\nusemtl a\nf 1/1 2/2 3/1\nf 3/2 2/1 1/2\nf 4/1 5/1 6/2\n"
    textured = "mtllib ../../secret.mtl\n" + OBJ.partition("f ")[0] + faces
    (tmp_path / "mesh.obj").write_text(textured)
    vertices, found = load_obj(tmp_path / "mesh.obj")
    assert vertices[:, 0].tolist() == [0, 100, 0, 0, 100, 0]
    assert sorted(map(sorted, found.tolist())) == [[0, 1, 2], [0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda f: write(f, OBJ.replace("100", "0.1").replace("50", "0.05")), "looks like metres"),
        (lambda f: write(f, OBJ.replace("100", "10000000")), "expected millimetres"),
        (lambda f: write(f, OBJ.replace("f 4 5 6", "f 4 5 9")), "mesh.obj: "),
        (lambda f: write(f, OBJ.replace("100", "nan")), "not finite"),
        (lambda f: write(f, "v 1 2\nf"), "mesh.obj: "),
        (lambda f: write(f, "\0\1\2"), "mesh.obj: "),
        (lambda f: write(f, parts=PARTS[:5]), "the part of 5 vertices, mesh.obj has 6"),
        (lambda f: write(f, parts=[0, 0, 0, 1, 1, 2]), "no list of 0 and 1"),
        (lambda f: write(f, parts=[False, 0, 0, 1, 1, 1]), "no list of 0 and 1"),
        (lambda f: write(f, parts={"top": 0}), "no list of 0 and 1"),
        (lambda f: write(f, parts=[1] * 6), "its top has no face"),
        (lambda f: (write(f) / "parts.json").write_text("[0,"), "is no JSON"),
        (lambda f: (write(f) / "parts.json").unlink(), "is missing"),
        (lambda f: (write(f) / "mesh.obj").unlink(), "is missing"),
        (
            lambda f: (write(f) / "top.obj").write_text(OBJ.replace("f 1 2 3\n", "").replace(" 0\n", " -50\n")),
            "calls top",
        ),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, change: Callable[[Path], object], problem: str) -> None:
    change(tmp_path)
    with pytest.raises(InputError, match=problem):
        load_object(tmp_path)
