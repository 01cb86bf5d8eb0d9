"""From a data root to a store: what it holds, that nothing leaks, and all that can be wrong with a data set."""

import shutil
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepgrasp.body import meshes
from deepgrasp.errors import InputError
from deepgrasp.geometry import rotations
from deepgrasp.grab.catalogue import GENDERS, parse_name
from deepgrasp.grab.data_root import RecordingFile
from deepgrasp.prepare import prepare as preparing
from deepgrasp.prepare.prepare import prepare
from deepgrasp.prepare.recordings import Sample
from deepgrasp.skeleton import INDEX, arm_parent, arms
from deepgrasp.store.store import Store, open_store

NAMES = arms("both")
DRINK = "grab/s3/mug_drink_1.npz"


# --- the whole


def _prepare(root: Path, models: Path, tmp_path: Path, **options: Any) -> Path:
    return prepare(root, models, tmp_path / "graphs", **({"frames": 8, "workers": 1} | options))


def _copy_mesh(root: Path, name: str) -> None:
    folder = root / "tools/object_meshes/contact_meshes"
    shutil.copy(folder / "mug.ply", folder / f"{name}.ply")


def test_the_store_of_a_small_root(store_path: Path) -> None:
    store = open_store(store_path)
    ids = [record["id"] for record in store.sequences]
    assert ids[:4] == ["s1/mug_drink_1", "s2/cubesmall_lift", "s2/mug_pass_1", "s3/mug_drink_1"]
    assert ids[-1] == "s10/mug_drink_1"
    assert store.kind == "grab"
    assert store.manifest["objects"] == ["cubesmall", "mug"]
    assert store.read("object").tolist() == [1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    assert store.read("action").tolist() == [0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    shapes = {
        name: store.read(name, [0]).shape[1:]
        for name in ("pose", "bones", "touch", "body", "lean", "object_rotation", "object_translation")
    }
    assert shapes == {
        "pose": (8, 39, 3),
        "bones": (49,),
        "touch": (8, 2, 98),
        "body": (8, 39, 3),
        "lean": (8, 3, 3),
        "object_rotation": (8, 3, 3),
        "object_translation": (8, 3),
    }
    assert store.read("frame", [0]).tolist() == [[6, 8, 11, 13, 16, 18, 21, 23]]
    assert (store.sequences[0]["frames"], store.sequences[0]["n_frames"]) == (8, 24)


def test_meshes_in_the_store(store_path: Path) -> None:
    stored = open_store(store_path).meshes
    assert stored["points"].shape == (2, 256, 3)
    assert np.allclose(np.linalg.norm(stored["points"], axis=2), 0.05, atol=1e-3)
    assert np.allclose(stored["diameter"], 0.1, atol=1e-6)
    # the tests' cubesmall and mug are balls
    assert stored["symmetry_freedom"].tolist() == [3, 3]
    assert stored["symmetry_turns"].shape == (2, 1, 3, 3)
    assert stored["right_faces"].shape == stored["left_faces"].shape == (776, 3)
    assert sorted(np.unique(stored["right_faces"])) == list(range(778))


def test_several_processes_write_the_same_bytes(root: Path, models: Path, store_path: Path, tmp_path: Path) -> None:
    seen = []
    path = _prepare(root, models, tmp_path, workers=2, progress=lambda done, total: seen.append((done, total)))
    assert {file.name: file.read_bytes() for file in path.iterdir()} == {
        file.name: file.read_bytes() for file in store_path.iterdir()
    }
    assert seen == [(k, 11) for k in range(1, 12)]


def test_shards_of_bounded_size_hold_the_same(root: Path, models: Path, store_path: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(preparing, "SHARD_BYTES", 1)
    store, whole = open_store(_prepare(root, models, tmp_path)), open_store(store_path)
    assert [name for name in store.manifest["shards"] if name.startswith("s2")] == ["s2", "s2-2"]
    assert [record["id"] for record in store.sequences] == [record["id"] for record in whole.sequences]
    assert store.manifest["folds"] == whole.manifest["folds"]
    shuffled = np.random.default_rng(0).permutation(len(store.sequences))
    for name in ("pose", "touch", "bones", "object"):
        np.testing.assert_array_equal(store.read(name, shuffled), whole.read(name, shuffled))


def test_a_writer_holds_one_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "SHARD_BYTES", 10 * 80)
    recordings = [RecordingFile(Path(f"mug_lift_{k}.npz"), parse_name("s1", f"mug_lift_{k}")) for k in range(100)]
    alive: list[weakref.ref[Any]] = []

    def made() -> Iterator[Sample]:
        for recording in recordings:
            sample = Sample({"id": recording.id, "frames": 10}, {}, {"pose": np.zeros(10)})
            alive.append(weakref.ref(sample))
            yield sample
            del sample

    held, rows = [], []
    for shard in preparing._shards(recordings, made()):
        rows.append(len(shard.sequences))
        held.append(sum(each() is not None for each in alive))
    assert rows == [10] * 10
    assert max(held) <= 11


def test_merged_sizes_share_a_class_and_keep_their_meshes(root: Path, models: Path, tmp_path: Path, save) -> None:
    _copy_mesh(root, "cubelarge")
    _rewrite(root / DRINK, save, lambda tree: tree.update(obj_name="cubelarge"), "cubelarge_lift.npz")
    store = open_store(_prepare(root, models, tmp_path, sizes="merged"))
    rows = store.rows(["s2/cubesmall_lift", "s3/cubelarge_lift", "s1/mug_drink_1"])
    assert store.manifest["objects"] == ["cube", "mug"]
    assert store.manifest["meshes"] == ["cubelarge", "cubesmall", "mug"]
    assert store.read("object", rows).tolist() == [0, 0, 1]
    assert store.read("mesh", rows).tolist() == [1, 0, 2]


def test_the_stand_in_is_known_by_its_file(root: Path, models: Path, tmp_path: Path) -> None:
    (root / "STANDIN.json").write_text("{}")
    assert open_store(_prepare(root, models, tmp_path)).kind == "synthetic"


def test_the_source_hash_follows_the_content_and_not_the_place(
    root: Path, models: Path, store_path: Path, tmp_path: Path, save
) -> None:
    before = open_store(store_path)
    same = open_store(_prepare(root, models, tmp_path))
    assert (same.hash, same.manifest["source_hash"]) == (before.hash, before.manifest["source_hash"])
    _rewrite(root / DRINK, save, _move_body)
    after = open_store(_prepare(root, models, tmp_path))
    assert after.manifest["source_hash"] != before.manifest["source_hash"]


def test_full_length_thinned_out_is_what_fewer_frames_are(
    root: Path, models: Path, store_path: Path, tmp_path: Path
) -> None:
    fixed, full = open_store(store_path), open_store(_prepare(root, models, tmp_path, frames="full"))
    assert {record["frames"] for record in full.sequences} == {18}
    for name in ("pose", "touch", "body", "object_rotation", "object_translation", "frame"):
        assert np.array_equal(full.view(8).read(name), fixed.read(name))
    assert full.whole("frame", 3).tolist() == list(range(6, 24))


# --- oracle and leaks


def test_forward_kinematics_of_the_inputs_is_an_oracle(store_path: Path, root: Path) -> None:
    store = open_store(store_path)
    pose, wanted = store.read("pose"), store.read("body")
    for row, record in enumerate(store.sequences):
        rest = _rest(root, record["subject"])
        positions = _arm_positions(pose[row], rest)
        assert np.abs(positions - wanted[row]).max() < 1e-6


def _rest(root: Path, subject: str) -> np.ndarray:
    template = meshes.load_template(root / "tools/subject_meshes" / GENDERS[subject] / f"{subject}.ply")
    at = np.arange(55) * 10
    return 0.75 * template[at] + 0.25 * template[at + 5]  # what the hand-made models regress


def _arm_positions(angles: np.ndarray, rest: np.ndarray) -> np.ndarray:
    turns = dict(zip(NAMES, np.moveaxis(rotations.rotation_matrix(angles), 1, 0), strict=True))
    turns["neck"] = np.broadcast_to(np.eye(3), turns["neck"].shape)  # the arms hang from spine3, whose axes these are
    places = {"neck": np.zeros((len(angles), 3))}
    while len(places) < len(NAMES):
        for name in set(NAMES) - set(places):
            above = arm_parent(name)
            if above in places:
                places[name] = places[above] + turns[above] @ (rest[INDEX[name]] - rest[INDEX[above]])
                turns[name] = turns[above] @ turns[name]
    return np.stack([places[name] for name in NAMES], axis=1)


def _rewrite(path: Path, save, change: Callable[[dict[str, Any]], None], to: str | None = None) -> None:
    with np.load(path, allow_pickle=True) as npz:  # our own file
        tree = {key: npz[key].item() for key in npz.files}
    change(tree)
    path.unlink()
    save(path.with_name(to or path.name), tree)


def _relabel(tree: dict[str, Any]) -> None:
    tree["obj_name"] = "cup"


def _move_object(tree: dict[str, Any]) -> None:
    tree["object"]["params"] = {key: 0.5 - value for key, value in tree["object"]["params"].items()}


def _turn_body(tree: dict[str, Any]) -> None:
    tree["body"]["params"]["fullpose"][:, : 3 * 4] += 0.5  # root, hips and spine


def _move_body(tree: dict[str, Any]) -> None:
    tree["body"]["params"]["transl"] += 0.2


@pytest.mark.parametrize(
    ("change", "to"),
    [(_relabel, "cup_offhand_3.npz"), (_move_object, None), (_turn_body, None), (_move_body, None)],
)
def test_no_target_reaches_an_input(
    root: Path, models: Path, store_path: Path, tmp_path: Path, save, change, to
) -> None:
    _copy_mesh(root, "cup")
    _rewrite(root / DRINK, save, change, to)
    before, after = open_store(store_path), open_store(_prepare(root, models, tmp_path, frame="world"))
    row = before.rows(["s3/mug_drink_1"])
    for name in ("pose", "bones", "touch"):
        assert after.read(name, row).tobytes() == before.read(name, row).tobytes()
    changed = [name for name in ("object", "action", "body", "object_rotation") if _differ(after, before, name, row)]
    assert changed  # the targets did move


def _differ(a: Store, b: Store, name: str, row: np.ndarray) -> bool:
    return not np.array_equal(a.read(name, row), b.read(name, row))


# --- what can be wrong


def _break(root: Path, what: str) -> None:
    tools, drink = root / "tools", root / DRINK
    mesh, template = tools / "object_meshes/contact_meshes/mug.ply", tools / "subject_meshes/female/s3.ply"
    table = tools / "smplx_correspondence/rhand_smplx_ids.npy"
    changes: dict[str, Callable[[], Any]] = {
        "no root": lambda: shutil.rmtree(root),
        "no recordings": lambda: [file.unlink() for file in (root / "grab").glob("*/*.npz")],
        "truncated": lambda: drink.write_bytes(drink.read_bytes()[:1000]),
        "unknown object": lambda: drink.rename(drink.with_name("spoon_lift.npz")),
        "unknown subject": lambda: drink.parent.rename(drink.parent.with_name("p11")),
        "nobody's body": lambda: drink.parent.rename(drink.parent.with_name("s11")),
        "no mesh": mesh.unlink,
        "no template": template.unlink,
        "no table": table.unlink,
        "wrong table": lambda: np.save(table, np.arange(778) + 10000),
        "both hands": lambda: np.save(table, np.arange(778) + 4595),
        "other hand": lambda: np.save(table, np.arange(778)),
        "no split": lambda: [shutil.rmtree(f) for f in (root / "grab").iterdir() if f.name not in ("s1", "s2")],
    }
    changes[what]()


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("no root", "grab: missing data root"),
        ("no recordings", "grab: no recordings"),
        ("truncated", r"mug_drink_1\.npz: not a readable npz"),
        ("unknown object", "s3/spoon_lift: unknown object 'spoon'"),
        ("unknown subject", "p11/mug_drink_1: unknown subject 'p11'"),
        ("nobody's body", "subject_meshes: no s11.ply"),
        ("no mesh", r"mug\.ply: missing mesh"),
        ("no template", r"s3\.ply: missing mesh"),
        ("no table", r"rhand_smplx_ids\.npy: missing table"),
        ("wrong table", "expected 778 vertex numbers below 10475"),
        ("both hands", "a vertex belongs to both hands"),
        ("other hand", "faces do not cover the right hand"),
        ("no split", "folds of people: 2 people for 3 parts"),
    ],
)
def test_a_data_set_that_is_wrong(root: Path, models: Path, tmp_path: Path, what: str, message: str) -> None:
    earlier = tmp_path / "graphs" / "manifest.json"
    earlier.parent.mkdir()
    earlier.write_text("an earlier store")
    _break(root, what)
    with pytest.raises(InputError, match=message) as caught:
        _prepare(root, models, tmp_path)
    assert "\n" not in str(caught.value)
    assert earlier.read_text() == "an earlier store"
    assert sorted(file.name for file in tmp_path.iterdir() if file.name.startswith("graphs")) == ["graphs"]


