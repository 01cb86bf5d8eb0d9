"""`make env` with stand-ins for Python: which are refused, and when .venv is made, brought up to date or left alone."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PYTHON = """\
#!/bin/sh
case "$*" in
    *version_info*) echo {version} ;;
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && echo made >>"{log}" ;;
    "-m pip "*) echo "$*" >>"{log}"; CALLER=$PPID sh "{folder}/pip" ;;
esac
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What `make env` reads of a repository, and Python 3.12 as python3."""
    copy = tmp_path / "repository"
    (copy / "docker").mkdir(parents=True)
    for path in ("Makefile", "pyproject.toml", "docker/make-env", *map(str, ROOT.glob("docker/requirements*.lock"))):
        shutil.copy(ROOT / path, copy / Path(path).relative_to(ROOT if Path(path).is_absolute() else ""))
    (tmp_path / "pip").touch()
    python(copy, "3.12")
    return copy


def python(folder: Path, version: str, name: str = "python3") -> Path:
    """A program that is Python to those who ask for its version, for an environment or for pip."""
    file = folder.parent / "bin" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(PYTHON.format(version=version, log=folder.parent / "log", folder=folder.parent))
    file.chmod(0o755)
    return file


def env(folder: Path, *arguments: str, alone: bool = False) -> subprocess.CompletedProcess[str]:
    # a make that runs the tests would count this one as its child, and name it otherwise
    ours = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    environment = ours | {"PATH": f"{folder.parent}/bin:{os.environ['PATH']}", "PYTHON": ""}
    command = ["make", "--no-print-directory", "env", *arguments]
    before = signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # a job in the background ignores it, and so would its children
    try:
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, start_new_session=alone
        )
    finally:
        signal.signal(signal.SIGINT, before)


def done(folder: Path, *arguments: str) -> list[str]:
    """What a call that succeeds did: "made", and pip's arguments."""
    log = folder.parent / "log"
    log.unlink(missing_ok=True)
    result = env(folder, *arguments)
    assert result.returncode == 0, result.stderr
    assert (folder / ".venv/ready").is_file()
    return log.read_text().splitlines() if log.exists() else []


@pytest.mark.parametrize("version", ["2.7", "3.9", "3.10", "3.15", "4.0", "3.x"])
def test_a_python_too_old_or_too_new(folder: Path, version: str) -> None:
    python(folder, version)
    result = env(folder)
    first, *rest = result.stderr.splitlines()
    assert first.startswith(
        f"make env: python3 is Python {version}, and 3.11 to 3.14 will do; name one with: make env "
    )
    assert all(line.startswith("make: ***") for line in rest)  # make's own
    assert result.returncode != 0
    assert not (folder / ".venv").exists()


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_the_supported_ones(folder: Path, version: str) -> None:
    python(folder, version)
    first, *installed = done(folder)
    assert first == "made"
    for line in installed:  # one call that checks hashes must not see torch, and no other goes without
        alone = re.findall(r"requirements-torch\.lock|--editable \.", line)
        assert bool(alone) != ("--require-hashes" in line)
        assert ("--no-deps" in line) == ("requirements-torch.lock" not in line)
    files = {f"docker/{path.name}" for path in (folder / "docker").glob("*.lock")}
    assert set(re.findall(r"docker/\S+\.lock", " ".join(installed))) == files
    assert done(folder) == []


def test_no_python_at_all(folder: Path) -> None:
    result = env(folder, "PYTHON=python3.99")
    assert result.stderr.startswith("make env: python3.99 is no Python that runs; name one with: make env ")
    assert not (folder / ".venv").exists()


@pytest.mark.parametrize("pip", ["exit 1", "kill -INT $CALLER", "kill -KILL $CALLER"])
def test_one_that_was_not_finished_is_made_anew(folder: Path, pip: str) -> None:
    (folder.parent / "pip").write_text(pip)
    assert env(folder).returncode != 0
    assert (folder / ".venv").exists() == ("KILL" in pip)  # nobody can tidy up then
    (folder.parent / "pip").write_text("")
    assert done(folder)[0] == "made"


def test_ctrl_c_is_one_line_of_ours(folder: Path) -> None:
    """In a terminal it reaches all at once: make, the script and what that runs."""
    (folder.parent / "pip").write_text("trap 'echo Traceback >&2; exit 1' INT; kill -INT 0; sleep 1")
    result = env(folder, alone=True)
    ours = [line for line in result.stderr.splitlines() if not line.startswith("make: ***")]
    assert ours == ["make env: interrupted; run it again: what was fetched stays in pip's cache"]
    assert result.returncode != 0
    assert not (folder / ".venv").exists()
    (folder.parent / "pip").write_text("")
    assert done(folder)[0] == "made"


def test_what_ends_make_alone_ends_the_script_too(folder: Path) -> None:
    """Or pip would go on alone, and the next call remove the environment under it."""
    (folder.parent / "pip").write_text("kill -TERM $(ps -o ppid= -p $CALLER); sleep 1")  # the script's parent: make
    result = env(folder, alone=True)
    assert "make env: interrupted" in result.stderr
    assert result.returncode != 0
    assert not (folder / ".venv").exists()


def test_one_that_was_made_otherwise_or_moved_is_made_anew(folder: Path) -> None:
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/ready").touch()  # as older Makefiles left it
    assert done(folder)[0] == "made"
    moved = folder.rename(folder.with_name("elsewhere"))
    assert done(moved)[0] == "made"
    (moved / ".venv/bin/python").unlink()  # its Python was removed
    assert done(moved)[0] == "made"


def test_a_link_is_removed_and_not_what_it_leads_to(folder: Path) -> None:
    others = folder.parent / "others"
    others.mkdir()
    (others / "ready").write_text("theirs")
    (folder / ".venv").symlink_to(others)
    assert done(folder)[0] == "made"
    assert (others / "ready").read_text() == "theirs"
    assert not (folder / ".venv").is_symlink()


def test_another_python_makes_it_anew_if_it_is_named(folder: Path) -> None:
    named = f"PYTHON={python(folder, '3.13', 'python3.13')}"
    assert done(folder)[0] == "made"
    assert done(folder, named)[0] == "made"
    assert done(folder, named) == []
    assert done(folder) == []  # whatever python3 is
    python(folder, "3.10")
    assert done(folder) == []
    shutil.copy(folder.parent / "bin/python3", folder / ".venv/bin/python")  # an old .venv, of a Python that has ended
    python(folder, "3.14")
    assert done(folder)[0] == "made"


def test_a_changed_lock_is_installed_into_what_there_is(folder: Path) -> None:
    done(folder)
    with (folder / "docker/requirements.lock").open("a") as lock:
        lock.write("another==1\n")
    (folder.parent / "pip").write_text("exit 1")
    assert env(folder).returncode != 0
    (folder.parent / "pip").write_text("")
    assert done(folder)[0] == "made"  # it may be half of each
    with (folder / "docker/requirements.lock").open("a") as lock:
        lock.write("a-third==1\n")
    installed = done(folder)
    assert "made" not in installed
    assert len(installed) == 5
    assert done(folder) == []


def test_an_environment_that_cannot_be_made_leaves_none(folder: Path) -> None:
    file = python(folder, "3.12")
    file.write_text(file.read_text().replace('&& cp "$0"', "&& exit 1"))
    result = env(folder)
    assert "python3-venv" in result.stderr.splitlines()[0]
    assert not (folder / ".venv").exists()
