"""What DVC cannot make experiments in is said before the first stage, with the way out."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.versioning.repository import check_clone
from deepgrasp.errors import InputError

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "t")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "t@example.org")


def clone(folder: Path, *commands: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for command in ("git init -qb main", "git commit -q --allow-empty -m one", *commands):
        subprocess.run(command, shell=True, cwd=folder, capture_output=True)
    return folder


CONFLICT = [f"echo {name} > f && git add f && git commit -qm {name}" for name in ("ours", "theirs")]


@pytest.mark.parametrize(
    ("folder", "commands", "says"),
    [
        ("a b, c=(d)", [], None),
        ("plain", ["git commit -q --allow-empty -m two", "git checkout -q --detach HEAD~1"], None),
        ("a#b", [], "a#b: DVC cannot read # in a path; move the clone"),
        ("ü?", [], "DVC cannot read [?] ü in a path; move the clone"),
        ("{a}", [], "DVC cannot read { } in a path; move the clone"),
        ("none", ["rm -r .git"], "git rev-parse: failed .not a git repository.*; run from the root of a clone"),
        ("empty", ["rm -r .git", "git init -q"], "this clone: has no commit, and experiments belong to one; git add"),
        ("short", ["git rev-parse HEAD > .git/shallow"], "has a part of the history alone.*; git fetch --unshallow"),
        ("locked", ["touch .git/index.lock"], "index.lock: another git command runs, or was killed; wait, or remove"),
        (
            "merging",
            ["git checkout -qb x", CONFLICT[0], "git checkout -q main", CONFLICT[1], "git merge x"],
            "this clone: has a merge that is not finished; finish it, or git merge --abort",
        ),
    ],
)
def test_a_clone_that_will_not_do(folder: str, commands: list[str], says: str | None, tmp_path: Path) -> None:
    made = clone(tmp_path / folder, *commands)
    if says is None:
        check_clone(made, apart=True)
        return
    with pytest.raises(InputError, match=says):
        check_clone(made, apart=True)


@pytest.mark.parametrize(("folder", "commands"), [("a#b", []), ("short", ["git rev-parse HEAD > .git/shallow"])])
def test_in_the_workspace_more_will_do(folder: str, commands: list[str], tmp_path: Path) -> None:
    check_clone(clone(tmp_path / folder, *commands), apart=False)


def test_nobody_cannot_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = clone(tmp_path, "git config user.useConfigOnly true")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    with pytest.raises(InputError, match=r"git does not know who you are.*; git config user\.name 'Your Name'"):
        check_clone(made, apart=False)


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("profile smoke", "DVC cannot read # in a path; move the clone to a folder of plain letters"),
        ("ablate --models mlp", "has no benchmark/cli.py; run this from the root of a clone of the project"),
    ],
)
def test_the_commands_look_before_they_work(command: str, problem: str, tmp_path: Path) -> None:
    made = clone(tmp_path / "a#b", f"cp {shlex.quote(str(ROOT))}/params.yaml .")
    done = subprocess.run(
        [sys.executable, "-m", "benchmark", *command.split()],
        cwd=made,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [f"error: {made}: {problem}"]
