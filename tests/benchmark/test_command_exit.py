"""How commands end: Ctrl-C and SIGTERM in one line with a way to go on, and trouble with the machine in one line."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from benchmark import command_exit
from benchmark.cli import app
from benchmark.studies.cli import app as studies_app
from deepgrasp.errors import InputError

ROOT = Path(__file__).parents[2]
# a command whose work is to wait: as a real one that a signal meets in the middle
WAITS = """
import sys, time
from benchmark import cli
def wait():
    print("working", flush=True)
    for _ in range(600):  # a signal just before a sleep is heard after it: on Python 3.14 the one of the tests often is
        time.sleep(0.1)
rooms = [group.typer_instance for group in cli.app.registered_groups]
for command in [each for app in (cli.app, *rooms) for each in app.registered_commands]:
    command.name, command.callback = command.callback.__name__, wait
cli.main()
"""


def started(code: str, *arguments: str) -> "subprocess.Popen[str]":
    # a job in the background ignores Ctrl-C, one behind nohup SIGHUP, and so would their children
    before = {number: signal.signal(number, signal.SIG_DFL) for number in command_exit.HEEDED}
    command = [sys.executable, "-c", code, *arguments]
    try:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.mark.parametrize(
    ("number", "arguments", "says"),
    [
        (signal.SIGINT, ["prepare"], command_exit.START_AGAIN),
        (signal.SIGTERM, ["cells"], "cells that are done stay, and the same command makes the others"),
        (signal.SIGHUP, ["ingest"], "what was unpacked stays"),
    ],
)
def test_a_signal_is_one_line(number: signal.Signals, arguments: list[str], says: str) -> None:
    running = started(WAITS, *arguments)
    assert running.stdout is not None
    assert running.stdout.readline() == "working\n"
    running.send_signal(number)
    running.send_signal(number)  # twice, as impatient people do
    _, complained = running.communicate(timeout=30)
    assert complained.startswith("interrupted: ")
    assert says in complained
    assert complained.count("\n") == 1
    assert running.returncode == 128 + number


def test_a_signal_in_a_destructor_is_one_line_too() -> None:
    code = "import os, signal, time\nfrom benchmark.command_exit import in_one_line\n"
    code += "class Left:\n    def __del__(self): os.kill(os.getpid(), signal.SIGTERM); time.sleep(0.1)\n"
    running = started(code + "in_one_line(lambda: (str(Left()), time.sleep(30)))")
    assert running.communicate(timeout=20) == ("", f"interrupted: {command_exit.START_AGAIN}\n")
    assert running.returncode == 128 + signal.SIGTERM


def test_what_nohup_shields_goes_on() -> None:
    code = "import signal, os; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    code += "from benchmark.command_exit import heed_signals\n"
    running = started(code + "heed_signals(); os.kill(os.getpid(), signal.SIGHUP); print('alive')")
    assert running.communicate(timeout=30)[0] == "alive\n"


def test_every_command_that_goes_on_is_one() -> None:
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert {name.partition(" ")[0] for name in command_exit.GO_ON} <= known
    studies = {command.callback.__name__ for command in studies_app.registered_commands if command.callback}
    assert studies <= command_exit.GO_ON.keys()


def test_what_a_command_starts_leaves_the_word_to_it() -> None:
    code = "import os\nos.environ['DEEPGRASP_PARENT'] = str(os.getppid())\n"
    code += "import time, benchmark.cli\nbenchmark.cli.app = lambda: (print('working', flush=True), time.sleep(60))\n"
    code += "import runpy; runpy.run_module('benchmark', run_name='__main__')"
    running = started(code)
    assert running.stdout is not None
    assert running.stdout.readline() == "working\n"
    running.send_signal(signal.SIGTERM)
    assert running.communicate(timeout=30)[1] == ""
    assert running.returncode == 128 + signal.SIGTERM


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/d/x"), "/d/x: the disk is full; make room, then run this"),
        (OSError(errno.EMFILE, "Too many open files"), "too many open files; raise the limit (`ulimit -n 4096`)"),
        (PermissionError(errno.EACCES, "Permission denied", "x"), "x: permission denied; check who owns it"),
        (OSError(errno.EROFS, "Read-only file system", "x"), "x: the file system is read-only; work in a folder"),
        (MemoryError(), "out of memory; end other programs"),
        (RuntimeError("I/O error: No space left on device (os error 28)"), "the disk is full; make room"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried 9 bytes"), "out of memory; end other"),
        (OSError(errno.EFBIG, "File too large"), "the file would be larger than files may be; raise the limit"),
        (IsADirectoryError(errno.EISDIR, "", ".x", None, "x"), "x: is a folder, and a file should be there; name"),
        (NotADirectoryError(errno.ENOTDIR, "", "x/y"), "x/y: a file stands where a folder should be; name another"),
        (FileExistsError(errno.EEXIST, "", "x"), "x: is there already; name another place, or move it"),
        (OSError(errno.ENAMETOOLONG, "", "x"), "x: the name is too long; name a shorter one"),
        (RuntimeError("can't start new thread"), "no more processes or threads may be started; raise the limit"),
        (ValueError("of our own"), None),
        (FileNotFoundError(errno.ENOENT, "No such file", "x"), None),
    ],
)
def test_trouble_with_the_machine_is_told_by_kind(error: Exception, says: str | None) -> None:
    found = command_exit.trouble(error)
    assert found is None if says is None else found is not None and found.startswith(says)


def test_the_cause_is_told_and_not_what_it_looked_like() -> None:
    """A file that may not be read is not damaged, and is not mended by training again."""
    full = OSError(errno.EMFILE, "Too many open files", "f")
    damaged = InputError("runs/f", "is no predictions file", "train the cell again")
    damaged.__cause__ = damaged.__context__ = full  # raise ... from error
    assert (command_exit.trouble(damaged) or "").startswith("runs/f: too many open files; ")
    damaged.__cause__ = NotADirectoryError(errno.ENOTDIR, "Not a directory", "f")
    assert command_exit.trouble(damaged) is None  # of places our own code knows better what should be there
    damaged.__cause__ = None  # raise ... from None: our own code knows better
    assert command_exit.trouble(damaged) is None


def test_too_many_open_files_is_one_line(tmp_path: Path) -> None:
    code = "import resource, sys\nfrom benchmark import cli\nresource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))\n"
    code += "sys.argv = ['benchmark', 'board']\ncli.main()"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "too many open files" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("encoding", "says"), [("latin-1", "-1.5 ± 2 -> ?"), ("utf-8", "−1.5 ± 2 → 手")])
def test_a_terminal_of_another_encoding_gets_plain_signs(encoding: str, says: str) -> None:
    code = "from benchmark.command_exit import speak_plainly; speak_plainly(); print('−1.5 ± 2 → 手')"
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert done.stdout.decode(encoding) == f"{says}\n"


@pytest.mark.parametrize("command", [["leaderboard"], ["board"]])
def test_the_board_in_a_locale_without_our_signs(tmp_path: Path, command: list[str]) -> None:
    for name in ("results", "leaderboard", "boards"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "README.md", tmp_path)
    plain = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT)}
    before = {path: path.read_bytes() for path in (tmp_path / "leaderboard").glob("*.*")}
    run = [sys.executable, "-m", "benchmark", *command]
    done = subprocess.run(run, cwd=tmp_path, env=os.environ | plain, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert {path: path.read_bytes() for path in before} == before
    assert (tmp_path / "README.md").read_bytes() == (ROOT / "README.md").read_bytes()


def test_an_interruption_while_code_is_made_has_the_same_exit_status(tmp_path: Path) -> None:
    # as dataclasses and named tuples are; with -m, where Python itself would end by the signal
    code = """
from benchmark.command_exit import in_one_line
in_one_line(lambda: exec("raise KeyboardInterrupt"), "all is kept")
"""
    (tmp_path / "run.py").write_text(code)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-m", "run"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "interrupted: all is kept\n")


def test_from_another_folder_the_way_out_is_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    error = InputError("results", "holds no results", "run `dvc repro`")
    there = "; this folder is not the root of the repository: run it there"
    assert command_exit.mistake(error) == f"{error}{there}"
    assert command_exit.mistake(InputError("my.npz", "is no archive", "copy it again")).endswith("; copy it again")
    (tmp_path / "dvc.yaml").touch()
    assert command_exit.mistake(error) == str(error)
