"""Where a command may write is known before it works, and what it could not have made is not replaced."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmark.outputs import check_file, check_folder
from deepgrasp.errors import InputError


def test_what_can_be_made_or_replaced_passes(tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    (tmp_path / "link").symlink_to("there")
    for name in ("there", "link", "new", "new/below"):
        check_file(tmp_path / name)
    for folder in (tmp_path, tmp_path / "new/below"):
        check_folder(folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "there"]  # asking makes nothing


@pytest.mark.parametrize(
    ("check", "name", "says"),
    [
        (check_file, "folder", "is a folder; name a file"),
        (check_file, "pipe", "is a device or a pipe; name a file"),
        (check_file, "file/below", "file is a file, no folder; name another place"),
        (check_folder, "file", "is a file, no folder; name another place"),
        (check_folder, "file/below", "file is a file, no folder; name another place"),
    ],
)
def test_what_is_in_the_way_is_one_clear_error(
    tmp_path: Path, check: Callable[[Path], None], name: str, says: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=says):
        check(tmp_path / name)


def test_no_device_is_replaced() -> None:
    with pytest.raises(InputError, match="/dev/null: is a device or a pipe"):
        check_file(Path(os.devnull))
