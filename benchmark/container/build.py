"""Builds an image with BuildKit, through the docker command: the SDK speaks only to the builder before it."""

import os
import re
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from benchmark.container import pins
from benchmark.container.engine import explain, host, tag_of
from benchmark.pipeline.provenance import provenance
from deepgrasp.errors import InputError

DOCKER_VARIABLE = (
    "DEEPGRASP_DOCKER"  # environment variable: the docker command to build with, where the PATH's will not do
)
FULL = re.compile("no space left on device|the disk is full", re.IGNORECASE)
UNREACHABLE = re.compile(
    "temporary failure (in name resolution|resolving)|could not resolve|no such host|name or service not known"
    "|network is unreachable|no route to host|connection (refused|reset by peer|timed out)|connection broken"
    "|newconnectionerror|(read|connect)timeouterror|max retries exceeded|i/o timeout|tls handshake timeout"
    r"|http error (403|429|5\d\d)|toomanyrequests",
    re.IGNORECASE,
)  # what apt, pip and the builder say when the network or a server is to blame
REMEMBERED = 40  # lines of the log that are searched for the reason of a failure


def build(
    root: Path,
    target: str,
    *,
    base: str | None = None,
    torch_index: str | None = None,
    secrets: Sequence[str] = (),
    network: str | None = None,
    tag: str | None = None,
) -> None:
    """Build a target's image from a repository; its log goes to standard error.

    Args:
        base: the image to stand on, in place of the Dockerfile's.
        torch_index: where torch is looked for besides pip's index; empty for nowhere.
        secrets: ``id=path`` of files that only the build sees: ``pip.conf`` and ``ca``.
        network: the network of the build, such as ``host``.

    Raises:
        InputError: a secret is missing or would be kept, or the build fails.
    """
    if torch_index and "@" in urlsplit(torch_index).netloc:
        problem = "the URL has a user or a password, which the image's history would keep"
        raise InputError("--torch-index", problem, "write it as extra-index-url into a file for --secret pip.conf=FILE")
    for secret in secrets:
        name, _, path = secret.partition("=")
        if not name or not path or not Path(path).is_file():
            raise InputError(f"--secret {secret}", "is not a file under a name", "write pip.conf=FILE or ca=FILE")
    # labels of the image: a result names the image, and the image its commit and lock
    made = provenance()
    commit = f"{made['commit'] or 'unknown'}{'-dirty' if made['dirty'] else ''}"
    torch = pins.read_pins(root / pins.TORCH)["torch"]
    arguments = {
        "COMMIT": commit,
        "LOCK": pins.lock_digest(root),
        "VERSION": pins.project_version(root),
        "TORCH": torch,
    }
    arguments |= {"BASE": base} if base else {}
    # an empty one has a meaning of its own (pip's index alone), so None is what leaves it out
    arguments |= {"TORCH_INDEX": torch_index} if torch_index is not None else {}
    # plain: a redrawn screen would be useless in a log of CI
    command = [os.environ.get(DOCKER_VARIABLE, "docker"), "build", "--progress", "plain"]
    command += ["--file", str(root / "docker" / "Dockerfile"), "--target", target, "--tag", tag or tag_of(target)]
    command += [part for name, value in arguments.items() for part in ("--build-arg", f"{name}={value}")]
    for name, _, path in (secret.partition("=") for secret in secrets):
        command += ["--secret", f"id={name},src={path}"]
    command += ["--network", network] if network else []
    _stream([*command, str(root)])


def _stream(command: list[str]) -> None:
    last: deque[str] = deque(maxlen=REMEMBERED)
    where, tls = host()
    # with TLS the docker command must find the certificates in its context by itself
    environment = os.environ | {"DOCKER_BUILDKIT": "1"} | ({"DOCKER_HOST": where} if tls is None else {})
    # BuildKit writes its whole log to standard error, so both streams are read as one
    try:
        builder = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise InputError(
            command[0], "no such command", f"install Docker's command line, or set {DOCKER_VARIABLE}"
        ) from error
    with builder:
        try:
            for line in builder.stdout or ():
                last.append(line.strip())
                sys.stderr.write(line)
        except BaseException:
            builder.terminate()  # in a terminal it hears Ctrl-C itself; SIGTERM is told to us alone
            raise
    if builder.returncode:
        raise _reason(command[0], list(last))


def _reason(command: str, log: list[str]) -> InputError:
    text = "\n".join(log)
    # a short log: the plugin was missing from the start; a long one may mention buildx for other reasons
    if "buildx" in text and len(log) < REMEMBERED:
        remedy = f"install docker-buildx-plugin, or name another docker command in {DOCKER_VARIABLE}"
        return InputError(command, "cannot build with BuildKit", remedy)
    if FULL.search(text):
        return explain(text)
    # the network before the last error: pip's own last line speaks of versions that it could not find
    if trouble := UNREACHABLE.search(text):
        remedy = "check the network; docker/README.md has builds behind a proxy or without one"
        return InputError(f"{command} build", f"something cannot be reached ({trouble[0]})", remedy)
    errors = [line for line in log if "error" in line.lower()]
    return InputError(f"{command} build", (errors or log or ["failed"])[-1], "read the log above")
