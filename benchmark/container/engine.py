"""Connections to the Docker engine and its images; every error of Docker becomes one line that says what to do."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.container import pins
from deepgrasp.errors import InputError

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.images import Image

IMAGE_TARGETS = ("cpu", "cuda")
_NAME = "deepgrasp-bench"
_LOCK, _TARGET = "deepgrasp.lock", "deepgrasp.target"  # labels of an image
# made by the driver; nvidia-smi may be missing where the driver is not
GPU_DEVICE = Path("/dev/nvidiactl")


def connect() -> "DockerClient":
    """A client of the running engine.

    Raises:
        InputError: none runs, or this user may not talk to it.
    """
    import docker

    where, tls = host()
    kind, _, path = where.partition("://")
    try:
        if kind == "unix":  # opened once for a clear error: the SDK would hide the reason in an error of its own
            with socket.socket(socket.AF_UNIX) as door:
                door.connect(path)
        if tls is None:
            client = docker.from_env(environment=os.environ | {"DOCKER_HOST": where})
        else:
            client = docker.DockerClient(base_url=where, tls=tls)
        client.ping()
        return client
    except PermissionError as error:
        remedy = "join the group `docker` (then log in again), or use a rootless engine"
        raise InputError(where, "this user has no permission on the engine's socket", remedy) from error
    except (OSError, docker.errors.DockerException) as error:
        remedy = "install and start Docker (https://docs.docker.com/engine/install), or name another in DOCKER_HOST"
        raise InputError(where, "no engine answers", remedy) from error


def host() -> tuple[str, Any]:
    """Address of the engine and its TLS settings, found as the docker command does: ``DOCKER_HOST``, else the context.

    Raises:
        InputError: there is no such context.
    """
    import docker

    # the SDK alone would ignore contexts, which rootless and desktop engines are reached by
    if where := os.environ.get("DOCKER_HOST"):
        return where, None
    name = os.environ.get("DOCKER_CONTEXT") or None
    try:
        context = docker.context.ContextAPI.get_context(name)
    except (docker.errors.DockerException, OSError, ValueError) as error:
        raise InputError("Docker's context", " ".join(str(error).split()), "see `docker context ls`") from error
    if context is None or not context.Host:
        problem = "no such context, or one without an engine"
        raise InputError(f"Docker's context {name or ''}".strip(), problem, "see `docker context ls`")
    return context.Host, context.TLSConfig


@contextmanager
def engine_errors_told() -> Iterator[None]:
    """A block in which the engine's errors become an ``InputError``."""
    import docker
    import requests

    try:
        yield
    except docker.errors.APIError as error:
        raise explain(str(error.explanation or error)) from error
    except docker.errors.DockerException as error:  # an option's value that the SDK itself cannot read
        raise explain(str(error)) from error
    except requests.RequestException as error:
        raise InputError("Docker", "the engine went away", "see its log, then run the command again") from error


def explain(complaint: str) -> InputError:
    """The error for a message of the engine, with what to do about it."""
    # one line: messages of the engine have line breaks of their own
    text = " ".join(complaint.split())
    lower = text.lower()
    if "no space left on device" in lower:
        return InputError("Docker", "the disk is full", "free space, for instance with `docker system prune`")
    if "executable file not found" in lower:
        return InputError("container", f"no such command in the image ({text})", "give one that it has")
    # engines complain of a missing GPU toolkit in these three ways
    if any(words in lower for words in ("select device driver", "nvidia-container", "cdi device")):
        problem = f"the engine cannot hand over the GPU ({text})"
        return InputError("GPU", problem, "install the NVIDIA container toolkit, or run with --no-gpu")
    return InputError("Docker", text, "see the engine's log")


def choose_target(target: str | None) -> str:
    """Target of an image, ``cpu`` or ``cuda``: as asked for, or as this machine has a GPU.

    Raises:
        InputError: there is no such target.
    """
    if target is not None and target not in IMAGE_TARGETS:
        raise InputError(f"--target {target}", "no such target", f"choose from {', '.join(IMAGE_TARGETS)}")
    return target or ("cuda" if GPU_DEVICE.exists() else "cpu")


def tag_of(target: str) -> str:
    """The default name of a target's image."""
    return f"{_NAME}:{target}"


def find_image(client: "DockerClient", tag: str, target: str) -> "Image":
    """The image of that name.

    Raises:
        InputError: there is none.
    """
    import docker

    try:
        with engine_errors_told():
            return client.images.get(tag)
    except InputError as error:
        # only "not found" means that it was not built; other errors stay as they are
        if isinstance(error.__cause__, docker.errors.NotFound):
            remedy = f"build it with `python -m benchmark container build --target {target}`"
            raise InputError(tag, "no such image", remedy) from error
        raise


def check_lock(image: "Image", tag: str, root: Path) -> None:
    """Refuse an image that was built from another lock than the repository's.

    Raises:
        InputError: it was built from another, or by other means.
    """
    # a hash of the lock, not a date: a rebuilt image of the same lock still fits
    if image.labels.get(_LOCK) != pins.lock_digest(root):
        remedy = "build it again with `python -m benchmark container build`"
        raise InputError(tag, "the image was built from another lock than docker/requirements*.lock", remedy)
