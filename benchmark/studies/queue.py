"""Named experiments run through DVC's queue until none waits; they can be stopped and continued at any time."""

import json
import os
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmark.commands import dvc
from benchmark.overrides import checked, located
from benchmark.params import Params
from benchmark.pipeline.provenance import provenance
from benchmark.progress import Advance
from benchmark.repository import check_clone
from deepgrasp.errors import InputError

SECONDS = 10.0  # between two looks at the queue, which cost DVC a second each
LOOKS = 3  # without a process at work, until it is said
DONE, WAITING, FAILED = "success", ("queued", "running"), "failed"


class Experiment(NamedTuple):
    """State (queued, running, success, failed) and commit of an experiment, and the process that runs it."""

    state: str
    rev: str
    process: int | None = None


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
        InputError: a clone or overrides that cannot be, uncommitted changes, an experiment that failed, or a worker
            that was killed.
    """
    check_clone(root, apart=True)
    # DVC would run the experiment on the changes too, and no commit could tell them
    if provenance()["dirty"]:
        raise InputError("the sources", "have changes that are not committed", "commit: a study is that of a commit")
    asked = {name: located(own, checked(own, root / "params.yaml")) for name, own in wanted.items()}
    try:
        # asked of DVC, not kept here: so a second call goes on where the first was stopped
        found = experiments(root)
        if gone := lost(asked, found, workers(root)):
            found = _given_up(root, gone)
        for name in to_queue(asked, found):
            # a failed one keeps its name, and DVC refuses a second of that name
            if name in found:
                dvc(root, "queue", "remove", name)
            options = [word for text in asked[name] for word in ("-S", text)]
            # a queued experiment has no git-ignored files: without --allow-missing one's own GRAB would be missing
            dvc(root, "exp", "run", "--queue", "--allow-missing", "--name", name, *options)
        dvc(root, "queue", "start", "--jobs", str(jobs))
        found = _wait(study, list(asked), root, advance)
    # stop, not kill: an experiment of an hour is not thrown away
    except KeyboardInterrupt:
        ends = "DVC still finishes what runs" if workers(root) else "nothing runs any more"
        dvc(root, "queue", "stop")
        raise InputError(study, f"was stopped; {ends}", "run the same command to go on") from None
    failed = to_queue(wanted, found)
    if failed:
        raise InputError(failed[0], "failed", f"see `dvc queue logs {failed[0]}`, then run this again")
    return {name: found[name].rev for name in wanted}


def _wait(study: str, names: Sequence[str], root: Path, advance: Advance) -> dict[str, Experiment]:
    """Every experiment, once none of those named waits.

    Raises:
        InputError: some wait, and no process is there any more that could end them.
    """
    in_vain = 0
    while True:
        found = experiments(root)
        waiting = [name for name in names if name not in found or found[name].state in WAITING]
        advance(len(names) - len(waiting), len(names))
        if not waiting:
            return found
        at_work = workers(root)
        # DVC forgets an experiment that outlived its worker: its result went with that
        gone = lost(waiting, found, at_work) or [name for name in waiting if name not in found]
        # more than one look: before the first experiment and between two there is a moment without a process
        in_vain = in_vain + 1 if gone or not at_work else 0
        if in_vain == LOOKS:
            problem = f"{len(waiting)} of {len(names)} experiments wait for a worker of DVC's queue that was killed"
            raise InputError(study, problem, "run the same command: what is done is kept, the others start anew")
        time.sleep(SECONDS)


def workers(root: Path) -> list[int]:
    """The processes of this clone's queue that are alive."""
    # not `dvc queue status`: on a busy machine a worker does not answer it in time, and counts as none
    noted = [
        re.search(r'"pid": (\d+)', file.read_text(encoding="utf-8"))
        for file in root.glob(".dvc/tmp/exps/celery/*.json")
    ]
    return [process for process in (int(each[1]) for each in noted if each) if alive(process)]


def alive(process: int) -> bool:
    """Whether a process of DVC has that number: the number of one that ended may be another's by now."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, PermissionError):  # there is none, or it is another user's
        return False
    try:
        # empty for one that has ended, but whose parent has not asked how
        return b"dvc" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return True  # no /proc, as on a Mac


def lost(names: Iterable[str], found: Mapping[str, Experiment], at_work: Sequence[int]) -> list[str]:
    """Experiments that DVC calls running, while no process runs them or no worker will take their results."""
    running = {name: found[name].process for name in names if name in found and found[name].state == "running"}
    return [name for name, process in running.items() if not at_work or (process and not alive(process))]


def _given_up(root: Path, names: Sequence[str]) -> dict[str, Experiment]:
    """Every experiment, after DVC was made to call these failed, so that they can be queued again."""
    # twice: the first ends a process that outlived its worker, and the second notes that it has ended
    for _ in range(2):
        if still := lost(names, experiments(root), []):
            dvc(root, "queue", "kill", "--force", *still)
    return experiments(root)


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
            process = ((each["executor"] or {}).get("local") or {}).get("pid")
            found[each["name"]] = Experiment(state, each["revs"][0]["rev"], process)
    return found
