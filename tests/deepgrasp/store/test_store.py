"""The store: rows in the order asked for, checks on opening, and nothing half-written, even when killed."""

import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import SUBJECTS
from deepgrasp.store.arrays import map_arrays
from deepgrasp.store.manifest import content_hash
from deepgrasp.store.store import open_store
from deepgrasp.store.writer import Shard, write_store

HEADER = {"kind": "synthetic", "prepare": {"frames": 4}, "objects": ["mug"], "actions": ["use"]}
MESHES = {"points": np.zeros((1, 2, 3), np.float32), "diameter": np.ones(1, np.float32)}


def shards(rows: int = 2) -> Iterator[Shard]:
    for number, subject in enumerate(SUBJECTS):
        label = {"subject": subject, "object": "mug", "action": "use"}
        records = [{"id": f"{subject}/mug_drink_{k}", "frames": 4, "n_frames": 9, **label} for k in range(rows)]
        pose = np.arange(rows * 4, dtype=np.float32) + 100 * number
        framewise = {"pose": pose, "touch": pose.astype(np.uint8)}
        yield Shard(subject, records, [], {"object": np.full(rows, number)}, framewise)


def ragged() -> Iterator[Shard]:
    """A sequence a subject: the first has 5 frames, the second 6, and so on; frame t of subject k reads 100 k + t."""
    for number, subject in enumerate(SUBJECTS):
        record = {"id": f"{subject}/mug_drink_1", "subject": subject, "object": "mug", "action": "use"}
        pose = np.arange(5 + number, dtype=np.float32) + 100 * number
        yield Shard(
            subject,
            [record | {"frames": len(pose), "n_frames": len(pose)}],
            [],
            {"object": np.zeros(1, int)},
            {"pose": pose},
        )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_store(tmp_path / "graphs", shards(), meshes=MESHES, header=HEADER)


def test_reads_the_rows_asked_for_in_their_order(path: Path) -> None:
    store = open_store(path)
    assert (store.kind, store.frames, len(store.sequences)) == ("synthetic", 4, 20)
    assert store.read("pose").shape == (20, 4)
    assert store.read("pose", [5, 0, 19, 0])[:, 0].tolist() == [204, 0, 904, 0]
    assert store.read("object", store.rows(["s10/mug_drink_0", "s1/mug_drink_1"])).tolist() == [9, 0]
    assert store.read("object", -1).tolist() == [9]
    assert store.read("touch", []).shape == (0, 4)
    assert {name: array.dtype for name, array in store.meshes.items()} == {name: a.dtype for name, a in MESHES.items()}


def test_rows_that_are_not_there(path: Path) -> None:
    store = open_store(path)
    with pytest.raises(InputError, match="no sequence 's1/cup_lift'"):
        store.rows(["s1/cup_lift"])
    with pytest.raises(IndexError):
        store.read("pose", [20])
    with pytest.raises(KeyError):
        store.read("pain")


def test_whole_windows_are_read_evenly_thinned_out(tmp_path: Path) -> None:
    store = open_store(write_store(tmp_path / "graphs", ragged(), meshes=MESHES, header=HEADER))
    assert store.view(3).read("pose", [0, 4]).tolist() == [[0, 2, 4], [400, 404, 408]]
    assert store.view(5).read("pose", [0]).tolist() == [[0, 1, 2, 3, 4]]
    assert store.view(3).read("object", [0, 4]).tolist() == [0, 0]
    assert store.whole("pose", 2).tolist() == [200, 201, 202, 203, 204, 205, 206]
    with pytest.raises(InputError, match=r"inputs\.frames: null, but the store holds whole windows of 5 to 14 frames"):
        store.read("pose", [0])
    with pytest.raises(InputError, match=r"inputs\.frames: 6 frames, the store has 5 of s1/mug_drink_1"):
        store.view(6)


def test_fewer_frames_than_stored(path: Path) -> None:
    store = open_store(path).view(2)
    assert (store.frames, store.read("pose", [5]).tolist()) == (2, [[204, 207]])
    assert store.whole("pose", 5).tolist() == [204, 205, 206, 207]


def test_nothing_was_stored_beside_the_graphs(path: Path) -> None:
    with pytest.raises(InputError, match=r"no extras of 's1/mug_drink_0'; name them in prepare\.extras"):
        open_store(path).extras("s1/mug_drink_0")


