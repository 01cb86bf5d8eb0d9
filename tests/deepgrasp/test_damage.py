"""Over a thousand damaged recordings: one clear error or read whole; nothing executed, nothing half-written."""

import copy
import io
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepgrasp.errors import InputError, MachineError
from deepgrasp.grab.reader import RecordedSequence, read_sequence
from deepgrasp.prepare.prepare import prepare
from deepgrasp.store.store import open_store

FRAMES = 4
Save = Callable[[Path, dict[str, Any]], Path]
Members = Callable[..., dict[str, Any]]

BAD: tuple[Callable[[np.ndarray], Any], ...] = (
    lambda array: array[:-1],
    lambda array: array[..., :-1],
    lambda array: array[None],
    lambda array: array.reshape(-1),
    lambda array: array.astype(complex),
    lambda array: array.astype("U8"),
    lambda array: array.astype(object),
    lambda array: array.astype("M8[s]", casting="unsafe") if array.dtype.kind == "i" else array.astype(bytes),
    lambda array: np.zeros((0, 0)),
    lambda array: list(array.shape),
    lambda _: None,
    lambda _: "text",
)
TAKEN = ("body.params.fullpose", "body.params.transl", "object.params.global_orient", "object.params.transl")
CODES = ("contact.object", "contact.body")


def attempt(path: Path) -> str | None:
    """The error's message, None if the recording could be read, which must then be whole."""
    try:
        sequence = read_sequence(path)
    except InputError as error:
        return str(error)
    assert isinstance(sequence, RecordedSequence)
    assert sequence.fullpose.shape == (sequence.n_frames, 55, 3)
    assert np.isfinite(sequence.fullpose).all()
    assert sequence.contact_body.shape == (sequence.n_frames, 10475)
    return None


@pytest.fixture
def whole(tmp_path: Path, members: Members, save: Save) -> Path:
    return save(tmp_path / "s1" / "mug_lift.npz", members("s1", "mug_lift", frames=FRAMES))


def _is_clear(message: str) -> bool:
    return "\n" not in message and "mug_lift.npz" in message


def test_four_hundred_recordings_cut_short(whole: Path) -> None:
    data, rng = whole.read_bytes(), np.random.default_rng(0)
    for size in rng.integers(len(data), size=400):
        whole.write_bytes(data[:size])
        message = attempt(whole)
        assert message is not None
        assert _is_clear(message)


def test_six_hundred_recordings_with_flipped_bits(whole: Path) -> None:
    data, rng = whole.read_bytes(), np.random.default_rng(1)
    messages = []
    for k in range(600):
        damaged = bytearray(data)
        first = 0 if k % 2 else len(data) - 1200  # every second time in the directory at the end
        for place in rng.integers(first, len(data), size=1 + k % 8):
            damaged[place] ^= 1 << int(rng.integers(8))
        whole.write_bytes(damaged)
        messages.append(attempt(whole))
    refused = [message for message in messages if message is not None]
    assert len(refused) > 300  # the others hit a date, a padding or an unused key
    assert all(map(_is_clear, refused))


def test_pickles_with_flipped_bits_behind_a_right_checksum(whole: Path) -> None:
    rng = np.random.default_rng(2)
    with zipfile.ZipFile(whole) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    dicts = [name for name in contents if name in ("body.npy", "object.npy", "contact.npy")]
    for k in range(300):
        changed = dict(contents)
        member = bytearray(changed[dicts[k % 3]])
        for place in rng.integers(min(len(member), 700), size=1 + k % 4):  # where the pickle's own words are
            member[place] = int(rng.integers(256))
        changed[dicts[k % 3]] = bytes(member)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, value in changed.items():
                archive.writestr(name, value)
        whole.write_bytes(buffer.getvalue())
        message = attempt(whole)
        assert message is None or _is_clear(message)


