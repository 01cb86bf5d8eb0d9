"""How a command ends: one line for a mistake, for a machine that cannot go on and for Ctrl-C, each with a way out."""

import codecs
import errno
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from deepgrasp.errors import InputError, in_a_line

# what is wrong with the machine, and what to do: by the system's number
TROUBLES = {
    errno.ENOSPC: ("the disk is full", "make room, then run this again"),
    errno.EDQUOT: ("your quota of the disk is used up", "make room, then run this again"),
    errno.EROFS: ("the file system is read-only", "work in a folder that can be written"),
    errno.EACCES: ("permission denied", "check who owns it and who may read and write it (`ls -l`)"),
    errno.EPERM: ("permission denied", "check who owns it and who may read and write it (`ls -l`)"),
    errno.EMFILE: ("too many open files", "raise the limit (`ulimit -n 4096`), then run this again"),
    errno.ENFILE: ("too many open files on this machine", "end other programs, then run this again"),
    errno.ENOMEM: ("out of memory", "end other programs, or use fewer cores (`taskset -c 0 ...`)"),
    errno.EAGAIN: ("no more processes or threads may be started", "raise the limit (`ulimit -u`), or use fewer cores"),
    errno.EFBIG: ("the file would be larger than files may be", "raise the limit (`ulimit -f`), then run this again"),
    errno.EIO: ("the disk does not answer (input/output error)", "check the disk; the system's log says more"),
}
# the same of a path; what our code has explained knows better what should be there
PLACES = {
    errno.EISDIR: ("is a folder, and a file should be there", "name another place, or move the folder"),
    errno.ENOTDIR: ("a file stands where a folder should be", "name another place, or move the file"),
    errno.EEXIST: ("is there already", "name another place, or move it"),
    errno.ENAMETOOLONG: ("the name is too long", "name a shorter one"),
    errno.ELOOP: ("links lead in a circle", "mend the link"),
}
# the same from libraries that raise errors of their own, with the system's message as text
SAID = {
    errno.ENOSPC: "no space left on device",
    errno.EDQUOT: "disk quota exceeded",
    errno.EROFS: "read-only file system",
    errno.EACCES: "permission denied",
    errno.EMFILE: "too many open files",
    errno.ENOMEM: "cannot allocate memory|can't allocate memory|out of memory",
    errno.EAGAIN: "can't start new thread|resource temporarily unavailable",
}
GO_ON = {  # what an interruption leaves, where the next call does not start from nothing
    "ingest": "what was unpacked stays, and the same command goes on from there",
    "cells": "cells that are done stay, and the same command makes the others",
    "repro": "stages and cells that are done stay, and the same command goes on",
    "ablate": "cells that are done stay, and the same command makes the others",
    "table": "cells that are done stay, and the same command makes the others",
    "tune": "cells that are done stay, and the same command makes the others",
    "learning": "cells that are done stay, and the same command makes the others",
    "contributions": "cells that are done stay, and the same command makes the others",
    "probe": "cells that were asked and figures that were drawn stay, and the same command makes the others",
    "represent": "networks that were looked into stay, and the same command goes on from there",
    "profile": "stages that are done stay in DVC's cache, and the same command goes on from there",
    "container build": "layers that are built stay in Docker's cache, and the same command goes on from there",
    "container run": "the container is removed; run the same command to start it again",
    "container shell": "the container is removed; run the same command to start it again",
}
START_AGAIN = "nothing is half done: what was there is as it was, or whole and new; run the same command to start again"
# signs that the board, tables and bars have
_PLAIN = {
    "−": "-", "–": "-", "…": "...", "’": "'", "→": "->", "≤": "<=", "≥": ">=", "×": "x", "±": "+-", "·": "-",
    "↑": "^", "↓": "v", "─": "-", "│": "|", "━": "-",
}  # fmt: skip
_OURS = re.compile(r"\b(dvc|make) \w|-m benchmark|`verify")  # commands that have an end in the repository's root alone
HEEDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_AT_ONCE = 1.0  # seconds in which a second signal is the same wish: a terminal and a parent may both send one

_interrupted: list[tuple[float, int]] = []  # when, and by which signal