def test_folds_by_split_and_replicate(path: Path) -> None:
    store = open_store(path)
    fold = store.fold("subject", 4)
    assert fold["test"] == [f"{subject}/mug_drink_{k}" for subject in ("s7", "s10") for k in (0, 1)]
    assert len(fold["train"]) + len(fold["validation"]) + len(fold["test"]) == 20
    with pytest.raises(
        InputError,
        match=r"no fold 0 of a split by shoe; it has, .*, leave-one-out \(10\), random \(5\), subject \(5\)",
    ):
        store.fold("shoe", 0)
    with pytest.raises(InputError, match=r"no split by object \(object fold 0: no sequence to train on\)"):
        store.fold("object", 0)
    assert store.fold("leave-one-out", 9)["test"] == ["s10/mug_drink_0", "s10/mug_drink_1"]
    for k in (5, -1):
        with pytest.raises(InputError, match=f"no fold {k} of a split by subject"):
            store.fold("subject", k)


def test_the_hash_is_of_the_content(path: Path, tmp_path: Path) -> None:
    elsewhere = write_store(tmp_path / "other" / "place", shards(), meshes=MESHES, header=HEADER)
    assert open_store(elsewhere).hash == open_store(path).hash
    for change in (
        {"shards": shards(3)},
        {"meshes": {"points": np.ones((1, 2, 3), np.float32)}},
        {"header": HEADER | {"kind": "grab"}},
    ):
        arguments: dict[str, Any] = {"shards": shards(), "meshes": MESHES, "header": HEADER} | change
        other = write_store(tmp_path / "changed", arguments.pop("shards"), **arguments)
        assert open_store(other).hash != open_store(path).hash


def test_a_store_can_be_copied_but_not_changed(path: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(path, tmp_path / "copy"))
    assert open_store(copy).hash == open_store(path).hash
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["folds"]["subject"][0]["train"].pop()
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match=r"manifest\.json: changed after it was written"):
        open_store(copy)


def test_splits_are_checked_on_opening(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = json.loads((path / "manifest.json").read_text())
    fold = manifest["folds"]["subject"][3]
    fold["train"].append(fold["test"].pop())
    (path / "manifest.json").write_text(json.dumps(manifest))
    monkeypatch.setattr("deepgrasp.store.store.content_hash", lambda _: manifest["hash"])  # as if the writer had erred
    with pytest.raises(InputError, match="subject fold 3: subject s9 is in two parts"):
        open_store(path)


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4])


@pytest.mark.parametrize(
    ("name", "harm", "message"),
    [
        ("manifest.json", Path.unlink, "graphs: no graph store here"),
        ("manifest.json", _truncate, r"manifest\.json: not readable"),
        ("manifest.json", lambda path: path.write_text('{"schema": 99}'), "not a manifest of schema 7"),
        ("s4.safetensors", Path.unlink, r"s4\.safetensors: 0 bytes, the manifest says"),
        ("s4.safetensors", _truncate, r"s4\.safetensors: \d+ bytes, the manifest says"),
        ("s4.safetensors", lambda path: path.write_bytes(b"x" * path.stat().st_size), "not a readable shard"),
        ("meshes.safetensors", _truncate, r"meshes\.safetensors: \d+ bytes"),
    ],
)
def test_a_store_that_is_not_whole(path: Path, name: str, harm, message: str) -> None:
    harm(path / name)
    with pytest.raises(InputError, match=message):
        open_store(path)


def _failing() -> Iterator[Shard]:
    for number, shard in enumerate(shards()):
        if number == 5:
            raise RuntimeError("disk full")
        yield shard


def test_a_run_that_fails_leaves_the_earlier_store(path: Path) -> None:
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    with pytest.raises(RuntimeError, match="disk full"):
        write_store(path, _failing(), meshes=MESHES, header=HEADER)
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before
    assert [file.name for file in path.parent.iterdir()] == ["graphs"]


KILLED = """
import importlib.util, os, signal, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("helpers", sys.argv[1])
helpers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(helpers)
def killed():
    for number, shard in enumerate(helpers.shards(3)):
        if number == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        yield shard
helpers.write_store(Path(sys.argv[2]), killed(), meshes=helpers.MESHES, header=helpers.HEADER)
"""


