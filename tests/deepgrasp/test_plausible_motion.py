"""A recording's motion is one that people make, and its arrays say the same of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepgrasp.errors import InputError
from deepgrasp.geometry.rotations import rotation_matrix, rotation_vectors
from deepgrasp.grab.catalogue import GRAB
from deepgrasp.grab.plausible_motion import first_apart
from deepgrasp.grab.reader import read_sequence

Tree = dict[str, Any]
TURNED = rotation_matrix([0, 0, np.pi])  # about the world's vertical


@pytest.fixture
def read(tmp_path: Path, members, save) -> Callable[..., Any]:
    def reads(change: Callable[[Tree, Tree], object], stem: str = "mug_lift", **options: Any) -> Any:
        written = members("s3", stem, frames=12)
        change(written["body"]["params"], written["object"]["params"])
        path = save(tmp_path / "s3" / f"{stem}.npz", written | options.pop("keys", {}))
        return read_sequence(path, **options)

    return reads


def _moved(array: np.ndarray, by: Any) -> None:
    array[5:] += by


def _flipped(array: np.ndarray) -> None:
    array[5:, :3] = rotation_vectors(TURNED @ rotation_matrix(array[5:, :3]))


def _frozen(*arrays: np.ndarray) -> None:
    for array in arrays:
        array[:] = array[0]


def _lying(array: np.ndarray) -> None:
    array[:, :3] = 0.01 * array[:, 3:6]  # y is up


def _repeated(array: np.ndarray, by: int = 0) -> np.ndarray:
    """The angles of the 21 joints of ``[T, 165]``, one of them another in frame 7."""
    changed = array[:, 3:66].copy()
    changed[7, 20] += by
    return changed


FULL = "'body.params.fullpose'"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            lambda body, _: _moved(body["transl"], [3, 0, 0]),
            r"'body.params.transl' jumps by (2\.\d+|3\.?\d*) m from frame 4 to frame 5: 3\d\d.* m/s at 120 frames a "
            "second, expected 15 m/s at most; mend it, say the right framerate",
        ),
        (
            lambda _, thing: _moved(thing["transl"], [0, 0, 1]),
            "'object.params.transl' jumps by .* from frame 4 to frame 5",
        ),
        (
            lambda body, _: _flipped(body["fullpose"]),
            rf"{FULL} flips by 1[67]\d degrees from frame 4 to frame 5: .* rad/s at 120 frames .*, expected 60 rad/s",
        ),
        (
            lambda _, thing: _flipped(thing["global_orient"]),
            "'object.params.global_orient' flips by 1[67].* frame 4 to",
        ),
        (lambda body, _: _frozen(body["transl"], body["fullpose"]), f"{FULL} and .* are the same in frames 0 to 11"),
        (lambda _, thing: _frozen(*thing.values()), "'object.params.transl' are the same in frames 0 to 11; .* lift"),
        (lambda body, _: _lying(body["fullpose"]), f"{FULL} has a body that lies in frames 0 to 11"),
        (
            lambda body, _: body.update(global_orient=body["fullpose"][:, 3:6]),
            f"'body.params.global_orient' has other angles than {FULL} in frame 0",
        ),
        (
            lambda body, _: body.update(body_pose=_repeated(body["fullpose"], 1)),
            f"'body.params.body_pose' has other angles than {FULL} in frame 7",
        ),
        (lambda body, _: body.update(body_pose=body["fullpose"]), r"'body.params.body_pose' has shape \(12, 165\)"),
    ],
)
def test_a_motion_that_nobody_makes(read, change: Callable[[Tree, Tree], object], problem: str) -> None:
    with pytest.raises(InputError, match=rf"mug_lift.npz: keys? .*{problem}"):
        read(change)


def _brisk(body: Tree, thing: Tree) -> None:
    frames = np.arange(12)[:, None] / 120  # seconds
    body["transl"] += frames * [4, 0, 0]  # m/s
    body["fullpose"][:, 2] += np.linspace(0, 1, 12)  # 10 rad/s
    thing["transl"] += frames * [0, 0, 9]


@pytest.mark.parametrize("kind", ["f2", "f4", "f8"])
def test_what_is_fast_and_what_is_rounded_is_taken(read, kind: str) -> None:
    def change(body: Tree, thing: Tree) -> None:
        _brisk(body, thing)
        body["global_orient"] = body["fullpose"][:, :3].astype(kind)
        body["body_pose"] = _repeated(body["fullpose"]).astype(kind)

    assert read(change).n_frames == 12


def test_other_things_may_rest_and_other_worlds_may_lie(read) -> None:
    assert read(lambda _, thing: _frozen(*thing.values()), "mug_drink_1").n_frames == 12
    mine = replace(GRAB, upright=False, carried=frozenset())
    assert read(lambda body, _: _lying(body["fullpose"]), catalogue=mine).n_frames == 12
    assert read(lambda _, thing: _frozen(*thing.values()), catalogue=mine).n_frames == 12


def test_a_slow_camera_sees_longer_steps(read) -> None:
    step = [0.5, 0, 0]
    with pytest.raises(InputError, match=r"jumps by 0\.[45]\d* m"):
        read(lambda body, _: _moved(body["transl"], step))
    assert read(lambda body, _: _moved(body["transl"], step), keys={"framerate": 25.0}).n_frames == 12
    assert read(lambda body, _: _moved(body["transl"], step), catalogue=replace(GRAB, framerate=25.0)).n_frames == 12


def test_one_rotation_in_other_numbers_is_no_difference() -> None:
    angles = np.array([[0.1, 0, 0], [0, np.pi, 0], [0, 0, 2.0]])
    same = angles * [[1], [-1], [1 - 2 * np.pi / 2]]
    assert first_apart(angles, same) is None
    assert first_apart(angles, same + np.array([[0], [0], [0.1]])) == 2
