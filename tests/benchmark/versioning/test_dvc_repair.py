"""What a killed DVC leaves torn is brought back, and our calls of it write whole files and never hide a failure."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmark.versioning import commands, dvc_repair
from deepgrasp.errors import InputError

ROOT = Path(__file__).parents[3]
WHOLE = "schema: '2.0'\nstages:\n  one:\n    cmd: echo one\n    outs:\n    - path: one\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of DVC with a lock that is whole, its copy, and nothing committed."""
    (tmp_path / ".dvc/tmp").mkdir(parents=True)
    (tmp_path / "dvc.lock").write_text(WHOLE)
    dvc_repair.keep_lock(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


TORN = ["", WHOLE[:40], WHOLE[: WHOLE.index("cmd")], WHOLE[: WHOLE.index("    cmd")], "one\n", "stages: [\n", "\0" * 99]


@pytest.mark.parametrize("torn", TORN)
def test_a_torn_lock_comes_back_from_its_copy(folder: Path, torn: str, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "dvc.lock").write_text(torn)
    dvc_repair.keep_lock(folder)  # the good copy is not lost to a bad one
    dvc_repair.mend(folder)
    assert (folder / "dvc.lock").read_text() == WHOLE
    assert capsys.readouterr().err == "dvc.lock was torn by an interruption: brought back from its copy\n"
    dvc_repair.mend(folder)
    assert capsys.readouterr().err == ""


def test_without_a_copy_it_comes_from_the_last_commit_or_says_what_to_do(folder: Path) -> None:
    (folder / dvc_repair.COPY).unlink()
    (folder / "dvc.lock").write_text("")
    with pytest.raises(InputError, match=r"dvc.lock: is damaged.*; remove it"):
        dvc_repair.mend(folder)
    (folder / "dvc.lock").write_text(WHOLE)
    for command in ("init -q", "add dvc.lock", "-c user.name=t -c user.email=t@example.org commit -q -m one"):
        subprocess.run(["git", *command.split()], check=True)
    (folder / "dvc.lock").write_text(WHOLE[:40])
    dvc_repair.mend(folder)
    assert (folder / "dvc.lock").read_text() == WHOLE


def test_a_missing_lock_is_none_that_is_torn(folder: Path) -> None:
    (folder / "dvc.lock").unlink()
    dvc_repair.mend(folder)
    assert not (folder / "dvc.lock").exists()


def test_a_torn_list_of_readers_goes_and_a_whole_one_stays(folder: Path) -> None:
    for text, stays in (("", False), ('{"read": {"a', False), ('{"read": {}, "write": {}}', True)):
        (folder / dvc_repair.READERS).write_text(text)
        dvc_repair.mend(folder)
        assert (folder / dvc_repair.READERS).exists() == stays


def test_nothing_is_touched_while_dvc_runs(folder: Path) -> None:
    (folder / "dvc.lock").write_text("")
    with (folder / dvc_repair.BUSY).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        dvc_repair.mend(folder)
        assert (folder / "dvc.lock").read_text() == ""
    dvc_repair.mend(folder)
    assert (folder / "dvc.lock").read_text() == WHOLE


def test_dvc_itself_replaces_its_files(tmp_path: Path) -> None:
    """Of the DVC that is installed: another version may write them elsewhere."""
    (tmp_path / "dvc.lock").write_text("schema: '2.0'\n")
    before = (tmp_path / "dvc.lock").stat().st_ino
    code = "from benchmark.versioning.dvc_files import improve\nfrom dvc.utils.serialize import modify_yaml\n"
    code += "improve()\n"
    code += "with modify_yaml('dvc.lock') as lock:\n    lock['stages'] = {}"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)
    assert (tmp_path / "dvc.lock").read_text() == "schema: '2.0'\nstages: {}\n"
    assert (tmp_path / "dvc.lock").stat().st_ino != before


STAND_IN = "import signal, subprocess, sys; print('complains', file=sys.stderr, flush=True); {}"


def test_a_child_that_fails_fails_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(commands, "DVC", (sys.executable, "-c", STAND_IN.format("sys.exit(3)")))
    with pytest.raises(InputError, match=r"dvc status: failed \(complains\)"):
        commands.dvc(tmp_path, "status")


def test_what_is_ended_takes_its_stage_with_it(tmp_path: Path) -> None:
    stage = tmp_path / "stage"
    waits = f"open({str(stage)!r}, 'w').write(str(__import__('os').getpid())); __import__('time').sleep(60)"
    body = f"subprocess.run([sys.executable, '-c', {waits!r}])"
    running = subprocess.Popen(
        [sys.executable, "-c", STAND_IN.format(body)], stderr=subprocess.DEVNULL, process_group=0
    )
    while not (stage.exists() and stage.read_text()):
        assert running.poll() is None
    commands.end([running])
    assert running.returncode == -signal.SIGTERM
    state = Path(f"/proc/{stage.read_text()}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_sigterm_ends_dvc_and_the_stage_that_it_runs(tmp_path: Path) -> None:
    (tmp_path / "dvc.yaml").write_text(
        "stages:\n  waits:\n    cmd: touch started; exec sleep 61.5\n    outs: [started]\n"
    )
    for command in (["git", "init", "-q"], [sys.executable, "-m", "dvc", "init", "-q"]):
        subprocess.run(command, cwd=tmp_path, check=True)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "benchmark.versioning.safe_dvc", "repro"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as dvc:
        while not (tmp_path / "started").exists():
            assert dvc.poll() is None
            time.sleep(0.05)
        dvc.terminate()
        _, complained = dvc.communicate(timeout=60)
    assert dvc.returncode == 128 + signal.SIGTERM
    assert "interrupted: stages that are done stay; the same command goes on" in complained.decode()
    assert subprocess.run(["pgrep", "-f", "sleep 61.5"], capture_output=True).stdout == b""
