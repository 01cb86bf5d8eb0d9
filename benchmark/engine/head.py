"""The head: the grid's stale cells through an engine, or the whole pipeline; DVC is the judge of what is stale."""

import dataclasses
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path

from benchmark.engine.jobs import Engine, Job, reference_job, train_job
from benchmark.engine.time_spent import Spent
from benchmark.params import Params
from benchmark.paths import RESULTS
from benchmark.progress import bar
from benchmark.versioning.dvc_pipeline import Pipeline, opened
from deepgrasp.errors import InputError

LOOKED_AT = ("outside", "code")  # stages of dvc.yaml that say what an entrant's source is


def make_cells(params: Params, engine: Engine, spent: Spent, root: Path = Path()) -> None:
    """Make the stale cells of ``dvc.yaml``, whatever else is stale; cells that DVC's cache has are taken from there.

    Raises:
        InputError: a cell could not be made (the others are), or DVC cannot say what is stale.
    """
    with opened(root) as pipeline:
        if params.entrants:  # their sources are looked at each time, and what their cells run follows from them
            for name in pipeline.others()[0]:
                if name.partition("@")[0] in LOOKED_AT:
                    pipeline.reproduce(name)
        _cells(pipeline, params, engine, root, spent)


def reproduce(params: Params, engine: Engine, spent: Spent, root: Path = Path()) -> None:
    """Make all that is stale, as ``dvc repro`` does, the cells side by side.

    Raises:
        InputError: a stage failed; those before it are made.
    """
    with ExitStack() as stack:
        with spent.on("dvc.yaml"):
            pipeline = stack.enter_context(opened(root))
        before, after = pipeline.others()
        for name in before:
            with spent.on(name):
                pipeline.reproduce(name)
        _cells(pipeline, params, engine, root, spent)
        for name in after:
            with spent.on(name):
                pipeline.reproduce(name)


def _cells(pipeline: Pipeline, params: Params, engine: Engine, root: Path, spent: Spent) -> None:
    failed = 0
    with pipeline.reserved([*pipeline.cells]):
        with spent.on("which cells"):
            stale = pipeline.stale([*pipeline.cells])
            jobs = longest_first([job_of(pipeline, name, params) for name in stale], root / RESULTS)
        with spent.on("cells"), bar("cells") as advance, closing(engine.run(jobs, root)) as dones:
            for number, done in enumerate(dones, 1):
                if done.problem is None:
                    pipeline.take(done.name)
                else:
                    failed += 1
                    print(f"{done.name} failed: {done.problem}", file=sys.stderr)
                spent.dones.append(done)
                advance(number, len(jobs))
        with spent.on("dvc.lock"):
            pipeline.write()
    # not all engines know
    spent.workers = getattr(engine, "workers", 1)
    if failed:
        problem = f"{failed} of {len(jobs)} could not be made, see above"
        raise InputError("cells", problem, "those that are done stay, and the same command makes the others")


def job_of(pipeline: Pipeline, name: str, params: Params) -> Job:
    """The job that makes what the stage's command would make."""
    command, *options = pipeline.cells[name]
    # they come in pairs: --task action
    given = dict(zip(options[::2], options[1::2], strict=False))
    try:
        replicate = int(given["--replicate"])
        if command == "train":
            job = train_job(params, given["--task"], given["--model"], replicate)
        else:
            job = reference_job(params, given["--row"], replicate)
    except (KeyError, ValueError):
        raise InputError(f"dvc.yaml, {name}", "lacks an option", "see the original dvc.yaml") from None
    return dataclasses.replace(job, name=name, out=pipeline.out(name))


def longest_first(jobs: Sequence[Job], results: Path) -> list[Job]:
    """The jobs in the order of the seconds that the last results tell of them, and first those that tell nothing.

    A long cell that begins last leaves all other workers idle.
    """
    took: dict[str, float] = {}
    for file in results.glob("*/*/*.json"):
        with suppress(OSError, ValueError, KeyError, TypeError):  # only the order depends on them
            run = json.loads(file.read_text(encoding="utf-8"))["run"]
            took[f"{run['trained_on']}/{run['model']}/{run['replicate']}"] = float(run["cost"]["seconds"])
    # out, without runs/, is how results call it
    return sorted(jobs, key=lambda job: -took.get(job.out.partition("/")[2], float("inf")))
