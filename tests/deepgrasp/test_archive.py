"""Archives: GRAB's names, nothing outside the target, nothing half-written, and damage of every kind."""

import errno
import io
import os
import shutil
import signal
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from deepgrasp.errors import InputError
from deepgrasp.grab.archive import RECEIPTS, destination, unpack_all

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
        ({"s1/a": b"", "s1/./a": b""}, 0, "holds a file twice"),
        ({"s1/a": b"", "s1//a": b""}, 0, "holds a file twice"),
        ({"s1/a": b"", "s1/A": b""}, 0, "holds a file twice"),  # one file on macOS and Windows
        ({"s1/a": b"", "s1/a/b": b""}, 0, "holds a file that is a folder too"),
        ({f"s1/{'a' * 300}": b""}, 0, "has a name that no disk takes"),
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


KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from deepgrasp.grab import archive

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def copy(source, sink, size, whole=shutil.copyfileobj, done=[]):
    if len(done) == 2:
        sink.write(source.read(100)), sink.flush(), die()
    done.append(whole(source, sink, size))

def show(*arguments, whole=archive._show):
    whole(*arguments), die()

{change}
archive.unpack_all(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.mark.parametrize(
    ("change", "shown", "left"),
    [
        ("archive.shutil.copyfileobj = copy", False, 2),  # in the middle of the third file
        ("archive._show = die", False, 0),  # all files complete, none in its place
        ("archive._show = show", True, 4),  # in place, not written down yet
    ],
)
def test_a_killed_run_is_continued(
    zips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, shown: bool, left: int
) -> None:
    content, root, copied = {f"s1/cup_pass_{k}.npz": os.urandom(5000) for k in range(4)}, tmp_path / "root", []
    (zips / "grab__s1.zip").write_bytes(archive(content))
    code = KILLED.format(change=change)
    done = subprocess.run([sys.executable, "-c", code, zips, root], cwd=Path(__file__).parents[2])
    assert done.returncode == -signal.SIGKILL
    assert (root / "grab/s1").exists() == shown
    monkeypatch.setattr(shutil, "copyfileobj", lambda *a, whole=shutil.copyfileobj: copied.append(whole(*a)))
    assert unpack_all(zips, root) == ["grab__s1.zip"]
    assert len(copied) == left
    assert {f"s1/{path.name}": path.read_bytes() for path in (root / "grab/s1").iterdir()} == content
    assert [path.name for path in (root / RECEIPTS).iterdir()] == ["grab__s1.zip.json"]
    assert unpack_all(zips, root) == []


def test_what_is_left_of_another_archive_is_not_used(zips: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "root" / RECEIPTS / "grab__s1.zip.partial"
    (scratch / "s1").mkdir(parents=True)
    (scratch / "content.json").write_text("[]")
    (scratch / "s1/mug_lift.npz").write_bytes(b"b" * 300)
    (zips / "grab__s1.zip").write_bytes(archive())
    unpack_all(zips, tmp_path / "root")
    assert (tmp_path / "root/grab/s1/mug_lift.npz").read_bytes() == CONTENT["s1/mug_lift.npz"]


def test_a_damaged_member_shows_nothing_of_its_archive(zips: Path, tmp_path: Path) -> None:
    stored = archive({"s1/a.npz": b"good", "s1/b.npz": os.urandom(5000), "s1/c.npz": b"good"})
    at = stored.index(b"s1/b.npz") + 2000
    (zips / "grab__s1.zip").write_bytes(stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :])
    with pytest.raises(InputError, match=r"grab__s1.zip: is damaged .*; download it again"):
        unpack_all(zips, tmp_path / "root")
    assert [path for path in (tmp_path / "root").rglob("*") if path.is_file()] == []


def test_other_files_of_a_folder_stay(zips: Path, tmp_path: Path) -> None:
    mine = tmp_path / "root/grab/s1/notes.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    (zips / "grab__s1.zip").write_bytes(archive())
    unpack_all(zips, tmp_path / "root")
    assert sorted(path.name for path in mine.parent.iterdir()) == ["cup_lift.npz", "mug_lift.npz", "notes.txt"]


def test_no_room_on_the_disk(zips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (zips / "grab__s1.zip").write_bytes(archive())
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(InputError, match=r"root: an archive needs 0.0 GB, 0.0 GB are free; make room"):
        unpack_all(zips, tmp_path / "root")
    monkeypatch.undo()
    monkeypatch.setattr(shutil, "copyfileobj", _full)
    with pytest.raises(InputError, match=r"root: cannot be written \(No space left on device\); make room"):
        unpack_all(zips, tmp_path / "root")


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_members_that_overlap_are_refused(zips: Path, tmp_path: Path) -> None:
    data = archive({"s1/a.npz": os.urandom(5000)})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entries = data[start:end] + data[start:end].replace(b"s1/a.npz", b"s1/b.npz")  # two names, one member
    tail = bytearray(data[end:])
    tail[8:12], tail[12:16] = (2).to_bytes(2, "little") * 2, len(entries).to_bytes(4, "little")
    (zips / "grab__s1.zip").write_bytes(data[:start] + entries + tail)
    with pytest.raises(InputError, match="holds more than its size"):
        unpack_all(zips, tmp_path / "root")


def test_a_member_that_is_larger_than_it_claims(zips: Path, tmp_path: Path) -> None:
    size, data = 1 << 20, archive({"s1/a.npz": bytes(1 << 20)})
    claimed = (1000).to_bytes(4, "little")
    (zips / "grab__s1.zip").write_bytes(data.replace(size.to_bytes(4, "little"), claimed))
    with pytest.raises(InputError, match=r"is damaged \(BadZipFile: Bad CRC-32"):  # after 1000 bytes
        unpack_all(zips, tmp_path / "root")
    assert [path for path in (tmp_path / "root").rglob("*") if path.is_file()] == []


def test_five_hundred_damaged_archives(zips: Path, tmp_path: Path) -> None:
    rng, whole, messages = np.random.default_rng(0), archive(), list[str]()
    for k in range(500):
        damaged = bytearray(whole)
        if k % 2:
            del damaged[int(rng.integers(len(whole))) :]
        # every tenth is whole, so that something appears; what once did had lost a member without a word
        for place in rng.integers(max(len(damaged), 1), size=3 if k % 10 else 0)[: len(damaged)]:
            damaged[place] ^= 1 << int(rng.integers(8))
        (zips / "grab__s1.zip").write_bytes(damaged)
        try:
            unpack_all(zips, tmp_path / "roots" / str(k))
        except InputError as error:
            messages.append(str(error))
    assert len(messages) > 400
    assert not [message for message in messages if "\n" in message]
    assert {path.name for path in tmp_path.iterdir()} <= {"zips", "roots"}
    shown = list((tmp_path / "roots").glob("*/grab/s1"))
    assert shown
    for folder in shown:  # whatever appeared is whole
        assert {path.read_bytes() for path in folder.iterdir()} == set(CONTENT.values())
    assert not list((tmp_path / "roots").rglob("*.partial"))


LITTER = {
    "__MACOSX/s1/._mug_lift.npz": b"Mac",
    "s1/._mug_lift.npz": b"Mac",
    "s1/.DS_Store": b"Mac",
    "s1/Thumbs.db": b"Windows",
    "desktop.ini": b"Windows",
}


def test_what_operating_systems_leave_is_left_out_with_one_line(zips: Path, tmp_path: Path, caplog) -> None:
    (zips / "grab__s1.zip").write_bytes(archive(LITTER | CONTENT))
    (zips / "._grab__s1.zip").write_bytes(b"Mac")
    assert unpack_all(zips, tmp_path / "root") == ["grab__s1.zip"]
    assert {f"s1/{path.name}": path.read_bytes() for path in (tmp_path / "root/grab/s1").iterdir()} == CONTENT
    assert not (tmp_path / "root/grab/__MACOSX").exists()
    first, second = caplog.messages
    assert first.endswith("zips: left out 1 file of operating systems: ._grab__s1.zip")
    shown = "__MACOSX/s1/._mug_lift.npz, desktop.ini, s1/.DS_Store, ..."
    assert second.endswith(f"grab__s1.zip: left out 5 files of operating systems: {shown}")


def test_a_pipe_among_the_archives_is_not_waited_for(zips: Path, tmp_path: Path) -> None:
    os.mkfifo(zips / "grab__s1.zip")
    with pytest.raises(InputError, match="is a folder, a pipe or a device, not a file"):
        unpack_all(zips, tmp_path / "root")


@pytest.mark.parametrize("linked", ["grab", "grab/s1"])
def test_a_folder_may_be_a_link_to_another_disk(zips: Path, tmp_path: Path, monkeypatch, linked: str) -> None:
    """No test may mount a disk: renaming is made to fail as between two."""
    root, disk = tmp_path / "root", tmp_path / "disk"
    disk.mkdir()
    (root / linked).parent.mkdir(parents=True)
    (root / linked).symlink_to(disk)
    rename, replace = Path.rename, Path.replace

    def between(move):
        def moved(path: Path, target: Path) -> Path:
            if len({place.resolve().is_relative_to(disk) for place in (path.parent, Path(target).parent)}) == 2:
                raise OSError(errno.EXDEV, "Invalid cross-device link")
            return move(path, target)

        return moved

    monkeypatch.setattr(Path, "rename", between(rename))
    monkeypatch.setattr(Path, "replace", between(replace))
    (zips / "grab__s1.zip").write_bytes(archive())
    assert unpack_all(zips, root) == ["grab__s1.zip"]
    assert (root / linked).is_symlink()
    assert {f"s1/{path.name}": path.read_bytes() for path in (root / "grab/s1").iterdir()} == CONTENT
    assert {path.name for path in disk.iterdir()} == (
        {"s1"} if linked == "grab" else {Path(name).name for name in CONTENT}
    )
    assert unpack_all(zips, root) == []


def test_a_link_that_leads_nowhere_is_told(zips: Path, tmp_path: Path) -> None:
    (zips / "grab__s1.zip").write_bytes(archive())
    (tmp_path / "root").mkdir()
    (tmp_path / "root/grab").symlink_to(tmp_path / "disk that is not there")
    with pytest.raises(InputError, match="root/grab: is not a folder, and none can be made there; mend"):
        unpack_all(zips, tmp_path / "root")
    assert (tmp_path / "root/grab").is_symlink()


def test_a_member_that_hides_in_a_comment_is_missed(zips: Path, tmp_path: Path) -> None:
    """One bit makes the second entry of the directory a comment of the first."""
    data = bytearray(archive())
    second = data.rindex(b"PK\x01\x02")
    data[second - len("s1/mug_lift.npz") - 46 + 32] = 46 + len("s1/cup_lift.npz")  # the length of the first's comment
    (zips / "grab__s1.zip").write_bytes(data)
    with zipfile.ZipFile(zips / "grab__s1.zip") as opened:
        assert opened.namelist() == ["s1/mug_lift.npz"]
    with pytest.raises(InputError, match="holds another number of files than it says"):
        unpack_all(zips, tmp_path / "root")


def test_a_member_that_is_shorter_than_it_claims(zips: Path, tmp_path: Path) -> None:
    """Without a checksum and a packed size in the directory, its content is nothing, which has the checksum 0."""
    data = bytearray(archive())
    entry = data.index(b"PK\x01\x02")
    data[entry + 16 : entry + 24] = bytes(8)
    (zips / "grab__s1.zip").write_bytes(data)
    with pytest.raises(InputError, match=r"s1/mug_lift\.npz is shorter than it claims"):
        unpack_all(zips, tmp_path / "root")
    assert not (tmp_path / "root/grab/s1").exists()
