"""The Croissant card says what the store holds; mlcroissant, where it is installed, reads the recordings by it."""

import importlib.util
import json
from pathlib import Path

import pytest

from benchmark.release import croissant
from deepgrasp.errors import InputError
from deepgrasp.library.checksums import sha256
from deepgrasp.store.store import Store
from deepgrasp.store.stored_fields import ARRAYS, STORED_FIELDS
from tests.benchmark.release.tiny_store import tiny_store

MISSING = importlib.util.find_spec("mlcroissant") is None


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return tiny_store(tmp_path / "graphs")


def test_names_every_file_with_its_hash(store: Store) -> None:
    files = json.loads(croissant.card(store, "graphs/"))["distribution"]
    lie = {path.name: path for path in store.path.iterdir() if path.is_file()}
    assert {file["name"]: file["sha256"] for file in files} == {name: sha256(path) for name, path in lie.items()}
    assert all(file["contentUrl"] == f"graphs/{file['name']}" for file in files)


def test_every_array_and_field_is_explained(store: Store) -> None:
    assert set(store.sequences[0]) == set(STORED_FIELDS)
    from safetensors import safe_open

    with safe_open(store.path / "s1.safetensors", framework="numpy") as file:
        assert set(file.keys()) == set(ARRAYS)


def test_licensed_data_have_none(tmp_path: Path) -> None:
    store = tiny_store(tmp_path / "graphs", kind="grab")
    with pytest.raises(InputError, match="made of licensed data"):
        croissant.card(store)


@pytest.mark.skipif(MISSING, reason="Croissant card: NOT CHECKED by mlcroissant, which is not installed (extra `card`)")
@pytest.mark.filterwarnings("ignore")  # its own dependencies' deprecations
def test_mlcroissant_reads_it_and_the_recordings(store: Store) -> None:
    import mlcroissant

    path = store.path.parent / croissant.CROISSANT_FILE
    path.write_text(croissant.card(store, "graphs/"))
    data = mlcroissant.Dataset(jsonld=path)
    assert not data.metadata.ctx.issues.errors
    read = [record["sequences/id"].decode() for record in data.records("sequences")]
    assert read == [record["id"] for record in store.sequences]
    assert len(list(data.records("arrays"))) == len(ARRAYS)
