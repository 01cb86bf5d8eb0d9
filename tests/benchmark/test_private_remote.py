"""The guide's commands for a private DVC remote: data come back to the byte, and Git never sees any."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMANDS = re.findall(
    r"^(dvc (?:remote|add|push) .*?)(?:  +#.*)?$", (ROOT / "docs/own-data.md").read_text(), re.MULTILINE
)
CONTENT = {
    "grab/s1/mug_lift.npz": b"a recording" * 100,
    "tools/subject_meshes/male/s1.ply": b"a body",
    ".unpacked/grab__s1.zip.json": b"[]",
}


def run(folder: Path, command: str) -> str:
    identity = {f"GIT_{who}_{what}": "me@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, shell=True, cwd=folder, env=os.environ | identity | {"PATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def write(folder: Path, content: dict[str, bytes]) -> None:
    for name, data in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def read(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The repository's ignore files and DVC settings, GRAB unpacked, and graphs that a stage derived from it."""
    folder = tmp_path / "repository"
    for name in (".gitignore", ".dvcignore", ".dvc/config", ".dvc/.gitignore"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    stage = "cmd: cp data/grab/grab/s1/mug_lift.npz data/graphs, deps: [data/grab], outs: [data/graphs]"
    (folder / "dvc.yaml").write_text(f"stages: {{prepare: {{{stage}}}}}")
    run(folder, "git init -q && git add -A && git commit -qm start")
    write(folder / "data/grab", CONTENT)
    return folder


def private(tmp_path: Path) -> list[str]:
    return [command.replace("/path/to/secure/place", str(tmp_path / "private")) for command in COMMANDS]


def seen_by_git(folder: Path) -> set[str]:
    run(folder, "git add -A")
    return set(run(folder, "git ls-files").split())


def test_the_readme_has_them() -> None:
    assert [command.split()[1] for command in COMMANDS] == ["remote", "add", "push"]


def test_data_come_back_and_git_never_sees_them(repository: Path, tmp_path: Path) -> None:
    before = seen_by_git(repository)
    for command in private(tmp_path):
        run(repository, command)
        assert seen_by_git(repository) - before <= {"data/grab.dvc"}
    assert "data/grab.dvc" in seen_by_git(repository)
    assert "private" in (repository / ".dvc/config.local").read_text()
    assert "private" not in (repository / ".dvc/config").read_text()
    shutil.rmtree(repository / "data/grab")
    shutil.rmtree(repository / ".dvc/cache")
    run(repository, "dvc pull data/grab.dvc")
    assert read(repository / "data/grab") == CONTENT


def test_another_clone_needs_the_remote_and_then_gets_the_same_bytes(repository: Path, tmp_path: Path) -> None:
    remote, add, push = private(tmp_path)
    for command in (remote, add, push, "git commit -qm grab", f"git clone -q . {tmp_path / 'clone'}"):
        run(repository, command)
    with pytest.raises(AssertionError, match="No remote provided"):
        run(tmp_path / "clone", "dvc pull data/grab.dvc")
    run(tmp_path / "clone", f"{remote} && dvc pull data/grab.dvc")
    assert read(tmp_path / "clone/data/grab") == CONTENT


def test_a_bare_push_sends_what_is_derived_to_the_private_remote_only(repository: Path, tmp_path: Path) -> None:
    run(repository, f"dvc remote add --default public {tmp_path / 'public'}")  # a shared one, in Git
    remote, add, _ = private(tmp_path)
    for command in (remote, add, "dvc repro", "dvc push"):
        run(repository, command)
    assert CONTENT["grab/s1/mug_lift.npz"] in read(tmp_path / "private").values()
    assert len(read(tmp_path / "private")) > len(CONTENT)
    assert not (tmp_path / "public").exists()


def test_no_image_takes_data_in() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {"data", "runs", ".dvc/cache", ".dvc/config.local", ".git"} <= set(ignored)