@pytest.mark.parametrize("key", [*TAKEN, *CODES])
def test_wrong_shapes_and_types(whole: Path, members: Members, save: Save, key: str) -> None:
    good, parts = members("s1", "mug_lift", frames=FRAMES), key.split(".")
    for spoil in BAD:
        bad = copy.deepcopy(good)
        holder = bad
        for part in parts[:-1]:
            holder = holder[part]
        holder[parts[-1]] = spoil(holder[parts[-1]])
        save(whole, bad)
        message = attempt(whole)
        if key == "contact.object" and message is None:  # any number of object vertices may be right
            continue
        assert message is not None
        assert _is_clear(message)
        assert key in message or f"'{parts[0]}'" in message


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("key", TAKEN)
def test_numbers_that_are_not_finite(whole: Path, members: Members, save: Save, key: str, value: float) -> None:
    bad = members("s1", "mug_lift", frames=FRAMES)
    first, _, last = key.split(".")
    bad[first]["params"][last][2, 1] = value
    save(whole, bad)
    assert "not a finite number in frame 2" in str(attempt(whole))


@pytest.mark.parametrize("key", ["gender", "sbj_id", "obj_name", "n_frames", "body", "object", "contact"])
def test_hostile_pickles_everywhere(
    whole: Path, members: Members, save: Save, payload: tuple[Any, Path], key: str
) -> None:
    hostile, trace = payload
    save(whole, members("s1", "mug_lift", frames=FRAMES) | {key: {"params": hostile, "object": hostile}})
    message = attempt(whole)
    assert message is not None
    assert "holds a pickle that is not numpy" in message
    assert not trace.exists()


def test_prepare_stops_or_skips_and_never_leaves_half_a_store(root: Path, models: Path, tmp_path: Path) -> None:
    recording, out, rng = root / "grab/s2/mug_pass_1.npz", tmp_path / "graphs", np.random.default_rng(3)
    data = recording.read_bytes()
    earlier = prepare(root, models, out, frames=4, workers=1)
    before = {path.name: path.read_bytes() for path in earlier.iterdir()}
    for size in rng.integers(len(data), size=6):
        recording.write_bytes(data[:size])
        with pytest.raises(InputError, match=r"mug_pass_1\.npz"):
            prepare(root, models, out, frames=4, workers=1)
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    prepare(root, models, tmp_path / "kept", frames=4, damaged="skip", workers=1)
    assert [entry["id"] for entry in open_store(tmp_path / "kept").manifest["skipped"]] == ["s2/mug_pass_1"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["data", "graphs", "kept"]


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), MemoryError(), OSError(24, "Too many")])
def test_what_the_machine_does_not_allow_is_never_skipped(
    root: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """The data set would change with the rights of a file, in silence."""
    whole = zipfile.ZipFile

    def refuse(path: Path) -> zipfile.ZipFile:
        if path.name == "mug_pass_1.npz":
            raise error
        return whole(path)

    monkeypatch.setattr("deepgrasp.grab.npz.zipfile.ZipFile", refuse)
    with pytest.raises(MachineError, match=r"mug_pass_1\.npz: (no permission|out of memory|too many open files)"):
        prepare(root, models, tmp_path / "graphs", frames=4, damaged="skip", workers=1)
    assert not (tmp_path / "graphs").exists()


def test_a_link_to_a_disk_that_is_not_there_is_never_skipped(root: Path, models: Path, tmp_path: Path) -> None:
    recording = root / "grab/s2/mug_pass_1.npz"
    recording.unlink()
    recording.symlink_to("/nowhere/mug_pass_1.npz")
    with pytest.raises(MachineError, match=r"mug_pass_1\.npz: no such file"):
        prepare(root, models, tmp_path / "graphs", frames=4, damaged="skip", workers=1)


def test_too_little_address_space_is_told_at_once(tmp_path: Path) -> None:
    """With 400 MB a library's threads waited for ever."""
    shutil.copy("params.yaml", tmp_path)
    command = f"ulimit -v 400000; exec {sys.executable} -m benchmark prepare"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ulimit -v: a process may have 0.4 GB of address space")
