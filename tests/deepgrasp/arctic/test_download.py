"""A folder of ARCTIC's download: where it may lie, what its files are called, and what is missing."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from deepgrasp.arctic.download import find_download
from deepgrasp.errors import InputError


def test_recordings_people_and_objects(arctic: Path) -> None:
    found = find_download(arctic)
    assert len(found.takes) == 12
    assert found.genders == {"s01": "female", "s02": "male", "s04": "male"}
    assert found.objects == ["box", "ketchup"]
    retake = next(take for take in found.takes if "retake" in take.stem)
    assert (retake.id, retake.object, retake.intent) == ("s02/box_use_01_retake", "box", "use")


@pytest.mark.parametrize("inside", ["data", "arctic_data/data", "unpack/arctic_data/data"])
def test_where_its_own_scripts_unpack(own: Path, tmp_path: Path, inside: str) -> None:
    (tmp_path / "above" / inside).parent.mkdir(parents=True, exist_ok=True)
    own.rename(tmp_path / "above" / inside)
    assert [take.id for take in find_download(tmp_path / "above").takes] == ["s01/box_use_01"]


@pytest.mark.parametrize("name", ["box_use_01", "ketchup_grab_01_retake2", "capsulemachine_use_04"])
def test_names(own: Path, name: str) -> None:
    for part in ("smplx", "object"):
        (own / f"raw_seqs/s01/box_use_01.{part}.npy").rename(own / f"raw_seqs/s01/{name}.{part}.npy")
    assert find_download(own).takes[0].object == name.partition("_")[0]


def test_what_a_machine_leaves_behind_is_no_recording(own: Path) -> None:
    (own / "raw_seqs/s01/._box_use_01.smplx.npy").write_bytes(b"")
    assert len(find_download(own).takes) == 1


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda own: shutil.rmtree(own / "raw_seqs"), "no raw_seqs/ there"),
        (lambda own: shutil.rmtree(own / "raw_seqs/s01"), "no recordings"),
        (lambda own: (own / "raw_seqs/s01/box_use_01.object.npy").unlink(), "object.npy: is missing"),
        (lambda own: (own / "raw_seqs/s01/box_use_01.smplx.npy").unlink(), "smplx.npy: is missing"),
        (lambda own: (own / "raw_seqs/s01").rename(own / "raw_seqs/anna"), "'anna' is no person of ARCTIC"),
        (lambda own: (own / "raw_seqs/s01/mug_drink.smplx.npy").touch(), "not called as ARCTIC's"),
        (lambda own: (own / "raw_seqs/s01/bo x_use_01.smplx.npy").touch(), "not called as ARCTIC's"),
        (lambda own: (own / "meta/misc.json").unlink(), "misc.json: is missing"),
        (lambda own: (own / "meta/misc.json").write_text("{"), "is no JSON"),
        (lambda own: (own / "meta/misc.json").write_text("[]"), "the gender of s01"),
        (lambda own: (own / "meta/misc.json").write_text(json.dumps({"s01": {"gender": "f"}})), "the gender of s01"),
    ],
)
def test_what_is_wrong_is_told(own: Path, change: Callable[[Path], object], problem: str) -> None:
    change(own)
    with pytest.raises(InputError, match=problem):
        find_download(own)
