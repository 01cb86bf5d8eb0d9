"""Starts `dvc` and `python -m benchmark` as forks of one process that has their libraries imported.

A training on a tiny set takes 1 s after 4 s of imports; a fork has them. Each command imports our own modules anew,
from where it runs. Two programs that stand before the real ones in PATH hand over arguments, folder, environment and
files; what an interpreter would have to know from its start goes to the real ones.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path

LIBRARIES = (
    "torch", "torch._dynamo", "accelerate", "dvclive", "safetensors.torch", "sklearn.ensemble", "sklearn.linear_model",
    "sklearn.neighbors", "sklearn.preprocessing", "scipy.optimize", "scipy.spatial", "scipy.sparse.csgraph",
    "scipy.stats", "matplotlib.figure", "matplotlib.backends.backend_agg", "trimesh", "tabulate", "typer", "dvc.cli",
    "dvc.repo.experiments", "dvc.repo.reproduce", "dvc.repo.status", "dvc.commands.experiments.run", "joblib",
)  # fmt: skip
# what an interpreter or a library reads when it starts, and what of it is read later as well
AT_START = ("PYTHON", "LC_", "LANG", "OMP_")
LATER = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONBREAKPOINT")

PROGRAM = """#!{python} -IS
import json, os, signal, socket, sys
name, real, start = {name!r}, {real!r}, {start!r}
now = {{key: value for key, value in os.environ.items() if key.startswith({at_start!r}) and key not in {later!r}}}
ours = name == "dvc" or (sys.argv[1:2] == ["-m"] and sys.argv[2].split(".")[0] == "benchmark")
if now != start or not ours:
    os.execv(real, [real, *sys.argv[1:]])
link = socket.socket(socket.AF_UNIX)
link.connect({address!r})
request = json.dumps([name, sys.argv[1:], os.getcwd(), dict(os.environ), os.getpgrp()])
socket.send_fds(link, [request[:1].encode()], [0, 1, 2])
link.sendall(request[1:].encode())
link.shutdown(socket.SHUT_WR)
answers = link.makefile()
process = int(answers.readline())
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, lambda number, _: os.kill(process, number))
status = int(answers.readline())
if status < 0:
    signal.signal(-status, signal.SIG_DFL)
    os.kill(os.getpid(), -status)
sys.exit(status)
"""


@cache
def programs() -> Path:
    """The folder of the two programs; the process behind them starts with the first call and ends with ours."""
    folder = Path(tempfile.mkdtemp(prefix="warm-"))
    address = str(folder / "socket")
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    start = {key: value for key, value in environment.items() if key.startswith(AT_START) and key not in LATER}
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen()
    for name in ("python", "dvc"):
        real = str(Path(sys.executable).parent / name)
        words = {"python": sys.executable, "name": name, "real": real, "start": start, "address": address}
        (folder / name).write_text(PROGRAM.format(at_start=AT_START, later=LATER, **words))
        (folder / name).chmod(0o755)
    command = [sys.executable, str(Path(__file__).resolve()), str(listening.fileno()), str(folder)]
    # pipes, so that its streams are set up as for what cannot seek: a command's own may be anything
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    process = subprocess.Popen(command, env=environment, pass_fds=[listening.fileno()], **pipes)
    listening.close()
    atexit.register(process.communicate)  # closes its input
    return folder


def serve(listening: socket.socket) -> tuple[str, list[str]]:
    """Answer requests for ever; what returns is a fork, which is to be the command with these arguments."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    while True:
        if sys.stdin in select.select([listening, sys.stdin], [], [])[0]:
            shutil.rmtree(sys.argv[2])  # the end of input: whoever started this has ended
            sys.exit()
        link, _ = listening.accept()
        if os.fork():
            link.close()
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        listening.close()
        first, files, *_ = socket.recv_fds(link, 1, 3)
        rest = link.makefile().read()
        name, arguments, folder, environment, group = json.loads(first.decode() + rest)
        with contextlib.suppress(OSError):
            os.setpgid(0, group)  # a signal to the caller's group is for the command, too
        if process := os.fork():  # this one keeps the link, and tells how the command ended
            link.sendall(f"{process}\n".encode())
            for file in (0, 1, 2, *files):
                os.close(file)
            status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
            link.sendall(f"{status}\n".encode())
            os._exit(0)
        link.close()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        return name, arguments


def main() -> None:
    """Import, wait for requests, and be the command that was asked for."""
    listening = socket.socket(fileno=int(sys.argv[1]))
    del sys.path[0]  # this file's folder
    for library in LIBRARIES:
        importlib.import_module(library)
    gc.freeze()
    name, arguments = serve(listening)
    status: object = None
    try:
        become(name, arguments)
    except SystemExit as ended:
        status = ended.code
    end(status)


def become(name: str, arguments: list[str]) -> None:
    """The command, in this process."""
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    sys.path[:0] = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    if name == "dvc":
        sys.argv = [str(Path(sys.executable).with_name("dvc")), *arguments]
        sys.exit(sys.modules["dvc.cli"].main())
    sys.path.insert(0, str(Path.cwd()))
    sys.argv = ["-m", *arguments[2:]]
    runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)


def end(status: object) -> None:
    """End as an interpreter does, but leave what is in memory to the system.

    To take apart all modules of all libraries takes 0.3 s, as long as many a command, and changes nothing.
    """
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads
    atexit._run_exitfuncs()
    if status is not None and not isinstance(status, int):
        print(status, file=sys.stderr)
        status = 1
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        sys.exit(status)  # it fails once more, and the interpreter says so
    os._exit((status or 0) & 0xFF)


if __name__ == "__main__":
    main()