def test_an_error_comes_back_from_another_process(root: Path, models: Path, tmp_path: Path) -> None:
    _break(root, "truncated")
    with pytest.raises(InputError, match=r"mug_drink_1\.npz: not a readable npz"):
        _prepare(root, models, tmp_path, workers=2)
    assert not (tmp_path / "graphs").exists()


def test_a_recording_that_is_too_short(root: Path, models: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"mug_drink_1\.npz: too short: 18 frames in the contact window, 19 are"):
        _prepare(root, models, tmp_path, frames=19)
    assert open_store(_prepare(root, models, tmp_path, frames=18)).frames == 18
    with pytest.raises(InputError, match="too short: 6 frames in the prehension window"):
        _prepare(root, models, tmp_path, window="prehension")


def test_contact_of_another_mesh(root: Path, models: Path, tmp_path: Path) -> None:
    import trimesh

    trimesh.creation.icosphere(subdivisions=4).export(root / "tools/object_meshes/contact_meshes/mug.ply")
    with pytest.raises(InputError, match="contact of 642 object vertices, the mesh has 2562"):
        _prepare(root, models, tmp_path)


def test_an_object_out_of_reach_of_the_hand_that_feels_it_is_told(
    root: Path, models: Path, tmp_path: Path, save
) -> None:
    def take_away(tree: dict[str, Any]) -> None:
        tree["object"]["params"]["transl"] += 5

    _rewrite(root / DRINK, save, take_away)
    with pytest.raises(
        InputError, match=r"s3/mug_drink_1\.npz: in frame 0 of its window the object is .* the right hand"
    ):
        _prepare(root, models, tmp_path)
    skipped = open_store(_prepare(root, models, tmp_path, damaged="skip")).manifest["skipped"]
    assert [record["id"] for record in skipped] == ["s3/mug_drink_1"]


