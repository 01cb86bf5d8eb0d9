"""Runs a command in a container: output streamed, exit status passed on, and no container left behind."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO

from benchmark.container.engine import engine_errors_told
from benchmark.container.job import OWNER, owner
from deepgrasp.errors import InputError

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

GRACE = 10  # seconds between asking a container to stop and killing it


@contextmanager
def created(client: "DockerClient", **settings: Any) -> "Iterator[Container]":
    """A container that is removed at the end, also after Ctrl-C or SIGTERM; killed commands' go first."""
    import docker
    import requests

    with _terminable():
        with engine_errors_told():
            # a killed command (SIGKILL, lost power) cannot clean up after itself: the next one does
            sweep(client)
            container = client.containers.create(**settings)
        try:
            with engine_errors_told():
                yield container
        finally:
            with suppress(docker.errors.APIError, requests.RequestException):  # not in place of what ended the block
                container.remove(force=True)


def run_container(client: "DockerClient", settings: dict[str, Any]) -> int:
    """Exit status of a container that ran to its end; Ctrl-C or SIGTERM stops it.

    Raises:
        InputError: the engine cannot start it, or the container was killed for memory.
    """
    with created(client, **settings) as container:
        try:
            status = follow_container(container, _writer(sys.stdout), _writer(sys.stderr))
        except KeyboardInterrupt:
            print("stopping the container", file=sys.stderr)
            # DVC gets time to write its lock
            container.stop(timeout=GRACE)
            raise
        # attrs are from its creation until they are read again
        container.reload()
        check_memory(container, status, settings.get("mem_limit"))
    return status


def follow_container(container: "Container", out: Callable[[bytes], object], err: Callable[[bytes], object]) -> int:
    """Exit status of a container, which is started here; what it prints is passed on, output and errors apart."""
    with closing(container.attach(stream=True, demux=True, logs=False)) as output:  # before the start: no line is lost
        container.start()
        for printed, complained in output:
            if printed:
                out(printed)
            if complained:
                err(complained)
    return int(container.wait()["StatusCode"])


def check_memory(container: "Container", status: int, limit: str | None) -> None:
    """Refuse a container that was killed for memory: its exit status alone does not say so.

    Raises:
        InputError: it was killed for memory.
    """
    if status and container.attrs["State"]["OOMKilled"]:
        problem = f"a process in the container was killed for memory{f' (limit {limit})' if limit else ''}"
        raise InputError("container", problem, "give more with --memory, or train smaller batches")


def sweep(client: "DockerClient") -> None:
    """Remove containers that commands left behind when they were killed."""
    import docker

    machine, _ = owner().split(" ")
    for container in client.containers.list(all=True, filters={"label": OWNER}, ignore_removed=True):
        where, _, process = container.labels[OWNER].partition(" ")
        # several machines may share an engine, and processes of others cannot be looked up here
        if where == machine and not _alive(int(process)):
            with suppress(docker.errors.APIError):  # another command may be removing it right now
                container.remove(force=True)


def _alive(process: int) -> bool:
    try:
        # signal 0 sends nothing and only asks whether the process exists
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def _writer(stream: TextIO) -> Callable[[bytes], None]:
    def write(data: bytes) -> None:
        # bytes, at once: half a character or a progress bar must not wait for its end
        stream.buffer.write(data)
        stream.flush()

    return write


@contextmanager
def _terminable() -> Iterator[None]:
    """A block that SIGTERM and SIGHUP end as Ctrl-C does; later ones do not disturb the clean-up."""
    heeded = [each for each in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(each) != signal.SIG_IGN]  # nohup

    def interrupt(number: int, frame: object) -> None:
        for each in heeded:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
