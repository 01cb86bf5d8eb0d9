"""Submitted code in a process of its own: with bubblewrap it sees no file of the machine, without it the caller's."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from benchmark.submissions.enclosure import BOOT, NOBODY, TAIL_BYTES, Bounds, Enclosure, code_failed, too_slow
from benchmark.submissions.inside_enclosure import die_with_parent
from deepgrasp.errors import InputError
from deepgrasp.processes import allowed_cores

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "USER": "nobody", "PYTHONDONTWRITEBYTECODE": "1"}


def bubblewrap() -> Enclosure | None:
    """Namespaces of Linux by ``bwrap``: no network, nor files but Python's; None if it cannot run."""
    found = shutil.which("bwrap")
    if found is None or not _works([found, *_spaces(), "--ro-bind", "/", "/", *_scratch(1), "true"]):
        return None

    def run(place: Path, said: Mapping[str, Any], bounds: Bounds) -> bytes:
        # scratch first: Python may lie below /tmp, and a later mount hides an earlier one
        inside = [*_scratch(4 * bounds.answer), *_python_alone(), "--ro-bind", str(place), "/inside"]
        inside += ["--proc", "/proc", "--dev", "/dev", "--chdir", "/tmp", "--remount-ro", "/"]
        command = [found, *_spaces(), *inside, "--", *_python("/inside")]
        return _run(command, {**said, "packages": _packages(), "scratch": "/tmp"}, bounds, Path("/"))

    return Enclosure("bubblewrap", run, {})


def process() -> Enclosure:
    """The enclosure of a Python process, without environment and rights; it can read what the caller can read.

    Its ``run`` raises an ``InputError`` also where root alone may read what Python needs: submitted code never runs as
    root.
    """
    # by itself an ordinary user may cut off the network on most machines, but not on all
    apart = ["unshare", "--net", "--pid", "--ipc", "--fork", "--kill-child"]
    apart += [] if os.getuid() == 0 else ["--user", "--map-current-user"]
    works = shutil.which("unshare") is not None and _works([*apart, "true"])
    misses = "it can read your files" + ("" if works else ", use the network and leave processes behind")

    def run(place: Path, said: Mapping[str, Any], bounds: Bounds) -> bytes:
        reachable = [Path(_interpreter()), *map(Path, _packages())]
        if os.getuid() == 0 and (closed := [path for path in reachable if not _open_to_all(path)]):
            remedy = "install bubblewrap or Docker, or call it as an ordinary user"
            raise InputError(closed[0], "is root's alone, and submitted code never runs as root", remedy)
        with TemporaryDirectory(prefix="deepgrasp-") as scratch:
            if os.getuid() == 0:  # what runs gives up being root before it reads or writes anything
                place.parent.chmod(0o711)
                Path(scratch).chmod(0o777)
            command = [*(apart if works else []), *_python(str(place))]
            return _run(command, {**said, "packages": _packages(), "scratch": scratch}, bounds, Path(scratch))

    return Enclosure("process", run, {}, misses)


def _spaces() -> list[str]:
    """Options of bwrap that cut the rest of the machine off."""
    common = ["--die-with-parent", "--new-session", "--clearenv"]
    if os.getuid() == 0:
        # root needs no namespace of users, in which nobody else would exist: what runs becomes nobody by itself
        common += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
        return [*common, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return [*common, "--unshare-all"]


def _scratch(size: int) -> list[str]:
    return ["--perms", "1777", "--size", str(size), "--tmpfs", "/tmp"]


def _python_alone() -> list[str]:
    """Options of bwrap that show the system's libraries, Python and its packages, and nothing else."""
    options = ["--ro-bind", "/usr", "/usr", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    for name in ("/bin", "/sbin", "/lib", "/lib64", "/lib32"):
        if Path(name).is_symlink():
            options += ["--symlink", str(Path(name).readlink()), name]
        else:
            options += ["--ro-bind-try", name, name]
    for path in (sys.base_prefix, *_packages()):
        # bwrap makes folders on the way that its user alone may enter, and that is not who runs
        for above in list(Path(path).parents)[-2::-1]:
            options += ["--perms", "0755", "--dir", str(above)]
        options += ["--ro-bind", path, path]
    for name, value in _ENVIRONMENT.items():
        options += ["--setenv", name, value]
    return [*options, "--setenv", "HOME", "/tmp"]


def _python(place: str) -> list[str]:
    # -I: neither environment nor the user's packages; -S: no .pth file, which may lead back to the repository
    return [_interpreter(), "-I", "-S", f"{place}/{BOOT}"]


def _interpreter() -> str:
    # not that of the virtual environment: its folder may be the repository's
    return str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())


def _packages() -> list[str]:
    return list(dict.fromkeys(sysconfig.get_path(kind) for kind in ("purelib", "platlib")))


def _open_to_all(path: Path) -> bool:
    return all(each.stat().st_mode & 0o001 for each in (path, *path.parents))


def _works(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=60).returncode == 0


def _run(command: Sequence[str], said: Mapping[str, Any], bounds: Bounds, folder: Path) -> bytes:
    """What a command prints, within bounds that ``inside_enclosure.py`` sets before it runs anything submitted."""
    limits = {
        "RLIMIT_AS": bounds.memory,
        "RLIMIT_CPU": int(bounds.seconds * allowed_cores()),
        "RLIMIT_NPROC": _tasks() + bounds.processes,
        "RLIMIT_FSIZE": bounds.answer,
        "RLIMIT_CORE": 0,
    }
    hard = {name: resource.getrlimit(getattr(resource, name))[1] for name in limits}
    limits = {name: value if hard[name] < 0 else min(value, hard[name]) for name, value in limits.items()}
    # into files, not pipes: a limit holds for a file, and a pipe must be read while we wait
    with TemporaryFile() as answer, TemporaryFile() as complaints:
        started = subprocess.Popen(
            [*command, json.dumps({**said, "limits": limits})],
            cwd=folder,
            env=_ENVIRONMENT | {"HOME": str(folder), "TMPDIR": str(said["scratch"])},
            stdin=subprocess.DEVNULL,
            stdout=answer,
            stderr=complaints,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        try:
            status = started.wait(bounds.seconds)
        except subprocess.TimeoutExpired:
            raise too_slow(bounds) from None
        finally:
            # the group: what it has started must not outlive it
            with suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)
            started.wait()
        if status:
            complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - TAIL_BYTES))
            raise code_failed(status, complaints.read())
        answer.seek(0)
        return answer.read()


def _tasks() -> int:
    """How many threads the user has that submitted code runs as: the limit counts them too."""
    user = os.getuid() or NOBODY
    found = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text(encoding="utf-8", errors="replace")  # a program may call itself anything
            lines = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
        except OSError:  # it has ended
            continue
        found += int(lines["Threads"]) if int(lines["Uid"].split()[0]) == user else 0
    return found