def test_damaged_recordings_may_be_skipped(root: Path, models: Path, tmp_path: Path, save) -> None:
    drink = root / "grab/s2/mug_pass_1.npz"
    drink.write_bytes(drink.read_bytes()[:1000])
    store = open_store(_prepare(root, models, tmp_path, damaged="skip"))
    assert len(store.sequences) == 10
    assert [record["id"] for record in store.manifest["skipped"]] == ["s2/mug_pass_1"]
    assert "not a readable npz" in store.manifest["skipped"][0]["problem"]
    assert str(tmp_path) not in str(store.manifest)


def test_what_was_skipped_is_said_when_nothing_is_left(root: Path, models: Path, tmp_path: Path) -> None:
    message = r"no sequence to train on; 11 sequences were skipped, the first, s1/mug_drink_1: too short: 18 frames"
    with pytest.raises(InputError, match=message):
        _prepare(root, models, tmp_path, frames=19, damaged="skip")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": "touch"}, "prepare.window: 'touch' is unknown; choose contact or prehension"),
        ({"frame": "hand"}, "prepare.frame: 'hand' is unknown"),
        ({"sizes": "all"}, "prepare.sizes"),
        ({"damaged": "ignore"}, "prepare.damaged"),
        ({"frames": 1}, "prepare.frames: 1 frames"),
        ({"extras": ["hair"]}, "prepare.extras: 'hair' is unknown; choose joints or contact"),
    ],
)
def test_unknown_options(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        _prepare(tmp_path, tmp_path, tmp_path, **options)


def test_litter_among_the_recordings_is_left_out_with_one_line(
    root: Path, models: Path, tmp_path: Path, caplog
) -> None:
    before = open_store(prepare(root, models, tmp_path / "before", frames=4, workers=1)).hash
    for name in (
        "grab/s1/._mug_drink_1.npz",
        "grab/__MACOSX/mug.npz",
        "tools/smplx_correspondence/._rhand_smplx_ids.npy",
    ):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"Mac")
    assert open_store(prepare(root, models, tmp_path / "after", frames=4, workers=1)).hash == before
    (line,) = caplog.messages
    assert line.endswith("grab: left out 2 files of operating systems: __MACOSX/mug.npz, s1/._mug_drink_1.npz")
