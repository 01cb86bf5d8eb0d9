"""``python -m benchmark``."""

import os
import signal
import sys
from pathlib import Path

try:
    from benchmark.command_exit import in_one_line
    from benchmark.versioning.commands import PARENT
    from deepgrasp.processes import end_with_parent
except KeyboardInterrupt:  # before anybody heeds it
    print("interrupted: nothing was begun", file=sys.stderr)
    sys.exit(128 + signal.SIGINT)


def _command() -> None:
    if parent := os.environ.pop(PARENT, ""):  # another command of ours: were it killed, this one would work for nobody
        end_with_parent(int(parent), lambda: os.killpg(0, signal.SIGTERM))
    if "DVC_STAGE" in os.environ:  # DVC is about to write dvc.lock again, and may be killed while it does
        from benchmark.versioning.dvc_repair import keep_lock

        keep_lock(Path())
    from benchmark.cli import app  # here, not above: Ctrl-C while it is imported is one line too

    app()


if __name__ == "__main__":
    in_one_line(_command, told=PARENT in os.environ)
