"""The stand-in on disk: GRAB's layout, keys and types, what published tools impose, same bytes for the same seed."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import parse_name
from deepgrasp.standin.plan.scales import SCALES
from deepgrasp.standin.synthesize import synthesize
from tests.deepgrasp.standin.bodies import from_coefficients

ACTIONS = {"inspect": 4, "drink": 2, "toast": 2, "pass": 5, "lift": 3, "offhand": 2}
MINI = replace(
    SCALES["tiny"],
    objects=("cubesmall", "mug"), actions=ACTIONS, each=(8, 10), lengths={0: 156, 100: 169}, retreat=(10, 14),
)  # fmt: skip
BODY = {"transl": 3, "global_orient": 3, "body_pose": 63, "jaw_pose": 3, "leye_pose": 3, "reye_pose": 3}
BODY |= {"left_hand_pose": 24, "right_hand_pose": 24, "fullpose": 165, "expression": 10}
HAND = {"global_orient": 3, "transl": 3, "hand_pose": 24, "fullpose": 45}


def write(folder: Path, workers: int, seed: int = 0) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SCALES, "mini", MINI)
        synthesize(folder / "standin", folder / "standin" / "models", seed=seed, scale="mini", workers=workers)
    return folder / "standin"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("one"), workers=1)


@pytest.fixture(scope="module")
def sequences(root: Path) -> dict[Path, dict[str, Any]]:
    loaded = {}
    for path in sorted(root.glob("grab/*/*.npz")):
        with np.load(path, allow_pickle=True) as npz:
            assert all(npz[key].shape == () for key in npz.files)
            loaded[path] = {key: npz[key].item() for key in npz.files}
    return loaded


def test_layout(root, sequences):
    assert len(sequences) == json.loads((root / "STANDIN.json").read_text())["sequences"] >= 16
    for path, data in sequences.items():
        name = parse_name(path.parent.name, path.stem)
        assert (data["sbj_id"], data["obj_name"]) == (name.subject, name.object)
        for part in ("body", "lhand", "rhand"):
            assert (root / data[part]["vtemp"]).is_file()
        assert (root / data["object"]["object_mesh"]).is_file()
        assert (root / data["table"]["table_mesh"]).is_file()
    for gender in ("MALE", "FEMALE", "NEUTRAL"):
        assert (root / "models" / "smplx" / f"SMPLX_{gender}.npz").is_file()
    assert (root / "tools" / "smplx_correspondence" / "rhand_smplx_ids.npy").is_file()
    assert json.loads((root / "tools" / "subject_settings" / "s4.json").read_text())["gender"] == "female"
    assert json.loads((root / "tools" / "object_settings" / "mug.json").read_text())["extent_m"][2] > 0.09
    assert [p.name for p in root.parent.iterdir()] == ["standin"]  # nothing half-written beside it


def test_keys_types_and_shapes(sequences):
    for data in sequences.values():
        frames = data["n_frames"]
        expected = {"body": BODY, "lhand": HAND, "rhand": HAND}
        expected |= {part: {"transl": 3, "global_orient": 3} for part in ("object", "table")}
        for part, sizes in expected.items():
            params = data[part]["params"]
            assert {key: value.shape for key, value in params.items()} == {key: (frames, n) for key, n in sizes.items()}
            assert all(value.dtype == np.float32 and np.isfinite(value).all() for value in params.values())
        assert data["contact"]["body"].shape == (frames, 10475)
        assert data["contact"]["object"].dtype == data["contact"]["body"].dtype == np.int8
        assert (data["framerate"], data["n_comps"]) == (120.0, 24)
        assert data["gender"] in ("male", "female")
        assert data["motion_intent"]


def test_constraints_of_the_published_tools(sequences):
    for data in sequences.values():
        touched = (data["contact"]["object"] > 0).any(1)
        assert touched.sum() >= 100  # they abort below 81
        assert data["n_frames"] > 120
        assert np.flatnonzero(touched)[0] >= 30
        assert (touched == (data["contact"]["body"] > 0).any(1)).all()
        assert data["contact"]["object"].shape[1] >= 1024


def test_hands_are_what_the_coefficients_give(sequences):
    for data in sequences.values():
        body = data["body"]["params"]
        for side, first, part in (("left", 75, "lhand"), ("right", 120, "rhand")):
            full = body["fullpose"][:, first : first + 45]
            np.testing.assert_allclose(from_coefficients(body[f"{side}_hand_pose"], side), full, atol=2e-6)
            mano = data[part]["params"]
            np.testing.assert_allclose(from_coefficients(mano["hand_pose"], side, "mano"), full, atol=2e-6)
            np.testing.assert_array_equal(mano["fullpose"], full)
        np.testing.assert_array_equal(body["fullpose"][:, 3:66], body["body_pose"])


def test_pickles_are_readable_by_numpy_1(sequences):
    with zipfile.ZipFile(next(iter(sequences))) as archive:
        member = archive.read("body.npy")
    assert b"numpy.core" in member
    assert b"numpy._core" not in member
    assert member[128:130] == b"\x80\x03"  # protocol 3, after the npy header


def test_same_seed_same_bytes_with_any_number_of_workers(root, tmp_path):
    other = write(tmp_path, workers=2)
    files = sorted(p.relative_to(root) for p in root.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(other) for p in other.rglob("*") if p.is_file())
    assert [f for f in files if (root / f).read_bytes() != (other / f).read_bytes()] == []


def test_foreign_data_is_left_alone(tmp_path):
    (tmp_path / "grab").mkdir()
    with pytest.raises(InputError, match="not a stand-in"):
        synthesize(tmp_path, tmp_path / "models", seed=0, scale="tiny")
    assert [p.name for p in tmp_path.iterdir()] == ["grab"]


def test_unknown_scale(tmp_path):
    with pytest.raises(InputError, match="scale huge"):
        synthesize(tmp_path / "root", tmp_path / "models", seed=0, scale="huge")
    assert not (tmp_path / "root").exists()


@pytest.mark.parametrize("field", ["object", "intent"])
def test_constant_columns_tell_nothing(sequences, field):
    """A tree on every column that never changes within a sequence is no better than chance on left-out sequences."""
    from sklearn.model_selection import KFold, cross_val_score
    from sklearn.tree import DecisionTreeClassifier

    parts = ("body", "lhand", "rhand", "object", "table")
    groups = [[data[p]["params"][k] for p in parts for k in sorted(data[p]["params"])] for data in sequences.values()]
    tables = [np.hstack(group) for group in groups]
    constant = np.all([np.ptp(table, axis=0) == 0 for table in tables], axis=0)
    assert constant.any()  # the table, the face
    names = [parse_name(path.parent.name, path.stem) for path in sequences]
    labels = np.array([name.object if field == "object" else name.action for name in names])
    known = np.array([table[0, constant] for table in tables])
    tree = DecisionTreeClassifier(max_depth=4, random_state=0)
    accuracy = cross_val_score(tree, known, labels, cv=KFold(6, shuffle=True, random_state=0)).mean()
    chance = np.unique(labels, return_counts=True)[1].max() / len(labels)
    assert accuracy < chance + 3 * np.sqrt(chance * (1 - chance) / len(labels))
