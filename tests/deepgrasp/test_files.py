"""What is written is whole or as it was: on failures, kills, full disks, with two writers, and behind links."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from deepgrasp import files
from deepgrasp.errors import InputError
from deepgrasp.files import only_writer, replaced, replaced_file, write_text

HELD = """
import sys
from pathlib import Path
from deepgrasp.files import replaced
with replaced(Path(sys.argv[1])) as scratch:
    (scratch / "half").touch()
    print("writing", flush=True)
    sys.stdin.read()
"""


def write(folder: Path, text: str) -> None:
    with replaced(folder) as scratch:
        (scratch / "file").write_text(text)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_is_replaced_and_nothing_stays_beside_it(
    tmp_path: Path, exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchange:
        monkeypatch.setattr(files, "_exchanged", lambda one, other: False)
    for text in ("one", "two"):
        write(tmp_path / "deep/out", text)
    assert (tmp_path / "deep/out/file").read_text() == "two"
    assert names(tmp_path / "deep") == ["out"]


def test_where_the_system_exchanges_names_a_folder_is_never_away(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    (tmp_path / "a/file").touch()
    if not files._exchanged(tmp_path / "a", tmp_path / "b"):
        pytest.skip("this file system does not exchange names")
    assert (tmp_path / "b/file").exists()
    assert names(tmp_path / "a") == []


def test_between_the_two_renames_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    write(out, "one")
    monkeypatch.setattr(files, "_exchanged", lambda one, other: False)
    real = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        if "old" not in f"{path.name} {target.name}":
            raise KeyboardInterrupt
        return real(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(out, "two")
    assert (out / "file").read_text() == "one"
    assert names(tmp_path) == ["out"]
    out.rename(tmp_path / "out.old.partial")  # as after a kill there
    with pytest.raises(KeyboardInterrupt):
        write(out, "two")
    assert (out / "file").read_text() == "one"


def test_a_second_writer_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, "one")
    first = subprocess.Popen([sys.executable, "-c", HELD, out], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert first.stdout is not None
    assert first.stdin is not None
    first.stdout.readline()
    with pytest.raises(InputError, match=rf"out: is being written by another process \({first.pid}\)"):
        write(out, "two")
    assert (out / "file").read_text() == "one"
    first.kill()  # its lock goes with it
    first.wait()
    first.stdout.close()
    first.stdin.close()
    assert names(tmp_path) == [".out.lock", "out", f"out.{first.pid}.partial"]
    write(out, "two")
    assert (out / "file").read_text() == "two"
    assert names(tmp_path) == ["out"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    for name in ("out", "text"):
        (tmp_path / name).symlink_to(tmp_path / "elsewhere" / name)
    for text in ("one", "two"):  # the first time they lead nowhere
        write(tmp_path / "out", text)
        write_text(tmp_path / "text", text)
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "text").is_symlink()
    assert (tmp_path / "elsewhere/text").read_text() == (tmp_path / "elsewhere/out/file").read_text() == "two"
    assert names(tmp_path / "elsewhere") == ["out", "text"]


def test_text_that_cannot_be_written_leaves_the_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "README.md"
    file.write_text("old")
    file.chmod(0o640)

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_text(file, "new" * 10_000)
    assert file.read_text() == "old"
    monkeypatch.undo()
    write_text(file, "−new\n")
    assert file.read_bytes() == "−new\n".encode()
    assert file.stat().st_mode & 0o777 == 0o640
    assert names(tmp_path) == ["README.md"]


def test_texts_are_written_one_after_the_other(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from deepgrasp.files import write_text\n"
    code += "for k in range(50): write_text(Path(sys.argv[1]), sys.argv[2] * 9999)"
    writers = [subprocess.Popen([sys.executable, "-c", code, tmp_path / "file", letter]) for letter in "ab"]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert set((tmp_path / "file").read_text()) in ({"a"}, {"b"})
    assert names(tmp_path) == ["file"]


def test_a_file_system_without_locks_is_written_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def none(number: int, how: int) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", none)
    with only_writer(tmp_path / "out"):
        pass
    write(tmp_path / "out", "one")
    assert names(tmp_path) == ["out"]


def test_where_no_file_can_be_made_is_one_clear_error() -> None:
    with pytest.raises(InputError, match="cannot be made there"), replaced_file(Path("/proc/x.png")):
        pass


def test_a_file_that_was_not_finished_leaves_the_old_one(tmp_path: Path) -> None:
    write_text(tmp_path / "cell.bin", "old")
    with suppress(RuntimeError), replaced_file(tmp_path / "cell.bin") as scratch:
        assert scratch.suffix == ".bin"
        scratch.write_text("half")
        raise RuntimeError
    assert (tmp_path / "cell.bin").read_text() == "old"
    assert names(tmp_path) == ["cell.bin"]


def test_no_device_is_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (Path(os.devnull), tmp_path / "pipe"):
        with pytest.raises(InputError, match="is a device or a pipe; name a file"):
            write_text(path, "")
    with pytest.raises(InputError, match="is a folder; name a file"):
        write_text(tmp_path, "")
    assert names(tmp_path) == ["pipe"]
