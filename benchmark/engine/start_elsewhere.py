"""What runs first on another machine: it clones the commit and starts that commit's own worker there.

Standard library only, and it goes through the scheduler by value: the machine needs git and the packages, not our code.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

_KEPT = 24 * 3600.0  # seconds after its last use that a clone stays
HEAD_PATIENCE = 60.0  # seconds that a head may be silent


def boot(origin: str, jobs: Sequence[str], apart: str = "") -> Iterator[str]:
    """The end of each job, all as JSON, in the jobs' order.

    Args:
        origin: of :class:`benchmark.engine.code_source.CodeSource`.
        apart: a name for a clone of its own, where several nodes are one machine.

    Raises:
        RuntimeError: the worker was killed.
    """
    about = json.loads(origin)
    scratch = Path(about["scratch"] or Path(tempfile.gettempdir(), f"deepgrasp-{os.getuid()}")) / apart
    process = None
    try:
        with _clone(scratch, about) as clone:
            process = subprocess.Popen(
                [sys.executable, "-m", "benchmark.engine.worker_elsewhere", str(os.getpid()), str(scratch)],
                cwd=clone,
                # the clone's code, and not what is installed here
                env=os.environ | {"PYTHONPATH": str(clone)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                process_group=0,  # so that all of it can be killed
            )
            yield from _answers(process, [origin, *jobs])
    except _RefusalError as refused:
        for job in jobs:
            yield json.dumps({"name": json.loads(job)["name"], "problem": str(refused), "node": platform.node()})
    finally:
        if process is not None and process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # with all that a cell has started
            process.wait()


def boot_on_ray(origin: str, jobs: Sequence[str]) -> Iterator[str]:
    """What :func:`boot` yields, in a clone that the node has for itself."""
    import ray

    yield from boot(origin, jobs, ray.get_runtime_context().get_node_id()[:12])


def boot_on_slurm(origin: str, jobs: Sequence[str], told: str) -> None:
    """Write what :func:`boot` yields to the file ``told``, a line each as it comes, with the job's :func:`content_key`.

    It stops between two cells where the head is gone, which touches the file ``alive`` beside it every second: Slurm
    would run a dead head's tasks to their end.
    """
    alive = Path(told).with_name("alive")
    seen, since = alive.stat().st_mtime, time.monotonic()
    with Path(told).open("a", encoding="utf-8") as file:
        for job, line in zip(jobs, boot(origin, jobs), strict=True):
            file.write(json.dumps({"key": content_key(origin, job)} | json.loads(line)) + "\n")
            file.flush()
            os.fsync(file.fileno())  # the head reads it on another machine
            now = alive.stat().st_mtime
            if now != seen:  # compared with itself: clocks of two machines differ
                seen, since = now, time.monotonic()
            elif time.monotonic() - since > HEAD_PATIENCE:
                return


def content_key(origin: str, job: str) -> str:
    """What a cell is made of: the commit, and the job with its parameters and the content of its graphs."""
    return hashlib.sha256(f"{json.loads(origin)['commit']} {job}".encode()).hexdigest()


def _answers(process: "subprocess.Popen[str]", lines: Sequence[str]) -> Iterator[str]:
    assert process.stdin is not None
    assert process.stdout is not None
    about, *jobs = lines
    # a job at a time: with all at once both sides could wait, each for the other to read
    for line in (f"{about}\n{jobs[0]}", *jobs[1:]):
        with contextlib.suppress(BrokenPipeError):  # it is dead, which its answer will say
            process.stdin.write(line + "\n")
            process.stdin.flush()
        answer = process.stdout.readline()
        if not answer.endswith("\n"):
            status = process.wait()
            raise RuntimeError(f"signal {-status}" if status < 0 else f"exit status {status}")
        yield answer
    process.stdin.close()
    process.wait(timeout=60)


class _RefusalError(Exception):
    """Why there is no clone, in one line."""


@contextlib.contextmanager
def _clone(scratch: Path, about: dict[str, str]) -> Iterator[Path]:
    """A clone of the commit, which tasks of one call share, for a ``with`` block in which nobody removes it."""
    place, node = scratch / about["run"], platform.node()
    try:
        scratch.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds the data: for this user alone
        lock = (scratch / f"{about['run']}.lock").open("w", encoding="utf-8")
    except OSError as error:
        raise _RefusalError(f"{node}, {scratch}: {error.strerror}; make room, or name another `scratch`") from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one clones, the others wait
        _remove_old(scratch)
        if not (place / "ready").exists():
            shutil.rmtree(place, ignore_errors=True)  # of one that was killed
            _git(node, "clone", "--quiet", "--no-checkout", "--", about["repository"], str(place / "clone"))
            unknown = f"has no commit {about['commit'][:12]}; push it there"
            _git(node, "-C", str(place / "clone"), "checkout", "--quiet", "--detach", about["commit"], unknown=unknown)
            (place / "ready").touch()  # last: without it a clone is not whole
        os.utime(lock.name)  # when it was last used
        fcntl.flock(lock, fcntl.LOCK_SH)  # nobody removes it now, and all may use it
        # looked at each time: results must be the commit's, whatever happened to the clone meanwhile
        if _git(node, "-C", str(place / "clone"), "rev-parse", "HEAD") != about["commit"]:
            raise _RefusalError(f"{node}, {place}: is at another commit than {about['commit'][:12]}; remove the folder")
        yield place / "clone"


def _git(node: str, *command: str, unknown: str = "") -> str:
    done = subprocess.run(["git", *command], capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["no message"]
        told = next((line for line in said if line.startswith("fatal: ")), said[-1]).removeprefix("fatal: ")
        full = any("No space left on device" in line for line in said)
        problem = "the disk is full; make room, or name another `scratch`" if full else unknown
        if full or not unknown:
            raise _RefusalError(f"{node}, git {command[0]}: {problem or told + '; see `repository` of the engine'}")
        raise _RefusalError(f"{node}: the repository {unknown}")
    return done.stdout.strip()


def _remove_old(scratch: Path) -> None:
    """Remove clones of earlier calls that nobody uses: tasks end, and none knows that it is the last."""
    for file in scratch.glob("*.lock"):
        if time.time() - file.stat().st_mtime < _KEPT:
            continue
        with file.open("rb") as lock, contextlib.suppress(BlockingIOError):  # it is in use
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(file.with_suffix(""), ignore_errors=True)
            file.unlink(missing_ok=True)
