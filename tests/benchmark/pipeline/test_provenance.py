"""What Git cannot say is unknown in the record of a run, never clean."""

import shutil
import sys
from pathlib import Path

import pytest

from benchmark.pipeline import provenance as module
from benchmark.pipeline.code import PACKAGES, closures
from benchmark.pipeline.provenance import provenance
from benchmark.pipeline.read_code import followed
from tests.benchmark.checks.honest import call, commit

ROOT = Path(__file__).parents[3]
NAMES = {"sklearn": "scikit-learn"}
# what reads parameters and files, follows the training, or asks the machine
COMPUTE_NOTHING = {"dvclive", "psutil", "pydantic", "rich", "ruamel", "safetensors", "threadpoolctl", "typer"}
UNKNOWN = {"commit": None, "dirty": None}


def state() -> dict[str, object]:
    found = provenance()
    return {key: found[key] for key in UNKNOWN}


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "clone"
    (place / "benchmark").mkdir(parents=True)
    (place / "benchmark/a.py").write_text("a = 1\n")
    call(place, "git", "init", "-q")
    commit(place)
    monkeypatch.chdir(place)
    return place


def test_all_packages_that_compute_are_told() -> None:
    stages = [files for stage, files in closures(ROOT).items() if stage.partition("/")[0] in ("train", "reference")]
    files = {ROOT / name for each in stages for name in each if name.endswith(".py")}
    found = {name.partition(".")[0] for file in files for name in followed(file.read_text()).imports}
    computing = {
        NAMES.get(name, name).replace("_", "-")
        for name in found - {*sys.stdlib_module_names} - {*PACKAGES} - COMPUTE_NOTHING
    }
    assert computing == {*module.COMPUTING}
    assert {*provenance()["packages"]} == {*module.COMPUTING}  # type: ignore[call-overload]


def test_a_clone_is_clean_until_a_source_changes(clone: Path) -> None:
    assert len(str(state()["commit"])) == 40
    assert state()["dirty"] is False
    (clone / "notes.txt").write_text("no source")
    assert state()["dirty"] is False
    (clone / "benchmark/a.py").write_text("a = 2\n")
    assert state()["dirty"] is True


def test_a_clone_of_another_user_is_unknown(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")  # git's own way to try its refusal
    assert state() == UNKNOWN


def test_no_git_no_history_and_no_commit_are_unknown(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        without.setenv("PATH", "")
        assert state() == UNKNOWN
    shutil.rmtree(clone / ".git")
    assert state() == UNKNOWN
    call(clone, "git", "init", "-q")
    assert state() == UNKNOWN


def test_an_index_that_cannot_be_read_is_not_clean(clone: Path) -> None:
    (clone / ".git/index").write_bytes(b"torn")
    assert state()["dirty"] is None


def test_an_archive_within_another_repository_is_not_that_one(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = clone / "archive"
    archive.mkdir()
    monkeypatch.chdir(archive)
    assert state() == UNKNOWN


def test_a_shallow_clone_knows_its_commit(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call(tmp_path, "git", "clone", "-q", "--depth", "1", clone.as_uri(), "shallow")
    there = state()
    monkeypatch.chdir(tmp_path / "shallow")
    assert state() == there


LINES = (
    "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023\nGCC version: 12.2.0\n",
    "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build  (a@b)\n",
)


def test_machine_and_driver_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DRIVER", tmp_path / "version")
    assert provenance()["node"]
    assert provenance()["driver"] is None
    for text, version in zip(LINES, ("535.104.05", "570.86.15"), strict=True):
        (tmp_path / "version").write_text(text)
        assert provenance()["driver"] == version
