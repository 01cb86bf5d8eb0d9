"""A scene against smplx's own vertices, GRAB's own arithmetic of objects, and the store's own targets."""

from pathlib import Path

import numpy as np
import pytest

from deepgrasp.body.meshes import load_mesh, load_template
from deepgrasp.errors import InputError
from deepgrasp.geometry.rotations import rotation_matrix
from deepgrasp.grab.catalogue import GENDERS
from deepgrasp.grab.data_root import mesh_path, template_path
from deepgrasp.grab.reader import read_sequence
from deepgrasp.prepare.data_set import load_shared_data
from deepgrasp.prepare.features import targets
from deepgrasp.skeleton import arms
from deepgrasp.view.recorded_scene import recordings_of
from tests.deepgrasp.view.smplx_forward import forward

NAME = "s2/mug_pass_1"


def test_vertices_are_smplx(root: Path, lively_models: Path) -> None:
    recordings = recordings_of(root, lively_models)
    scene = recordings.scene(NAME, frames=6)
    sequence = read_sequence(recordings.find(NAME).path)
    motion = tuple(part[scene.frames] for part in (sequence.fullpose, sequence.transl, sequence.expression))
    expected = forward(lively_models, GENDERS["s2"], load_template(template_path(root, "s2")), motion)
    made = np.stack([scene.body.vertices(frame) for frame in range(6)])
    assert np.abs(made - expected).max() < 6e-6  # metres; what a page adds is less than 4e-6 (test_packing.py)
    some = np.array([9000, 17, 4])
    assert np.abs(scene.body.vertices(3, some) - expected[3, some]).max() < 6e-6
    assert len(scene.body.directions) == 6  # six frames that have nothing in common


def test_objects_are_placed_as_the_published_viewer_does(root: Path, models: Path) -> None:
    recordings = recordings_of(root, models)
    scene = recordings.scene(NAME, frames=None)
    sequence = read_sequence(recordings.find(NAME).path)
    vertices, _ = load_mesh(mesh_path(root, "mug"))
    # its object model: rows times the matrix of global_orient, plus transl
    expected = vertices @ rotation_matrix(sequence.object_orient) + sequence.object_transl[:, None]
    made = np.stack([scene.thing.placed(frame) for frame in range(24)])
    assert np.abs(made - expected).max() < 1e-6
    assert np.array_equal(scene.thing.touch, sequence.contact_object)


def test_graph_and_frame_of_targets_are_the_stores(root: Path, models: Path) -> None:
    recordings = recordings_of(root, models)
    scene = recordings.scene(NAME, frames=5)
    rest = load_shared_data(root, models, [recordings.find(NAME)]).rest["s2"]
    stored = targets(read_sequence(recordings.find(NAME).path), scene.frames, rest, "body")
    origin, axes = scene.frame_of_targets()
    nodes = (scene.nodes - origin[:, None]) @ axes
    assert scene.node_names[:39] == arms("both")
    assert np.abs(nodes[:, :39] - stored["body"]).max() < 1e-6
    assert np.abs(np.swapaxes(axes, 1, 2) @ scene.thing.rotation - stored["object_rotation"]).max() < 1e-6


def test_a_scene_says_what_it_is_of(root: Path, models: Path) -> None:
    scene = recordings_of(root, models).scene(NAME, frames=3, also=[5, 23])
    assert scene.frames.tolist() == [0, 5, 12, 23]
    assert (scene.person, scene.thing.name, scene.motion, scene.action) == ("s2", "mug", "pass", "pass")
    assert (scene.n_frames, scene.contact, scene.framerate, scene.source.name) == (24, (6, 23), 120.0, "GRAB")
    assert scene.table is None
    body, thing = scene.touched
    assert body[scene.body.touch.any(axis=0)].min() > 0 == thing[~scene.thing.touch.any(axis=0)].max()


def test_the_table_is_read_where_there_is_one(root: Path, models: Path, members, save) -> None:
    table = {"params": {"transl": np.tile([0.0, 1.0, 0.7], (24, 1)), "global_orient": np.zeros((24, 3))}}
    file = recordings_of(root, models).find(NAME).path
    whole = members("s2", "mug_pass_1", frames=24) | {"table": table}
    save(file, whole)
    mesh_path(root, "table").write_bytes(mesh_path(root, "mug").read_bytes())
    scene = recordings_of(root, models).scene(NAME, frames=2)
    assert scene.table is not None
    assert np.allclose(scene.table.placed(1), scene.table.vertices + np.array([0, 1, 0.7]))
    save(file, whole | {"table": {"params": {"transl": np.zeros((2, 3)), "global_orient": np.zeros((24, 3))}}})
    with pytest.raises(InputError, match="'table' is not in GRAB's format"):
        recordings_of(root, models).scene(NAME)


def test_a_name_that_is_not_there_is_told_with_those_that_are(root: Path, models: Path) -> None:
    recordings = recordings_of(root, models)
    with pytest.raises(InputError, match=r"did you mean s2/mug_pass_1\?"):
        recordings.scene("s2/mug_pas_1")
    # what this person did with this thing, and not what others' recordings are called alike
    with pytest.raises(InputError, match=r"; choose from s2/mug_pass_1$"):
        recordings.scene("s2/mug_offhand_7")
    with pytest.raises(InputError, match="has no frame 99"):
        recordings.scene(NAME, also=[99])