def in_one_line(command: Callable[[], None], left: str | None = None, *, told: bool = False) -> None:
    """Run a command and exit; what is not our own mistake is one line on standard error.

    Args:
        left: what an interruption leaves and how to go on (default: what ``GO_ON`` says of the command).
        told: whether somebody else says so, which is the command that started this one.

    Exit status 1 for a mistake of the user or trouble with the machine, 130 after Ctrl-C, 143 after SIGTERM. Other
    exceptions keep their traceback.
    """
    # of `container build` two words
    name = " ".join(sys.argv[1 : 3 if sys.argv[1:2] == ["container"] else 2])
    left = "" if told else left or GO_ON.get(name, START_AGAIN)
    heed_signals()
    speak_plainly()
    try:
        command()
    except KeyboardInterrupt:
        _exit_interrupted(left)
    except SystemExit as ended:
        # typer makes an exit status of Ctrl-C, and says nothing
        if _interrupted or ended.code == 128 + signal.SIGINT:
            _exit_interrupted(left)
        raise
    except Exception as error:
        if _interrupted:  # what was stopped may complain; a command of ours says more exactly what is kept
            _exit_interrupted(str(error) if isinstance(error, InputError) and not told else left)
        line = trouble(error) or (mistake(error) if isinstance(error, InputError) else None)
        if line is None:
            raise
        print(f"error: {line}", file=sys.stderr)
        sys.exit(1)


def mistake(error: InputError) -> str:
    """The line of a user's mistake; a remedy that helps in the repository's root alone says so anywhere else."""
    elsewhere = not Path("dvc.yaml").exists() and _OURS.search(error.remedy)
    return f"{error}; this folder is not the root of the repository: run it there" if elsewhere else str(error)


def heed_signals() -> None:
    """Let SIGTERM and SIGHUP end this process as Ctrl-C does: with its clean-up, and its children ended."""
    for number in HEEDED:
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup sets it, and a shell for what runs in the background
            signal.signal(number, _interrupt)
    sys.unraisablehook = _once_more


def trouble(error: BaseException) -> str | None:
    """One line about the machine, if that is the reason of an error: disk, memory, permissions, limits.

    What our own code has explained and raised ``from None`` stays as it explained it.
    """
    place = error.where if isinstance(error, InputError) else None
    known = TROUBLES if isinstance(error, InputError) else TROUBLES | PLACES
    for each in _reasons(error):
        number = each.errno if isinstance(each, OSError) else errno.ENOMEM if isinstance(each, MemoryError) else None
        if number is None and not isinstance(each, InputError):
            number = next((key for key, said in SAID.items() if re.search(said, str(each), re.IGNORECASE)), None)
        if number in known:
            problem, remedy = known[number]
            # the second is what a scratch file was to become
            where = place or getattr(each, "filename2", None) or getattr(each, "filename", None)
            return f"{f'{where}: ' if where else ''}{problem}; {remedy}"
    return None


def in_words(error: BaseException) -> str:
    """Why something failed, in one line: the machine's fault, what our code explained, or any other."""
    return trouble(error) or (str(error) if isinstance(error, InputError) else in_a_line(error))


def speak_plainly() -> None:
    """Let a terminal that cannot show a sign get a plain one: an old locale must not end hours of work."""
    codecs.register_error("plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not what a test or a notebook has put there
            stream.reconfigure(errors="plain")


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_PLAIN.get(sign, "?") for sign in error.object[error.start : error.end]), error.end


def _interrupt(number: int, frame: object) -> None:
    now = time.monotonic()
    if _interrupted and now - _interrupted[-1][0] < _AT_ONCE:
        return  # or it would disturb the clean-up after the first
    _interrupted.append((now, number))
    raise KeyboardInterrupt


def _once_more(lost: "sys.UnraisableHookArgs") -> None:
    """Interrupt again where Python could not raise it, as in a destructor: it would print a traceback and go on."""
    if lost.exc_type is KeyboardInterrupt and _interrupted:
        again = threading.Timer(0.05, os.kill, (os.getpid(), _interrupted.pop()[1]))  # when this call has ended
        again.daemon = True
        again.start()
    else:
        sys.__unraisablehook__(lost)


def _exit_interrupted(left: str) -> None:
    number = _interrupted[0][1] if _interrupted else signal.SIGINT
    for each in HEEDED:
        signal.signal(each, signal.SIG_IGN)  # or a second one would kill this process on its last steps
    if left:
        print(f"interrupted: {left}", file=sys.stderr)
    # Python remembers an interruption inside of `exec`, with which dataclasses are made, and would end by the signal
    exec("")
    sys.exit(128 + number)


def _reasons(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from; of ours what it names as its cause alone."""
    seen: set[int] = set()
    each: BaseException | None = error
    # what came of what may go round in a circle
    while each is not None and id(each) not in seen:
        yield each
        seen.add(id(each))
        each = each.__cause__ if isinstance(each, InputError) else each.__cause__ or each.__context__
