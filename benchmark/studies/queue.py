"""Named experiments run through DVC's queue until none waits; they can be stopped and continued at any time."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmark.commands import dvc
from benchmark.overrides import checked, located
from benchmark.params import Params
from benchmark.pipeline.provenance import provenance
from benchmark.progress import Advance
from deepgrasp.errors import InputError

SECONDS = 10.0  # between two looks at the queue, which cost DVC a second each
DONE, WAITING, FAILED = "success", ("queued", "running"), "failed"


class Experiment(NamedTuple):
    """State (queued, running, success, failed) and commit of an experiment, as DVC tells them."""

    state: str
    rev: str


def check_models(params: Params, models: Sequence[str]) -> None:
    """Refuse a model that has no hyper-parameters.

    Raises:
        InputError: naming it, and those that there are.
    """
    for name in models:
        if name not in params.models:
            raise InputError(
                f"--models {name}", "has no section in params.yaml", f"choose from {', '.join(params.models)}"
            )


def run(study: str, wanted: Mapping[str, Sequence[str]], jobs: int, root: Path, advance: Advance) -> dict[str, str]:
    """Commit of each experiment: those without a result are queued, and the queue is run until nothing waits.

    A keyboard interrupt stops the queue after the experiment that runs; the next call goes on.

    Args:
        study: the command, as its user knows it.
        wanted: the overrides of each experiment, by its name.

    Raises:
        InputError: uncommitted changes, overrides that cannot be, or an experiment that failed.
    """
    # DVC would run the experiment on the changes too, and no commit could tell them
    if provenance()["dirty"]:
        raise InputError("the sources", "have changes that are not committed", "commit: a study is that of a commit")
    asked = {name: located(own, checked(own, root / "params.yaml")) for name, own in wanted.items()}
    try:
        # asked of DVC, not kept here: so a second call goes on where the first was stopped
        found = experiments(root)
        for name in to_queue(asked, found):
            # a failed one keeps its name, and DVC refuses a second of that name
            if name in found:
                dvc(root, "queue", "remove", name)
            options = [word for text in asked[name] for word in ("-S", text)]
            # a queued experiment has no git-ignored files: without --allow-missing one's own GRAB would be missing
            dvc(root, "exp", "run", "--queue", "--allow-missing", "--name", name, *options)
        dvc(root, "queue", "start", "--jobs", str(jobs))
        while True:
            found = experiments(root)
            waiting = [name for name in asked if name in found and found[name].state in WAITING]
            advance(len(asked) - len(waiting), len(asked))
            if not waiting:
                break
            time.sleep(SECONDS)
    # stop, not kill: an experiment of an hour is not thrown away
    except KeyboardInterrupt:
        dvc(root, "queue", "stop")
        raise InputError(study, "was stopped; what runs is finished", "run the same command to go on") from None
    failed = to_queue(wanted, found)
    if failed:
        raise InputError(failed[0], "failed", f"see `dvc queue logs {failed[0]}`, then run this again")
    return {name: found[name].rev for name in wanted}


def to_queue(wanted: Iterable[str], found: Mapping[str, Experiment]) -> list[str]:
    """Names of experiments that neither have a result nor wait for one."""
    return [name for name in wanted if name not in found or found[name].state == FAILED]


def experiments(root: Path) -> dict[str, Experiment]:
    """Every experiment of the checked-out commit, by name."""
    return read_experiments(json.loads(dvc(root, "exp", "show", "--json")))


def read_experiments(shown: Sequence[Mapping[str, Any]]) -> dict[str, Experiment]:
    """Experiments by name, from what `dvc exp show --json` prints: the workspace, then commits with experiments."""
    found = {}
    for baseline in shown:
        for each in baseline["experiments"] or []:
            state = (each["executor"] or {}).get("state") or DONE  # DVC forgets who ran one that is done
            found[each["name"]] = Experiment(state, each["revs"][0]["rev"])
    return found
