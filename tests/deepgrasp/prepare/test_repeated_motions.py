"""No motion is prepared twice, however its copy was made."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepgrasp.errors import InputError
from deepgrasp.grab.frame_keys import frame_keys
from deepgrasp.grab.reader import read_sequence
from deepgrasp.prepare.prepare import prepare
from deepgrasp.store.store import open_store
from tests.conftest import GENDERS, save_sequence

Tree = dict[str, Any]
FIRST, COPY = "grab/s1/mug_drink_1.npz", "grab/s10/mug_drink_1.npz"


def _read(path: Path) -> Tree:
    with np.load(path, allow_pickle=True) as npz:
        return {key: npz[key].item() for key in npz.files}


def _motion(tree: Tree) -> list[tuple[Tree, str]]:
    return [(part, key) for name in ("body", "object") for part in [tree[name]["params"]] for key in part]


def _in_double(tree: Tree) -> None:
    for part, key in _motion(tree):
        part[key] = part[key].astype(np.float32).astype(np.float64)


def _each_frame(choice: Any) -> Callable[[Tree], None]:
    def change(tree: Tree) -> None:
        for part, key in [*_motion(tree), *((tree["contact"], key) for key in ("body", "object"))]:
            part[key] = part[key][choice]
        tree["n_frames"] = len(tree["contact"]["body"])

    return change


def _other_touch(tree: Tree) -> None:
    tree["contact"]["body"][-1] = 0


@pytest.mark.parametrize(
    ("change", "shared"),
    [
        (lambda _: None, "24 of its 24 frames, frame 0 is frame 0 there"),  # under another person's name
        (_in_double, "24 of its 24 frames"),
        (_other_touch, "24 of its 24 frames"),
        (_each_frame(slice(None, None, -1)), "24 of its 24 frames, frame 0 is frame 23 there"),
        (lambda tree: tree["body"]["params"].update(expression=np.ones((24, 10))), "24 of its 24 frames"),
    ],
)
@pytest.mark.parametrize("damaged", ["error", "skip"])
def test_a_copy_is_told(
    root: Path, models: Path, tmp_path: Path, change: Callable[[Tree], None], shared: str, damaged: Any
) -> None:
    tree = _read(root / FIRST) | {"sbj_id": "s10", "gender": GENDERS["s10"]}
    tree["body"]["vtemp"] = "s10.ply"
    change(tree)
    save_sequence(root / COPY, tree)
    says = f"s10/mug_drink_1.npz: holds the same motion as s1/mug_drink_1: {shared}.*; remove one of the two"
    with pytest.raises(InputError, match=says):
        prepare(root, models, tmp_path / "graphs", frames=8, workers=1, damaged=damaged)
    assert not (tmp_path / "graphs").exists()


def test_a_copy_that_lacks_a_frame_is_told(root: Path, models: Path, tmp_path: Path) -> None:
    keys = frame_keys(read_sequence(root / FIRST))
    kept = np.delete(np.arange(24), (keys.argmin() + 1) % 24)
    tree = _read(root / FIRST)
    _each_frame(kept)(tree)
    save_sequence(root / "grab/s1/mug_drink_7.npz", tree)
    with pytest.raises(InputError, match=r"mug_drink_7\.npz: holds the same motion as .*: 23 of its 23 frames"):
        prepare(root, models, tmp_path / "graphs", frames=8, workers=1)


def test_one_posture_in_two_recordings_is_no_copy(root: Path, models: Path, tmp_path: Path) -> None:
    first, other = _read(root / FIRST), _read(root / COPY)
    least = int(frame_keys(read_sequence(root / FIRST)).argmin())
    for (ours, key), (theirs, _) in zip(_motion(other), _motion(first), strict=True):
        ours[key] += theirs[key][least] - ours[key][least]
        ours[key][least] = theirs[key][least]
    save_sequence(root / COPY, other)
    store = open_store(prepare(root, models, tmp_path / "graphs", frames=8, workers=1))
    assert len(store.sequences) == 11


def test_keys_do_not_hang_on_precision_or_the_sign_of_zero(root: Path, save, tmp_path: Path) -> None:
    tree = _read(root / FIRST)
    _in_double(tree)
    tree["object"]["params"]["transl"][3, 1] = 0.0
    keys = []
    for kind, zero in (("f8", 0.0), ("f4", -0.0)):
        tree["object"]["params"]["transl"][3, 1] = zero
        for part, key in _motion(tree):
            part[key] = part[key].astype(kind)
        keys.append(frame_keys(read_sequence(save(tmp_path / "s1/mug_drink_1.npz", tree))))
    assert np.array_equal(*keys)
    assert len(set(keys[0].tolist())) == 24
