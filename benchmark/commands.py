"""Git and DVC, called here alone: what they print, or an error that says which of them failed and why."""

import subprocess
import sys
from pathlib import Path

from deepgrasp.errors import InputError

DVC = (sys.executable, "-m", "dvc")  # that of this environment, whatever the PATH finds first


def git(root: Path, *arguments: str) -> str:
    """The standard output of a git command, as text.

    Raises:
        InputError: it fails, or git is not installed; the error has the last line of its complaint.
    """
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, encoding="utf-8", errors="replace"
        )
    except OSError as error:
        raise InputError(f"git {arguments[0]}", f"failed ({error})", "install git") from error
    if done.returncode:
        raise InputError(
            f"git {arguments[0]}", f"failed ({_last(done.stderr)})", "run from the root of a clone with a commit"
        )
    return done.stdout


def ask_git(root: Path, *arguments: str) -> bytes | None:
    """The standard output of a git command, as bytes; ``None`` where it fails or git is not installed."""
    try:
        # bytes: some callers ask for an archive or for file names, which need not be UTF-8
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True)
    # an archive of the code has no history: what asks here can do without an answer
    except OSError:
        return None
    return None if done.returncode else done.stdout


def dvc(root: Path, *arguments: str) -> str:
    """The standard output of a DVC command, as text.

    Raises:
        InputError: it fails; the error has the last line of its complaint.
    """
    done = run_dvc(root, *arguments)
    if done.returncode:
        raise InputError(
            f"dvc {' '.join(arguments[:2])}", f"failed ({_last(done.stderr)})", "run it by hand to see more"
        )
    return done.stdout


def run_dvc(root: Path, *arguments: str, shown: bool = False) -> "subprocess.CompletedProcess[str]":
    """A finished DVC command, failed or not: exit status and what it printed, unless that was ``shown`` as it came."""
    return subprocess.run(
        [*DVC, *arguments], cwd=root, capture_output=not shown, text=True, encoding="utf-8", errors="replace"
    )


def start_dvc(*arguments: str) -> "subprocess.Popen[bytes]":
    """A DVC command that runs on while the caller goes on; only its complaints are shown."""
    return subprocess.Popen([*DVC, *arguments], stdout=subprocess.DEVNULL)


def _last(complaint: str) -> str:
    # the last line: DVC and git explain themselves at the end, after warnings
    return (complaint.strip().splitlines() or ["no message"])[-1]
