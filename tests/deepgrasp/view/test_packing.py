"""What a page holds of an array is the array, and what it holds of a scene is within 10 micrometres of it."""

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from deepgrasp.files import json_in_html
from deepgrasp.view.packing import PackedArrays, is_solid, packed_scene
from deepgrasp.view.recorded_scene import recordings_of


def unpacked(said: dict[str, Any]) -> np.ndarray:
    """As the page reads it (page/arrays.js)."""
    kind = np.dtype(said["kind"])
    planes = np.frombuffer(zlib.decompress(base64.b64decode(said["data"])), np.uint8).reshape(kind.itemsize, -1)
    values = np.ascontiguousarray(planes.T).view(kind).ravel()
    values = np.cumsum(values, dtype=kind) if said.get("running") else values
    return values.reshape(said["shape"]) * said.get("step", 1)


RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("array", "kind", "options"),
    [
        (RNG.integers(0, 256, (5, 3)), "u1", {}),
        (RNG.integers(0, 60_000, (7, 3)), "u2", {"running": True}),
        (RNG.integers(0, 70_000, (7, 3)) + 2**16, "i4", {"running": True}),
        (RNG.normal(0, 1, (4, 2)).astype(np.float32), "f4", {}),
        (np.zeros((3, 0)), "f4", {}),
    ],
)
def test_an_array_comes_back(array: np.ndarray, kind: str, options: dict[str, Any]) -> None:
    arrays = PackedArrays()
    name = arrays.add(array, **options)
    assert arrays.packed[name]["kind"] == kind
    assert np.array_equal(unpacked(arrays.packed[name]), array)
    assert arrays.add(array.copy(), **options) == name
    assert len(arrays.packed) == 1


def test_lengths_come_back_to_half_a_step() -> None:
    arrays, lengths = PackedArrays(), RNG.normal(0, 1, (50, 3))
    found = unpacked(arrays.packed[arrays.add(lengths, step=1e-6)])
    assert np.abs(found - lengths).max() <= 0.5e-6 + 1e-12


def test_vertices_of_a_page_are_those_of_smplx(root: Path, lively_models: Path) -> None:
    """A scene's own are smplx's (test_recorded_scene.py); here is what packing adds."""
    scene = recordings_of(root, lively_models).scene("s2/mug_pass_1", frames=6)
    arrays = PackedArrays()
    said = packed_scene(scene, arrays)
    held = {key: unpacked(arrays.packed[name]) for key, name in said["body"].items() if isinstance(name, str)}
    weights = np.zeros(scene.body.weights.shape)
    weights[np.repeat(np.arange(len(weights)), held["counts"]), held["weighted"]] = held["weights"]
    for frame in range(6):
        shaped = held["rest"] + np.tensordot(held["amounts"][frame], held["directions"], 1)
        m = (weights @ held["transforms"][frame].reshape(55, 12)).reshape(-1, 3, 4)
        made = np.einsum("vab,vb->va", m[..., :3], shaped) + m[..., 3]
        assert np.abs(made - scene.body.vertices(frame)).max() < 4e-6


def test_a_closed_mesh_that_faces_outwards_is_solid() -> None:
    ball = trimesh.creation.icosphere(subdivisions=1)
    assert is_solid(ball.vertices, ball.faces)
    assert not is_solid(ball.vertices, ball.faces[:, ::-1])
    assert not is_solid(ball.vertices, ball.faces[1:])


def test_no_text_ends_the_page() -> None:
    text = "</script><!-- & é"
    assert set("<>&").isdisjoint(json_in_html([text]))
    assert json.loads(json_in_html([text])) == [text]