@pytest.mark.parametrize("earlier", [False, True])
def test_a_run_that_is_killed_leaves_nothing_or_the_earlier_store(tmp_path: Path, earlier: bool) -> None:
    path = tmp_path / "graphs"
    if earlier:
        write_store(path, shards(), meshes=MESHES, header=HEADER)
    run = subprocess.run([sys.executable, "-c", KILLED, __file__, str(path)], check=False)
    assert run.returncode == -9
    assert list(tmp_path.glob("graphs.*.partial"))  # the kill was in the middle
    assert path.exists() == earlier
    if earlier:
        assert len(open_store(path).sequences) == 20
    write_store(path, shards(3), meshes=MESHES, header=HEADER)  # the next run is not disturbed
    assert len(open_store(path).sequences) == 30
    assert [file.name for file in tmp_path.iterdir()] == ["graphs"]


def test_a_subject_without_sequences_has_no_shard(tmp_path: Path) -> None:
    empty = Shard("s1", [], [{"id": "s1/mug_lift", "problem": "damaged"}], {}, {})
    kept = [empty if shard.name == "s1" else shard for shard in shards()]
    store = open_store(write_store(tmp_path / "graphs", kept, meshes=MESHES, header=HEADER))
    assert store.manifest["skipped"] == [{"id": "s1/mug_lift", "problem": "damaged"}]
    assert "s1" not in store.manifest["shards"]
    assert store.read("object", [0]).tolist() == [1]


def _flip(path: Path) -> None:
    """Of one bit: the size stays, and the time as well, as when a disk fails."""
    before, data = path.stat(), bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("name", ["s4", "meshes"])
def test_a_flipped_bit_is_seen_by_the_first_who_reads_the_shard(path: Path, name: str) -> None:
    _flip(path / f"{name}.safetensors")
    store = open_store(path)
    assert store.read("pose", [0]).tolist() == [[0, 1, 2, 3]]  # of another shard
    with pytest.raises(InputError, match=rf"{name}\.safetensors: its content is not what was written .* prepare"):
        store.meshes if name == "meshes" else store.read("pose")


def test_content_is_read_for_its_hash_once_as_long_as_no_file_is_touched(path: Path, monkeypatch) -> None:
    read = list[str]()
    whole = hashlib.file_digest

    def digest(file: Any, kind: str) -> Any:
        read.append(Path(file.name).stem)
        return whole(file, kind)

    monkeypatch.setattr(hashlib, "file_digest", digest)
    open_store(path).read("pose")
    assert sorted(read) == sorted(SUBJECTS)
    open_store(path).read("pose")
    assert len(read) == 10
    (path / "s4.safetensors").touch()
    open_store(path).read("pose")
    assert read[10:] == ["s4"]
    path.with_name(".graphs.checked.json").write_text("[{")  # a damaged note is no note
    assert open_store(path).read("pose").shape == (20, 4)


