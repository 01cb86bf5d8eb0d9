"""The manifest of a large store, by columns: it says what the manifest by records says, and is checked as strictly."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import SUBJECTS
from deepgrasp.store import columns
from deepgrasp.store.manifest import content_hash
from deepgrasp.store.store import open_store
from deepgrasp.store.writer import Shard, write_store


def write(path: Path) -> Path:
    """Two files a person, the second with extras of its only sequence."""
    shards = []
    for subject in SUBJECTS:
        label = {"subject": subject, "object": "mug", "action": "use", "frames": 2, "n_frames": 9}
        records = [{"id": f"{subject}/mug_drink_{k}", **label} for k in range(3)]
        records[2]["extras"] = {"bytes": 1, "sha256": "0"}
        for name, mine in ((subject, records[:2]), (f"{subject}-2", records[2:])):
            pose = np.arange(2 * len(mine), dtype=np.float32) + 100 * len(shards)
            shards.append(Shard(name, mine, [], {"object": np.arange(len(mine))}, {"pose": pose}))
    return write_store(
        path, shards, meshes={}, header={"kind": "synthetic", "prepare": {}, "objects": ["mug"], "actions": ["use"]}
    )


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(columns, "FROM", 1)
    return write(tmp_path / "large")


def test_it_says_what_records_say(large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    store, small = open_store(large), open_store(write(tmp_path / "small"))
    assert (store.manifest["schema"], small.manifest["schema"]) == (8, 7)
    assert store.sequences == small.sequences
    assert store.manifest["sequences"][2] == small.sequences[2]
    assert list(store.manifest["sequences"][1:3]) == small.sequences[1:3]
    for split, k in (("subject", 4), ("leave-one-out", 9), ("random", 0)):
        assert store.fold(split, k) == small.fold(split, k)
    assert store.manifest["impossible"] == small.manifest["impossible"]
    ids = store.fold("subject", 1)["test"]
    assert np.array_equal(store.read("pose", store.rows(ids)), small.read("pose", small.rows(ids)))
    assert store.view(1).frames == 1
    with pytest.raises(InputError, match="3 frames, the store has 2 of s1/mug_drink_0"):
        store.view(3)


def _first(fold: str, text: str) -> Any:
    return lambda m: m["folds"][fold].__setitem__(0, text)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda m: m.update(sequences=[]), "the manifest.sequences is no dict"),
        (lambda m: m["sequences"].pop("row"), "the manifest.sequences has no row"),
        (lambda m: m["sequences"]["id"].pop(), "columns of its sequences differ in length"),
        (lambda m: m["sequences"]["extras"].pop(), "columns of its sequences differ in length"),
        (lambda m: m["sequences"]["row"].__setitem__(1, True), r"the manifest.sequences.row\[1\] is no int"),
        (lambda m: m["sequences"]["row"].__setitem__(1, 10**30), "shard 's1' does not hold the rows and frames"),
        (lambda m: m["sequences"]["id"].__setitem__(4, "s2/../x"), "'..' is no name of a shard or a sequence"),
        (lambda m: m["sequences"]["shard"].__setitem__(2, "s9"), "sequences of one shard are not in one place"),
        (lambda m: m["sequences"]["shard"].__setitem__(2, "s99"), "s1/mug_drink_2 lies in shard 's99', which is not"),
        (lambda m: m["sequences"]["frames"].__setitem__(0, 3), "shard 's1' does not hold the rows and frames"),
        (lambda m: m["folds"].update(subject=[{"train": []}]), r"the manifest.folds.subject\[0\] is no str"),
        (_first("subject", "012"), "a fold does not say the part of every sequence"),
        (_first("subject", "3" * 30), "a fold does not say the part of every sequence"),
        (_first("random", "0" * 30), "random fold 0: no sequence to validate on"),
        (_first("subject", "12" + "0" * 28), "subject fold 0: subject s1 is in two parts"),
    ],
)
def test_a_forged_one_is_refused(large: Path, change: Any, problem: str) -> None:
    manifest = json.loads((large / "manifest.json").read_text())
    change(manifest)
    (large / "manifest.json").write_text(json.dumps(manifest | {"hash": content_hash(manifest)}))
    with pytest.raises(InputError, match=problem):
        open_store(large)


def test_one_that_was_changed_is_refused(large: Path) -> None:
    text = (large / "manifest.json").read_text()
    (large / "manifest.json").write_text(text.replace("mug_drink_1", "mug_drink_7"))
    with pytest.raises(InputError, match="changed after it was written"):
        open_store(large)
