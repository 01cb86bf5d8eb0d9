"""What is stored beside the graphs of a window: of the right frames, and each agreeing with the others."""

from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from deepgrasp.body.hands import hand_vertices
from deepgrasp.body.meshes import load_mesh
from deepgrasp.choices import Extra
from deepgrasp.errors import InputError
from deepgrasp.prepare.prepare import prepare
from deepgrasp.skeleton import JOINTS, POINT_INDEX
from deepgrasp.store.store import Store, open_store

NAME = "s3/mug_drink_1"


@pytest.fixture
def store(root: Path, models: Path, tmp_path: Path) -> Store:
    made = prepare(root, models, tmp_path / "graphs", frames=8, workers=1, extras=get_args(Extra))
    return open_store(made)


def test_every_extra_of_every_sequence(store: Store) -> None:
    shapes = {
        "window": (8,),
        "joints": (8, 65, 3),
        "contact_body": (8, 10475),
        "contact_object": (8, 642),
        "object_vertices": (8, 642, 3),
        "hand_vertices": (8, 2, 778, 3),
        "body_vertices": (8, 10475, 3),
    }
    for record in store.sequences:
        assert {name: array.shape for name, array in store.extras(record["id"]).items()} == shapes


def test_they_are_of_the_windows_frames_and_agree(store: Store, root: Path) -> None:
    found = {name: np.array(array) for name, array in store.extras(NAME).items()}
    row = store.rows([NAME])
    assert found["window"].tolist() == store.read("frame", row)[0].tolist()
    hands = hand_vertices(root / "tools")
    assert np.array_equal(found["hand_vertices"], found["body_vertices"][:, hands])
    tip = POINT_INDEX["left_index_tip"]
    assert np.array_equal(found["joints"][:, tip], found["body_vertices"][:, hands[1, 320]])
    touched = np.unpackbits(store.read("touch", row)[0], axis=-1, count=778)
    assert np.array_equal(found["contact_body"][:, hands] != 0, touched.astype(bool))
    neck, wrist = (found["joints"][:, JOINTS.index(name)] for name in ("neck", "left_wrist"))
    stored = store.read("body", row)[0]
    lengths = np.linalg.norm(stored[:, 35], axis=-1)  # the left wrist from the neck, in any axes
    assert np.allclose(np.linalg.norm(wrist - neck, axis=-1), lengths, atol=1e-6)


def test_the_objects_vertices_follow_its_pose(store: Store, root: Path) -> None:
    vertices, _ = load_mesh(root / "tools/object_meshes/contact_meshes/mug.ply")
    posed = np.array(store.extras(NAME)["object_vertices"])
    with np.load(root / "grab" / f"{NAME}.npz", allow_pickle=True) as npz:  # our own file
        transl = npz["object"].item()["params"]["transl"]
    centre = transl[store.read("frame", store.rows([NAME]))[0, 3]]
    assert np.allclose(np.linalg.norm(posed[3] - centre, axis=1), 0.05, atol=1e-3)  # a sphere about its origin
    assert posed.shape[1] == len(vertices)


@pytest.mark.parametrize("extra", get_args(Extra))
def test_each_by_itself(root: Path, models: Path, tmp_path: Path, extra: Any) -> None:
    alone = open_store(prepare(root, models, tmp_path / "graphs", frames=2, workers=1, extras=[extra]))
    expected = {"contact_body", "contact_object"} if extra == "contact" else {extra}
    assert set(alone.extras(NAME)) == {"window"} | expected


def test_a_file_that_was_changed_is_refused(store: Store) -> None:
    path = store.path / "extras" / f"{NAME}.safetensors"
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(InputError, match=r"mug_drink_1\.safetensors: \d+ bytes, the manifest says"):
        store.extras(NAME)