def _forge(change) -> Any:
    """Changes a manifest and makes its hash anew, as whoever forges it would."""

    def harm(path: Path) -> None:
        manifest = json.loads(path.read_text())
        change(manifest)
        path.write_text(json.dumps(manifest | {"hash": content_hash(manifest)}))

    return harm


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda m: m.update(sequences={}), "the manifest.sequences is no list"),
        (lambda m: m.update(shards=[]), "the manifest.shards is no dict"),
        (lambda m: m.pop("folds"), "the manifest has no folds"),
        (lambda m: m.update(kind=None), "the manifest.kind is no str"),
        (lambda m: m.update(kind="real"), "kind 'real' is unknown"),
        (lambda m: m["sequences"][0].update(row=True), r"the manifest.sequences\[0\].row is no int"),
        (lambda m: m["sequences"][0].update(id="../../s1"), "'..' is no name of a shard or a sequence"),
        (lambda m: m["sequences"][0].update(shard="s99"), "s1/mug_drink_0 lies in shard 's99', which is not there"),
        (lambda m: m["sequences"][1].update(row=7), "shard 's1' does not hold the rows and frames of its sequences"),
        (lambda m: m["sequences"][1].update(frames=-4), "shard 's1' does not hold the rows and frames"),
        (lambda m: m["sequences"].insert(9, m["sequences"].pop(1)), "in one place|does not hold the rows"),
        (lambda m: m["shards"]["s2"].update(rows=10**30), "shard 's2' does not hold the rows and frames"),
        (lambda m: m["shards"].update({"../s2": m["shards"]["s2"]}), "'../s2' is no name of a shard"),
        (lambda m: m["folds"].update(shoe=[]), "split 'shoe' is unknown"),
        (lambda m: m["folds"]["subject"][0].pop("test"), r"the manifest.folds.subject\[0\] has no test"),
        (lambda m: m.update(impossible=[]), "the manifest.impossible is no dict"),
        (lambda m: m.update(prepare="as published"), "the manifest.prepare is no dict"),
        (lambda m: m.update(actions={}), "the manifest.actions is no list"),
        (lambda m: m["sequences"][0].pop("n_frames"), r"the manifest.sequences\[0\] has no n_frames"),
        (lambda m: m.update(sequences=[]), "it has no sequences"),
    ],
)
def test_a_forged_manifest_is_refused_by_its_form(path: Path, change, problem: str) -> None:
    _forge(change)(path / "manifest.json")
    with pytest.raises(InputError, match=rf"manifest\.json: .*({problem})"):
        open_store(path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"[" * 100_000, "nested too deeply"),
        (b'{"schema": 7, "schema": 7}', "holds '[a-z]+' twice"),
        (b'{"schema": NaN}', "NaN is no number"),
        (b'{"schema": ' + b"9" * 10_000 + b"}", "not readable"),
        (b"\xff\xfe", "not readable"),
        (b"[3]", "not a manifest of schema 7"),
    ],
)
def test_a_text_that_is_no_manifest(path: Path, text: bytes, problem: str) -> None:
    (path / "manifest.json").write_bytes(text)
    with pytest.raises(InputError, match=rf"manifest\.json: .*{problem}"):
        open_store(path)


FINE = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}


@pytest.mark.parametrize(
    "entry",
    [
        None,
        7,
        [],
        FINE | {"dtype": "BF16"},
        FINE | {"dtype": ["F32"]},
        FINE | {"dtype": None},
        FINE | {"shape": 6},
        FINE | {"shape": [1] * 100},
        FINE | {"shape": [-2, -3]},
        FINE | {"shape": [2, 3.0]},
        FINE | {"shape": [True, 6]},
        FINE | {"shape": [10**30, 0]},
        FINE | {"shape": [3, 3]},
        FINE | {"shape": "23"},
        FINE | {"data_offsets": [0]},
        FINE | {"data_offsets": [24, 0]},
        FINE | {"data_offsets": [-24, 0]},
        FINE | {"data_offsets": [8, 32]},
        FINE | {"data_offsets": None},
        {},
    ],
)
def test_headers_that_describe_no_array(tmp_path: Path, entry: Any) -> None:
    _write_shard(tmp_path / "s1.safetensors", json.dumps({"pose": FINE}).encode())
    assert map_arrays(tmp_path / "s1.safetensors")["pose"].shape == (2, 3)
    _write_shard(tmp_path / "s1.safetensors", json.dumps({"pose": entry}).encode())
    with pytest.raises(InputError, match=r"s1\.safetensors: not a readable shard"):
        map_arrays(tmp_path / "s1.safetensors")


@pytest.mark.parametrize("header", [b"[]", b'"pose"', b"[" * 9999, b'{"pose": {}, "pose": {}}', b"", b"\xff"])
def test_headers_of_another_kind(tmp_path: Path, header: bytes) -> None:
    _write_shard(tmp_path / "s1.safetensors", header)
    with pytest.raises(InputError, match=r"s1\.safetensors: not a readable shard"):
        map_arrays(tmp_path / "s1.safetensors")


def _write_shard(path: Path, header: bytes) -> None:
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(24))


def test_infinity_never_reaches_a_store(tmp_path: Path) -> None:
    made = list(shards())
    made[3].framewise["pose"][2] = np.inf
    with pytest.raises(InputError, match="s4, pose: is not finite everywhere"):
        write_store(tmp_path / "graphs", made, meshes=MESHES, header=HEADER)
    assert not (tmp_path / "graphs").exists()
