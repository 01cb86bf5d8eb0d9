"""A recording of ARCTIC: joints where smplx has them, millimetres become metres, and what is wrong is told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepgrasp.arctic.download import TakeFiles
from deepgrasp.arctic.recorded import read_take
from deepgrasp.errors import InputError
from deepgrasp.skeleton import INDEX

SIZES = {
    "transl": 3, "global_orient": 3, "body_pose": 63, "jaw_pose": 3, "leye_pose": 3, "reye_pose": 3,
    "left_hand_pose": 45, "right_hand_pose": 45,
}  # fmt: skip
TAKE = ("s01", "box_use_01", "box", "use")


def write(folder: Path, thing: Any = None, **changes: Any) -> TakeFiles:
    """A recording of four frames in which joint k is turned by k / 100, about each axis."""
    angles = np.repeat(np.arange(55) / 100, 3)
    cut = np.cumsum([SIZES[key] for key in SIZES if key != "transl"])[:-1]
    pose = dict(zip([key for key in SIZES if key != "transl"], np.split(angles, cut), strict=True))
    body = {key: np.tile(value, (4, 1)) for key, value in pose.items()} | {"transl": np.full((4, 3), 1.5)} | changes
    files = TakeFiles(folder, *TAKE)
    np.save(files.path("smplx"), {key: value for key, value in body.items() if value is not None})
    np.save(files.path("object"), np.tile([0.5, 0.1, 0.2, 0.3, 10, 2000, -30], (4, 1)) if thing is None else thing)
    return files


def test_every_joint_and_the_thing(tmp_path: Path) -> None:
    take = read_take(write(tmp_path))
    pose = take.fullpose.reshape(4, 55, 3)
    for name in ("pelvis", "left_hip", "right_wrist", "jaw", "right_eye", "left_index1", "right_thumb3"):
        assert (pose[:, INDEX[name]] == INDEX[name] / 100).all(), name
    assert take.n_frames == 4
    assert (take.transl == 1.5).all()
    np.testing.assert_allclose(take.articulation, 0.5)
    np.testing.assert_allclose(take.object_orient[0], [0.1, 0.2, 0.3])
    np.testing.assert_allclose(take.object_transl[0], [0.01, 2, -0.03])


ROW = np.tile([0.5, 0.1, 0.2, 0.3, 10, 2000, -30], (4, 1))


@pytest.mark.parametrize(
    ("change", "where", "problem"),
    [
        ({"thing": ROW * [1, 1, 1, 1, 1e-3, 1e-3, 1e-3]}, "object", "looks like metres"),
        ({"thing": ROW * [1, 180, 180, 180, 1, 1, 1]}, "object", "rotation is .*looks like degrees"),
        ({"thing": ROW * [180, 1, 1, 1, 1, 1, 1]}, "object", "articulation is 90 .*looks like degrees"),
        ({"thing": ROW * 1e4}, "object", "expected"),
        ({"thing": ROW[:, :6]}, "object", "expected frames x 7"),
        ({"thing": ROW[:3]}, "smplx", "has 4 frames, box_use_01.object.npy has 3"),
        ({"thing": ROW[:0]}, "object", "expected frames x 7"),
        ({"thing": np.full((4, 7), np.nan)}, "object", "not finite in frame 0"),
        ({"thing": np.full((4, 7), "a")}, "object", "no array of numbers"),
        ({"transl": np.full((4, 3), 1500.0)}, "smplx", "transl is 1500 .*looks like millimetres"),
        ({"body_pose": np.full((4, 63), 90.0)}, "smplx", "body_pose is 90 .*looks like degrees"),
        ({"left_hand_pose": np.zeros((4, 24))}, "smplx", r"left_hand_pose has shape \(4, 24\), expected frames x 45"),
        ({"right_hand_pose": None}, "smplx", "right_hand_pose is missing"),
        ({"jaw_pose": "open"}, "smplx", "jaw_pose is missing, or no array"),
        ({"reye_pose": np.full((4, 3), np.inf)}, "smplx", "reye_pose is not finite"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, change: dict[str, Any], where: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem) as error:
        read_take(write(tmp_path, **change))
    assert error.value.where.endswith(f"box_use_01.{where}.npy")


@pytest.mark.parametrize("part", ["smplx", "object"])
def test_no_pickle_is_run(tmp_path: Path, payload: tuple[Any, Path], part: str) -> None:
    files, (hostile, trace) = write(tmp_path), payload
    np.save(files.path(part), np.array({"transl": hostile}, dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="pickle of more than arrays"):
        read_take(files)
    assert not trace.exists()


@pytest.mark.parametrize("part", ["smplx", "object"])
@pytest.mark.parametrize("damage", [lambda data: data[:-40], lambda data: b"", lambda data: b"\x93NUMPY" + data[20:]])
def test_damage_is_told_in_a_line(tmp_path: Path, part: str, damage: Callable[[bytes], bytes]) -> None:
    path = write(tmp_path).path(part)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(InputError, match="is damaged"):
        read_take(TakeFiles(tmp_path, *TAKE))


def test_an_array_is_no_body(tmp_path: Path) -> None:
    files = write(tmp_path)
    np.save(files.path("smplx"), np.zeros((4, 7)))
    with pytest.raises(InputError, match="no dict of arrays"):
        read_take(files)


def test_a_missing_file(tmp_path: Path) -> None:
    files = write(tmp_path)
    files.path("smplx").unlink()
    with pytest.raises(InputError, match="no such file"):
        read_take(files)
