"""Archives: GRAB's names, nothing outside the target, nothing half-written, and damage of every kind."""

import io
import stat
import zipfile
from pathlib import Path

import numpy as np
import pytest

from deepgrasp.errors import InputError
from deepgrasp.grab.archive import destination, unpack_all

CONTENT = {"s1/mug_lift.npz": b"a" * 300, "s1/cup_lift.npz": bytes(range(256)) * 4}


def archive(content: dict[str, bytes] = CONTENT, **special: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zip_file:
        for name, data in content.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = special.get("mode", 0) << 16
            zip_file.writestr(info, data)
    return buffer.getvalue()


@pytest.fixture
def zips(tmp_path: Path) -> Path:
    folder = tmp_path / "zips"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("grab__s1.zip", "grab/s1"),
        ("tools__object_meshes__contact_meshes.zip", "tools/object_meshes/contact_meshes"),
        ("tools__smplx_correspondence.zip", "tools/smplx_correspondence"),
    ],
)
def test_a_name_tells_the_place(name: str, folder: str) -> None:
    assert str(destination(name)) == folder


@pytest.mark.parametrize("name", ["s1.zip", "..__s1.zip", "grab__...zip", "__s1.zip", "grab__.zip"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="is not named as GRAB's archives are"):
        destination(name)


def test_unpacks_once_and_again_only_what_changed(zips: Path, tmp_path: Path) -> None:
    (zips / "grab__s1.zip").write_bytes(archive())
    root, steps = tmp_path / "root", list[tuple[int, int]]()
    assert unpack_all(zips, root, lambda *step: steps.append(step)) == ["grab__s1.zip"]
    assert {name: (root / "grab" / name).read_bytes() for name in CONTENT} == CONTENT
    assert steps == [(1, 1)]
    assert unpack_all(zips, root) == []
    (root / "grab/s1/mug_lift.npz").unlink()
    assert unpack_all(zips, root) == ["grab__s1.zip"]
    (zips / "grab__s1.zip").write_bytes(archive({"s1/mug_lift.npz": b"new"}))
    assert unpack_all(zips, root) == ["grab__s1.zip"]
    assert (root / "grab/s1/mug_lift.npz").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [
        ({"s1/../../evil": b""}, 0, "leaves its folder"),
        ({"/s1/evil": b""}, 0, "leaves its folder"),
        ({"s1/..\\evil": b""}, 0, "leaves its folder"),
        ({"C:evil": b""}, 0, "leaves its folder"),
        ({"s2/mug_lift.npz": b""}, 0, "is not in the folder s1/"),
        ({"s1": b""}, 0, "is not in the folder s1/"),
        ({"s1/link": b"/etc/passwd"}, stat.S_IFLNK | 0o777, "is a link"),
        ({"s1/pipe": b""}, stat.S_IFIFO | 0o777, "is a link or another special file"),
        ({"s1/bomb": bytes(4 << 20)}, 0, "claims 4194304 bytes"),
        ({}, 0, "holds no file"),
    ],
)
def test_an_unsafe_archive_writes_nothing(
    zips: Path, tmp_path: Path, content: dict[str, bytes], mode: int, message: str
) -> None:
    (zips / "grab__s1.zip").write_bytes(archive({"s1/good.npz": b"good"} | content if content else {}, mode=mode))
    with pytest.raises(InputError, match=message):
        unpack_all(zips, tmp_path / "root")
    assert [path.name for path in tmp_path.iterdir()] == ["zips"]


def test_a_folder_without_archives(zips: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no \.zip file"):
        unpack_all(zips, tmp_path / "root")


def test_five_hundred_damaged_archives(zips: Path, tmp_path: Path) -> None:
    rng, whole, messages = np.random.default_rng(0), archive(), list[str]()
    for k in range(500):
        damaged = bytearray(whole)
        if k % 2:
            del damaged[int(rng.integers(len(whole))) :]
        for place in rng.integers(max(len(damaged), 1), size=3)[: len(damaged)]:
            damaged[place] ^= 1 << int(rng.integers(8))
        (zips / "grab__s1.zip").write_bytes(damaged)
        try:
            unpack_all(zips, tmp_path / "roots" / str(k))
        except InputError as error:
            messages.append(str(error))
    assert len(messages) > 400
    assert not [message for message in messages if "\n" in message]
    assert {path.name for path in tmp_path.iterdir()} <= {"zips", "roots"}
    written = [path for path in (tmp_path / "roots").rglob("*") if path.is_file() and path.suffix != ".json"]
    assert written
    for path in written:  # whatever appeared is whole: its CRC was right
        assert path.read_bytes() in CONTENT.values()
        assert path.parts[-3:-1] == ("grab", "s1")
