"""``python -m benchmark.versioning.safe_dvc repro`` is ``dvc repro`` that can be stopped: it writes its files whole.

DVC empties dvc.lock and then writes it for over a second; what is killed meanwhile leaves it torn. Here it is replaced
in one step, and read and written fast. SIGTERM ends DVC and the stage that it runs; DVC alone would leave that running.
"""

import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.command_exit import in_one_line
from benchmark.versioning.commands import DVC_PATIENCE, PARENT
from benchmark.versioning.dvc_files import improve
from benchmark.versioning.dvc_repair import keep_lock, mend
from deepgrasp.processes import end_with_parent

if TYPE_CHECKING:
    import psutil

INTERRUPTED = 252  # what DVC says with its exit status


def main() -> None:
    """Run DVC with the arguments of the command line, and exit as it does."""
    if parent := os.environ.pop(PARENT, ""):  # a command of ours, whose death must end the stage that runs too
        end_with_parent(int(parent), lambda: os.killpg(0, signal.SIGTERM))
    mend(Path())
    keep_lock(Path())
    from dvc.cli import main as dvc  # here: it takes a second, in which Ctrl-C is heeded already

    improve()
    status = INTERRUPTED
    try:
        status = dvc(sys.argv[1:])
    finally:
        if status == INTERRUPTED:  # not otherwise: its queue's workers shall go on
            end_stages(children())
    keep_lock(Path())
    sys.exit(status)


def children() -> "set[psutil.Process]":
    """Processes that this one has started, and that these have."""
    import psutil  # here: most commands end without it

    return set(psutil.Process().children(recursive=True))


def end_stages(left: "Iterable[psutil.Process]") -> None:
    """End what DVC has left running: on SIGTERM it ends, and its stage does not."""
    import psutil

    running = list(left)
    for number in ("terminate", "kill"):
        for process in running:
            with suppress(psutil.NoSuchProcess):
                getattr(process, number)()
        _, running = psutil.wait_procs(running, timeout=DVC_PATIENCE)


if __name__ == "__main__":
    in_one_line(main, "stages that are done stay; the same command goes on")
