"""No recording is taken twice, whatever its two names are."""

import shutil
from pathlib import Path

import pytest

from deepgrasp.errors import InputError
from deepgrasp.grab.data_root import find_recordings


@pytest.fixture
def root(tmp_path: Path, members, save) -> Path:
    for stem in ("mug_drink_1", "mug_drink_2"):
        written = members("s3", stem, frames=12)
        written["body"]["params"]["transl"][0, 0] += int(stem[-1])  # two takes are never the same
        save(tmp_path / "grab/s3" / f"{stem}.npz", written)
    return tmp_path


@pytest.mark.parametrize(
    ("copy", "says"),
    [
        ("mug_drink_01", r"mug_drink_1\.npz: is another name for s3/mug_drink_01"),
        ("mug_drink_7", r"mug_drink_7\.npz: holds the same recording as s3/mug_drink_1; remove one of the two"),
    ],
)
def test_a_recording_under_two_names_is_refused(root: Path, copy: str, says: str) -> None:
    assert [each.id for each in find_recordings(root)] == ["s3/mug_drink_1", "s3/mug_drink_2"]
    shutil.copy(root / "grab/s3/mug_drink_1.npz", root / f"grab/s3/{copy}.npz")
    with pytest.raises(InputError, match=says):
        find_recordings(root)


def test_what_is_no_recording_is_told(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    (root / "grab/s3/mug_drink_2.npz").rename(root / "grab/s3/mug_drink_2.NPZ")
    (root / "grab/s3/mug_drink_3.npz.part").touch()
    assert [each.id for each in find_recordings(root)] == ["s3/mug_drink_1"]
    said = "left out 2 files that are no recordings (*.npz): s3/mug_drink_2.NPZ, s3/mug_drink_3.npz.part"
    assert [each.message.partition(": ")[2] for each in caplog.records] == [said]


def test_damaged_files_of_one_size_are_left_to_who_reads_them(root: Path) -> None:
    for stem in ("mug_drink_3", "mug_drink_4"):
        (root / f"grab/s3/{stem}.npz").write_bytes(b"damaged")
    assert len(find_recordings(root)) == 4


def test_a_take_made_again_stands_beside_the_take(root: Path) -> None:
    (root / "grab/s3/mug_drink_2.npz").rename(root / "grab/s3/mug_drink_1_Retake.npz")
    assert [each.id for each in find_recordings(root)] == ["s3/mug_drink_1", "s3/mug_drink_1_Retake"]
