"""A lab's own capture in a graph store: its people, objects, intents, framerate, and one hand."""

from pathlib import Path

import numpy as np
import pytest

from deepgrasp.data_source import data_source
from deepgrasp.errors import InputError
from deepgrasp.geometry.symmetries import from_arrays
from deepgrasp.grab.npz import Npz
from deepgrasp.prepare.prepare import prepare
from deepgrasp.store.store import Store, open_store
from tests.conftest import save_sequence
from tests.lab import OBJECTS, PEOPLE, write_lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lab(tmp_path_factory.mktemp("lab"))


@pytest.fixture(scope="module")
def store(lab: Path, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(prepare(lab, models, tmp_path_factory.mktemp("own") / "graphs", frames=8, workers=1))


def test_its_names_and_classes(store: Store) -> None:
    manifest = store.manifest
    assert {record["subject"] for record in store.sequences} == set(PEOPLE)
    assert (manifest["objects"], manifest["actions"]) == ([*OBJECTS], ["operate", "hand_over", "move"])
    record = store.sequences[0]
    assert (record["id"], record["object"], record["action"]) == ("ben/ben-bottle-hand_over-1", "bottle", "hand_over")
    assert store.read("action", np.arange(3)).tolist() == [1, 2, 0]


def test_it_says_whose_it_is(store: Store) -> None:
    source = data_source(store.manifest)
    assert (source.name, source.framerate, source.licence) == ("Hand Lab", 60, "CC-BY-4.0")
    assert source.cite == "Doe et al. (2027), Hands at Work."


def test_folds_are_of_its_people(store: Store) -> None:
    assert len(store.manifest["folds"]["subject"]) == 3
    assert len(store.manifest["folds"]["leave-one-out"]) == 6
    assert "object" in store.manifest["impossible"]  # GRAB's official split names GRAB's objects
    tested = {name.split("/")[0] for k in range(3) for name in store.fold("subject", k)["test"]}
    assert tested == set(PEOPLE)


def test_symmetries_are_found_unless_given(store: Store) -> None:
    given = dict(zip(store.manifest["meshes"], from_arrays(store.meshes), strict=True))
    # all meshes are spheres
    assert [given[name].freedom for name in ("key", "bottle", "brush", "jar")] == [3, 1, 0, 0]
    assert len(given["jar"].turns) == 4


def test_families_are_classes_where_sizes_are_merged(lab: Path, models: Path, tmp_path: Path) -> None:
    keep = {"objects": ["bottle", "bowl", "key"]}
    path = prepare(lab, models, tmp_path / "graphs", frames=8, sizes="merged", keep=keep, workers=1)
    assert open_store(path).manifest["objects"] == ["key", "vessel"]


def test_what_is_kept_is_named_as_the_catalogue_does(lab: Path, models: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'mug' is unknown; choose from"):
        prepare(lab, models, tmp_path / "graphs", frames=8, keep={"objects": ["mug"]}, workers=1)


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("framerate", 120.0, "'framerate' is 120.0, and the catalogue says 60"),
        ("motion_intent", "move", "'motion_intent' is 'move', but the file's name says 'hand_over'"),
        ("sbj_id", "anna", "'sbj_id' is 'anna', but the file's name says 'ben'"),
        ("obj_name", "mug", "'obj_name' is 'mug', which Hand Lab does not have"),
        ("gender", "neutral", "'gender' is 'neutral'"),
    ],
)
def test_a_file_that_says_otherwise_is_told(
    tmp_path: Path, models: Path, key: str, value: object, problem: str
) -> None:
    root = write_lab(tmp_path / "lab")
    path = root / "grab/ben/ben-bottle-hand_over-1.npz"
    with Npz(path) as npz:
        members = {name: npz.read(name) for name in npz.keys}
    save_sequence(path, members | {key: value})
    with pytest.raises(InputError, match=problem):
        prepare(root, models, tmp_path / "graphs", frames=8, workers=1)
    assert not (tmp_path / "graphs").exists()
