"""The first code that runs inside an enclosure: it gives up rights for good, trains, and prints the predictions' file.

Standard library alone up to the training: it runs by its path, in a folder that holds nothing of the repository but
what training needs. Its one argument is JSON: ``packages`` (folders to import from), ``limits`` (resource limits by
name), ``task``, ``model``, ``replicate`` and ``scratch`` (a folder to write into).
"""

import ctypes
import json
import os
import resource
import shutil
import signal
import sys
from pathlib import Path

NOBODY = 65534
DEATH_OF_PARENT = 1  # of prctl(2): the signal that its parent's death sends to this process
NO_NEW_PRIVILEGES = 38  # of prctl(2): no program that is started has more rights, setuid or not


def main() -> None:
    """Train as the argument says; the answer goes to standard output, whatever else is printed to standard error."""
    said = json.loads(sys.argv[1])
    here = Path(__file__).resolve().parent
    for name, value in said["limits"].items():
        resource.setrlimit(getattr(resource, name), (value, value))
    # root may write everywhere, and no limit on processes holds for it
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    die_with_parent()  # again: whoever gives up rights loses it
    # submitted code may print: its lines must not end up in the answer
    answer = os.dup(1)
    os.dup2(2, 1)
    sys.path[:0] = [str(here)]
    sys.path += said["packages"]
    os.chdir(said["scratch"])

    from benchmark import params
    from benchmark.pipeline import predictions
    from benchmark.pipeline.train import train_cell

    out = Path(said["scratch"]) / "out"
    values = params.load_params(here / "params.yaml")
    train_cell(values, said["task"], said["model"], said["replicate"], here / "graphs", out)
    with (out / predictions.PREDICTIONS_FILE).open("rb") as source, os.fdopen(answer, "wb") as sink:
        shutil.copyfileobj(source, sink)


def die_with_parent() -> None:
    """Let this process be killed when its parent is: submitted code must not outlive a referee that was."""
    ctypes.CDLL(None).prctl(DEATH_OF_PARENT, int(signal.SIGKILL), 0, 0, 0)


if __name__ == "__main__":
    main()
