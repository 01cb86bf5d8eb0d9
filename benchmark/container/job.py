"""Settings of a container: its command, mounts and limits, as the caller and without network."""

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.container.engine import GPU_DEVICE
from benchmark.container.mounts import HOME, Volumes
from deepgrasp.errors import InputError

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.images import Image

# written inside, and gone with the container; /var/tmp is where DVC keeps what it knows of a repository
_SCRATCH = ("/tmp", "/var/tmp", "/home/bench")
IMAGE_USER = "1000:1000"  # that of docker/Dockerfile
OWNER = "deepgrasp.owner"  # label of a container: machine and process of the command that waits for it


@dataclass(frozen=True)
class Limits:
    """What a container may take of the machine.

    Attributes:
        memory: ``None`` for nine tenths of what there is: the machine must stay reachable.
        cpus: ``None`` for all of them.
        processes: threads count as such.
        shm: shared memory, by which torch's data loaders hand batches over; Docker's own default is too small.
        gpu: ``None`` for one if there is one.
    """

    memory: str | None = None
    cpus: float | None = None
    shm: str = "8g"
    gpu: bool | None = None
    network: bool = False
    processes: int = 8192  # joblib starts a process a core, and each some threads


@dataclass(frozen=True)
class ContainerJob:
    """A command with its mounts, user and environment variables."""

    command: Sequence[str]
    volumes: Volumes = field(default_factory=list)
    user: str | None = None
    environment: Sequence[str] = ()


def options(client: "DockerClient", image: "Image", target: str, job: ContainerJob, limits: Limits) -> dict[str, Any]:
    """Keyword arguments for the SDK's ``containers.create``.

    Raises:
        InputError: a GPU is asked for and cannot be had, or the user is root or no number.
    """
    import docker

    requests = []
    if wants_gpu(target, limits.gpu):
        requests = [docker.types.DeviceRequest(count=-1, capabilities=[["gpu"]])]
    memory = limits.memory or f"{int(client.info()['MemTotal']) * 9 // 10 // 2**20}m"
    user = caller(client) if job.user is None else check_user(job.user)
    return {
        # by id, not by tag: a tag may move between the check and the start
        "image": image.id,
        "command": list(job.command),
        "user": user,
        # memswap_limit counts memory and swap together: the same number means no swap
        "mem_limit": memory,
        "memswap_limit": memory,
        "pids_limit": limits.processes,
        # nothing is written but what is mounted, and what goes with the container
        "read_only": True,
        "tmpfs": dict.fromkeys(_SCRATCH, "mode=1777,exec"),
        "working_dir": HOME,
        "volumes": job.volumes,
        "environment": [f"DEEPGRASP_IMAGE={image.id}", *job.environment],
        # nothing here needs a network, and what runs may be an outsider's code
        "network_mode": "bridge" if limits.network else "none",
        "shm_size": limits.shm,
        "nano_cpus": int(limits.cpus * 1e9) if limits.cpus else None,
        "device_requests": requests,
        "labels": {OWNER: owner()},
        "init": True,  # passes signals on and reaps what the command leaves behind
        # a training needs no privilege of root
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
    """``UID:GID`` of the caller, who owns what a container writes; a rootless engine calls the caller root.

    In place of root the owner of the repository; where that is root too, the image's own user.
    """
    # its root is the caller outside, so that files come out as the caller's
    if any("rootless" in option for option in client.info().get("SecurityOptions") or ()):
        return "0:0"
    if os.getuid() != 0:
        return f"{os.getuid()}:{os.getgid()}"
    owner_of = Path.cwd().stat()
    return f"{owner_of.st_uid}:{owner_of.st_gid}" if owner_of.st_uid else IMAGE_USER


def check_user(asked: str) -> str:
    """The text of ``--user``, a number or two with a colon between, as it was given.

    Raises:
        InputError: it is root, or no number.
    """
    # by number alone: a name would be looked up in the image, where it may be root's
    parts = asked.split(":")
    if len(parts) > 2 or not all(part.isascii() and part.isdigit() for part in parts):
        raise InputError(f"--user {asked}", "is no UID:GID", "give numbers, such as 1000:1000")
    if int(parts[0]) == 0:
        raise InputError(f"--user {asked}", "is root, and nothing here runs as root", "give another, such as 1000:1000")
    return asked


def owner() -> str:
    """Name of this machine and number of this process, for a container's label."""
    return f"{socket.gethostname()} {os.getpid()}"
