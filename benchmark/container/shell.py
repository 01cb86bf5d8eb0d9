"""A terminal inside a container: keys go in, the screen comes out, the window's size follows."""

import os
import select
import shutil
import signal
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from benchmark.container.runner import created
from deepgrasp.errors import InputError

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

_CHUNK = 4096


def shell(client: "DockerClient", settings: dict[str, Any]) -> int:
    """Exit status of a command in a new container, opened on this terminal.

    Raises:
        InputError: this is no terminal.
    """
    if not sys.stdin.isatty():
        raise InputError("container shell", "this is no terminal", "use `container run -- COMMAND`")
    with created(client, **settings, tty=True, stdin_open=True) as container:
        # attached before the start: the first prompt would else be lost
        socket = container.attach_socket(params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
        container.start()
        with _follows_window(container), _raw(sys.stdin.fileno()):
            # the SDK wraps the socket in a file, which has no recv
            _relay(socket._sock)
        return int(container.wait()["StatusCode"])


def _relay(socket: Any) -> None:
    """Copy both ways until the container closes its side."""
    keyboard, screen = sys.stdin.fileno(), sys.stdout.fileno()
    while True:
        ready, _, _ = select.select([socket, keyboard], [], [])
        if socket in ready:
            data = socket.recv(_CHUNK)
            if not data:
                return
            os.write(screen, data)
        if keyboard in ready:
            socket.sendall(os.read(keyboard, _CHUNK))


@contextmanager
def _raw(terminal: int) -> Iterator[None]:
    """A block in which every key goes to the container, Ctrl-C too."""
    before = termios.tcgetattr(terminal)
    tty.setraw(terminal)
    try:
        yield
    finally:
        # whatever happens: a terminal left raw shows no typing
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


@contextmanager
def _follows_window(container: "Container") -> Iterator[None]:
    """A block in which the container's terminal has the size of this window."""
    import docker

    def resize(*_: object) -> None:
        columns, rows = shutil.get_terminal_size()
        with suppress(docker.errors.APIError):  # it may have ended already
            container.resize(rows, columns)

    # the container knows the window's size only after it is told
    before = signal.signal(signal.SIGWINCH, resize)
    resize()
    try:
        yield
    finally:
        signal.signal(signal.SIGWINCH, before)
