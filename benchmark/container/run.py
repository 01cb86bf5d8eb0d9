"""Runs a command in a container: output streamed, exit status passed on, and no container left behind."""

import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmark.container.engine import GPU_DEVICE, explained
from benchmark.container.mounts import HOME, Volumes
from deepgrasp.errors import InputError

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container
    from docker.models.images import Image

OWNER = "deepgrasp.owner"  # label of a container: machine and process of the command that waits for it
GRACE = 10  # seconds between asking a container to stop and killing it


@dataclass(frozen=True)
class Limits:
    """What a container may take of the machine; ``None``: all of it.

    Attributes:
        shm: shared memory, by which torch's data loaders hand batches over; Docker's own default is too small.
        gpu: ``None`` for one if there is one.
    """

    memory: str | None = None
    cpus: float | None = None
    shm: str = "8g"
    gpu: bool | None = None
    network: bool = False


@dataclass(frozen=True)
class Job:
    """A command, what it sees and as whom."""

    command: Sequence[str]
    volumes: Volumes = field(default_factory=dict)
    user: str | None = None
    environment: Sequence[str] = ()


def options(client: "DockerClient", image: "Image", target: str, job: Job, limits: Limits) -> dict[str, Any]:
    """What the SDK is told about the container."""
    import docker

    requests = []
    if wants_gpu(target, limits.gpu):
        requests = [docker.types.DeviceRequest(count=-1, capabilities=[["gpu"]])]
    memory = {"mem_limit": limits.memory, "memswap_limit": limits.memory} if limits.memory else {}
    return memory | {
        "image": image.id,
        "command": list(job.command),
        "user": job.user or caller(client),
        "working_dir": HOME,
        "volumes": job.volumes,
        "environment": [f"DEEPGRASP_IMAGE={image.id}", *job.environment],
        "network_mode": "bridge" if limits.network else "none",
        "shm_size": limits.shm,
        "nano_cpus": int(limits.cpus * 1e9) if limits.cpus else None,
        "device_requests": requests,
        "labels": {OWNER: _owner()},
        "init": True,  # passes signals on and reaps what the command leaves behind
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "log_config": docker.types.LogConfig(type="none"),  # streamed here; a copy on disk would only grow
        "healthcheck": {"test": ["NONE"]},  # would take a core from what is being measured
    }


def wants_gpu(target: str, asked: bool | None) -> bool:
    """Whether to request a GPU.

    Raises:
        InputError: asked for and absent, or the image could not use it.
    """
    if asked and not GPU_DEVICE.exists():
        raise InputError("--gpu", "this machine has no NVIDIA GPU, or no driver for it", "leave --gpu out")
    if asked and target != "cuda":
        raise InputError("--gpu", f"the {target} image cannot use one", "add --target cuda")
    return target == "cuda" and GPU_DEVICE.exists() if asked is None else asked


def caller(client: "DockerClient") -> str:
    """Whose files a container writes: the caller's; a rootless engine calls the caller root."""
    rootless = any("rootless" in option for option in client.info().get("SecurityOptions") or ())
    return "0:0" if rootless else f"{os.getuid()}:{os.getgid()}"


@contextmanager
def created(client: "DockerClient", **settings: Any) -> "Iterator[Container]":
    """A container that is removed at the end, whatever happens; what dead commands left behind goes first."""
    with explained():
        sweep(client)
        container = client.containers.create(**settings)
    try:
        with explained():
            yield container
    finally:
        import docker

        with suppress(docker.errors.NotFound):
            container.remove(force=True)


def run(client: "DockerClient", settings: dict[str, Any]) -> int:
    """Run to the end, or until the first Ctrl-C or SIGTERM; returns the exit status.

    Raises:
        InputError: the engine cannot start it, or the container was killed for memory.
    """
    with _terminable(), created(client, **settings) as container:
        output = container.attach(stream=True, demux=True, logs=False)  # before the start: no line is lost
        container.start()
        try:
            for out, err in output:
                _write(sys.stdout, out)
                _write(sys.stderr, err)
            status = int(container.wait()["StatusCode"])
        except KeyboardInterrupt:
            print("stopping the container", file=sys.stderr)
            container.stop(timeout=GRACE)
            raise
        container.reload()
        check_memory(container, status, settings.get("mem_limit"))
    return status


def check_memory(container: "Container", status: int, limit: str | None) -> None:
    """Tell a container that was killed for memory from one that failed by itself."""
    if status and container.attrs["State"]["OOMKilled"]:
        problem = f"a process in the container was killed for memory{f' (limit {limit})' if limit else ''}"
        raise InputError("container", problem, "give more with --memory, or train smaller batches")


def sweep(client: "DockerClient") -> None:
    """Remove the containers of commands that died without doing it."""
    import docker

    machine, _ = _owner().split(" ")
    for container in client.containers.list(all=True, filters={"label": OWNER}, ignore_removed=True):
        where, _, process = container.labels[OWNER].partition(" ")
        if where == machine and not _alive(int(process)):
            with suppress(docker.errors.APIError):  # another command may be removing it right now
                container.remove(force=True)


def _owner() -> str:
    return f"{socket.gethostname()} {os.getpid()}"


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def _write(stream: Any, data: bytes | None) -> None:
    if data:
        stream.buffer.write(data)
        stream.flush()


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM and SIGHUP end the block as Ctrl-C does."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
