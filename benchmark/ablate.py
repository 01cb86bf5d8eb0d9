"""Inputs x hands x training for some models, as experiments in DVC's queue: stopped and gone on with at any time."""

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmark.params import Params
from benchmark.provenance import provenance
from deepgrasp.errors import InputError

MODALITIES, HANDS, TRAININGS = ("touch", "pose", "both"), ("right", "left", "both"), ("single", "joint")
SECONDS = 10.0  # between two looks at the queue, which cost DVC a second each
DONE, WAITING, FAILED = "success", ("queued", "running"), "failed"

Progress = Callable[[int, int], None]


class Setting(NamedTuple):
    """One experiment: what the models see, and whether they are trained on one task or on all."""

    modalities: str
    hands: str
    training: str

    def name(self, models: Sequence[str]) -> str:
        """The experiment's name: the same for the same question, so that it is asked once a commit."""
        return "-".join(("ablate", *self, *models))

    def overrides(self, models: Sequence[str], tasks: Sequence[str]) -> list[str]:
        """What `dvc exp run -S` is given."""
        trained = ["joint"] if self.training == "joint" else [task for task in tasks if task != "joint"]
        return [
            f"inputs.modalities={self.modalities}",
            f"inputs.hands={self.hands}",
            f"grid.models=[{','.join(models)}]",
            f"grid.tasks=[{','.join(trained)}]",
        ]


class Experiment(NamedTuple):
    """What DVC says of one: its state (queued, running, success, failed) and its commit."""

    state: str
    rev: str


def settings() -> list[Setting]:
    """All of them, inputs first."""
    return [Setting(*axes) for axes in itertools.product(MODALITIES, HANDS, TRAININGS)]


def ablate(params: Params, models: Sequence[str], jobs: int, root: Path, advance: Progress) -> dict[Setting, str]:
    """Queue what is not there yet, run the queue until nothing waits, and return each setting's commit.

    A keyboard interrupt stops the queue after the experiment that runs; the next call goes on.

    Raises:
        InputError: an unknown model, uncommitted changes, or an experiment that failed.
    """
    wanted = {setting.name(models): setting for setting in settings()}
    _check(params, models)
    found = experiments(root)
    for name in to_queue(wanted, found):
        if name in found:
            _dvc(root, "queue", "remove", name)
        overrides = wanted[name].overrides(models, params.grid.tasks)
        options = [word for override in overrides for word in ("-S", override)]
        # a queued experiment has no git-ignored files: without this option one's own GRAB would be missing there
        _dvc(root, "exp", "run", "--queue", "--allow-missing", "--name", name, *options)
    found = _run(wanted, jobs, root, advance)
    failed = [name for name in wanted if found[name].state == FAILED]
    if failed:
        raise InputError(failed[0], "failed", f"see `dvc queue logs {failed[0]}`, then run this again")
    return {setting: found[name].rev for name, setting in wanted.items()}


def _check(params: Params, models: Sequence[str]) -> None:
    for name in models:
        if name not in params.models:
            raise InputError(
                f"--models {name}", "has no section in params.yaml", f"choose from {', '.join(params.models)}"
            )
    if provenance()["dirty"]:
        raise InputError(
            "the sources", "have changes that are not committed", "commit: an ablation is that of a commit"
        )


def to_queue(wanted: Iterable[str], found: Mapping[str, Experiment]) -> list[str]:
    """Those that neither have a result nor wait for one."""
    return [name for name in wanted if name not in found or found[name].state == FAILED]


def experiments(root: Path) -> dict[str, Experiment]:
    """Every experiment of the checked-out commit, by name."""
    return read_experiments(json.loads(_dvc(root, "exp", "show", "--json")))


def read_experiments(shown: Sequence[Mapping[str, Any]]) -> dict[str, Experiment]:
    """The same from what `dvc exp show --json` prints: the workspace, then the commit with its experiments."""
    found = {}
    for baseline in shown:
        for each in baseline["experiments"] or []:
            state = (each["executor"] or {}).get("state") or DONE  # DVC forgets who ran one that is done
            found[each["name"]] = Experiment(state, each["revs"][0]["rev"])
    return found


def _run(wanted: Mapping[str, Setting], jobs: int, root: Path, advance: Progress) -> dict[str, Experiment]:
    """Start the queue and wait until none of ours does."""
    try:
        _dvc(root, "queue", "start", "--jobs", str(jobs))
        while True:
            found = experiments(root)
            waiting = [name for name in wanted if name in found and found[name].state in WAITING]
            advance(len(wanted) - len(waiting), len(wanted))
            if not waiting:
                return found
            time.sleep(SECONDS)
    except KeyboardInterrupt:
        _dvc(root, "queue", "stop")
        raise InputError("ablate", "was stopped; what runs is finished", "run the same command to go on") from None


def _dvc(root: Path, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-m", "dvc", *arguments], cwd=root, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise InputError(f"dvc {' '.join(arguments[:2])}", f"failed ({last})", "run it by hand to see more")
    return done.stdout
