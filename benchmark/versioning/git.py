"""Git, called here alone: what it prints, or an error that says why it failed."""

import re
import subprocess
from pathlib import Path

from deepgrasp.errors import InputError


def git(root: Path, *arguments: str) -> str:
    """The standard output of a git command, as text.

    Raises:
        InputError: it fails, or git is not installed; the error has the reason that it gave.
    """
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, encoding="utf-8", errors="replace"
        )
    except OSError as error:
        raise InputError(f"git {arguments[0]}", f"failed ({error})", "install git") from error
    if done.returncode:
        raise InputError(
            f"git {arguments[0]}", f"failed ({why_failed(done.stderr)})", "run from the root of a clone with a commit"
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


def why_failed(complaint: str) -> str:
    """Why git or DVC failed, in its own words, in one line."""
    lines = [line.strip() for line in complaint.splitlines()]
    # DVC ends with where to ask for help; its reason stands above that
    lines = [line for line in lines if line and not line.startswith("Having any troubles?")]
    marked = [k for k, line in enumerate(lines) if re.match("(ERROR|fatal|error): ", line)]
    # from the last line that is marked as one, with the way out that may follow it; without any, the last line
    said = " ".join(lines[marked[-1] if marked else -1 :]) or "no message"
    return re.sub("^(ERROR|fatal|error): (unexpected error - )?", "", said)
