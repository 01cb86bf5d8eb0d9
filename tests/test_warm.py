"""A command that starts as a fork is the command: arguments, folder, environment, input, output, exit and signals."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.warm import programs

TOLD = """
    import os, signal, sys
    print(sys.argv[1:], os.getcwd(), os.environ["TOLD"], sys.stdin.read(), "torch" in sys.modules)
    print(sys.path[0], file=sys.stderr)
    if "signal" in sys.argv:
        os.kill(os.getpid(), signal.SIGTERM)
    sys.exit(3)
"""


ENDING = """
    import atexit, os, sys, tempfile, threading, time
    atexit.register(print, "at exit")
    kept = tempfile.TemporaryDirectory(dir=".", prefix="kept-")
    threading.Thread(target=lambda: (time.sleep(0.3), print("a thread"))).start()
    sys.stdout.write("not flushed; ")
    {last}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "benchmark.py").write_text(textwrap.dedent(TOLD))
    return tmp_path


def call(
    folder: Path, *words: str, stdout: int = subprocess.PIPE, **environment: str
) -> "subprocess.CompletedProcess[str]":
    path = os.pathsep.join([str(programs()), str(Path(sys.executable).parent), os.environ["PATH"]])
    every = os.environ | {"PATH": path, "OMP_NUM_THREADS": "1", "TOLD": "yes"} | environment
    return subprocess.run(
        ["env", *words], cwd=folder, env=every, input="given", stdout=stdout, stderr=subprocess.PIPE, text=True
    )


def test_it_is_the_command_with_the_libraries_there(folder: Path) -> None:
    done = call(folder, "python", "-m", "benchmark", "a b", "--c")
    assert done.stdout == f"['a b', '--c'] {folder} yes given True\n"
    assert done.stderr == f"{folder}\n"
    assert done.returncode == 3


def test_a_signal_ends_it_as_it_would(folder: Path) -> None:
    assert call(folder, "python", "-m", "benchmark", "signal").returncode == -signal.SIGTERM


@pytest.mark.parametrize(
    "last", ["pass", "sys.exit(0)", "sys.exit(7)", "sys.exit(-1)", "sys.exit('why')", "sys.exit((1, 2))", "1 / 0"]
)
def test_it_ends_as_an_interpreter_does(folder: Path, last: str) -> None:
    (folder / "benchmark.py").write_text(textwrap.dedent(ENDING).format(last=last))
    warm, cold = (call(folder, python, "-m", "benchmark") for python in ("python", sys.executable))
    assert warm.stdout == cold.stdout == "not flushed; a thread\nat exit\n"
    assert warm.returncode == cold.returncode
    assert warm.stderr.splitlines()[-1:] == cold.stderr.splitlines()[-1:]
    assert list(folder.glob("kept-*")) == []


def test_what_cannot_be_written_is_told_as_an_interpreter_does(folder: Path) -> None:
    # a stream of its own, which waits: DVC's colours flush the other at once, and so does PYTHONUNBUFFERED
    (folder / "benchmark.py").write_text("import sys; sys.stdout = open(1, 'w', closefd=False); print('lost')")
    read, write = os.pipe()
    os.close(read)
    warm, cold = (call(folder, python, "-m", "benchmark", stdout=write) for python in ("python", sys.executable))
    os.close(write)
    assert warm.returncode == cold.returncode == 120
    assert warm.stderr == cold.stderr
    assert "BrokenPipeError" in warm.stderr


@pytest.mark.parametrize("environment", [{"PYTHONUTF8": "0"}, {"OMP_NUM_THREADS": "2"}, {"LC_ALL": "C"}])
def test_what_is_read_at_the_start_makes_a_process_of_its_own(folder: Path, environment: dict[str, str]) -> None:
    assert "given False" in call(folder, "python", "-m", "benchmark", **environment).stdout


def test_other_modules_too(folder: Path) -> None:
    assert call(folder, "python", "-c", "import sys; print('torch' in sys.modules)").stdout == "False\n"


def test_dvc_is_dvc(folder: Path) -> None:
    real = Path(sys.executable).with_name("dvc")
    assert call(folder, "dvc", "--version").stdout == call(folder, str(real), "--version").stdout
    assert "not inside of a DVC repository" in call(folder, "dvc", "status").stderr
