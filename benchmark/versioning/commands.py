"""DVC and commands of our own, called here alone: what they print, or an error that says why one failed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmark.versioning.git import why_failed
from deepgrasp.errors import InputError

_OURS = (sys.executable, "-m", "benchmark")
PACKAGES_ROOT = Path(__file__).parents[2]  # whatever the working directory of a command of ours
# that of this environment, whatever the PATH finds first, made so that it can be stopped at any moment
DVC = (sys.executable, "-m", "benchmark.versioning.safe_dvc")
PARENT = "DEEPGRASP_PARENT"  # environment variable: tells it who has started it
MENDED = "dvc.lock was torn by an interruption"  # how it begins to say so
DVC_PATIENCE = 10.0  # seconds that DVC gets to tidy up before it is killed


def dvc(root: Path, *arguments: str) -> str:
    """The standard output of a DVC command, as text.

    Raises:
        InputError: it fails; the error has the reason that it gave.
    """
    done = run_dvc(root, *arguments)
    if done.returncode:
        raise InputError(
            f"dvc {' '.join(arguments[:2])}", f"failed ({why_failed(done.stderr)})", "run it by hand to see more"
        )
    return done.stdout


def run_dvc(root: Path, *arguments: str, shown: bool = False) -> "subprocess.CompletedProcess[str]":
    """A finished DVC command, failed or not: exit status and what it printed, unless that was ``shown`` as it came."""
    done = _run([*DVC, *arguments], root, _environment(), shown=shown)
    for line in done.stderr.splitlines():
        if line.startswith(MENDED):
            print(line, file=sys.stderr)
    return done


def run_ours(root: Path, *arguments: str, shown: bool = False) -> "subprocess.CompletedProcess[str]":
    """A finished command of our own, of these packages, with ``root`` as its working directory; as ``run_dvc``."""
    return _run([*_OURS, *arguments], root, _environment() | {"PYTHONPATH": str(PACKAGES_ROOT)}, shown=shown)


def _run(
    command: list[str], root: Path, environment: dict[str, str], *, shown: bool
) -> "subprocess.CompletedProcess[str]":
    stream = None if shown else subprocess.PIPE
    with subprocess.Popen(
        command,
        cwd=root,
        env=environment,
        stdout=stream,
        stderr=stream,
        encoding="utf-8",
        errors="replace",
        process_group=0,
    ) as process:
        try:
            said, complained = process.communicate()
        except BaseException:
            end([process])
            raise
    return subprocess.CompletedProcess(command, process.returncode, said or "", complained or "")


def end(processes: "Sequence[subprocess.Popen[Any]]") -> None:
    """End processes that lead a group of their own, with all that they have started."""
    for number, patience in ((signal.SIGTERM, DVC_PATIENCE), (signal.SIGKILL, 1.0)):
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
        give_up = time.monotonic() + patience
        # the group too: a stage may be tidying up when its DVC is gone
        while any(_lives(process) for process in processes) and time.monotonic() < give_up:
            time.sleep(0.05)


def _lives(process: "subprocess.Popen[Any]") -> bool:
    if process.poll() is None:
        return True
    try:
        os.killpg(process.pid, 0)  # sends nothing, and only asks
        return True
    except (ProcessLookupError, PermissionError):  # macOS says the second of a group that has ended
        return False


def _environment() -> dict[str, str]:
    return os.environ | {PARENT: str(os.getpid())}
