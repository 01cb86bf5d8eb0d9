"""The head: the grid's stale cells through an engine, or the whole pipeline; DVC is the judge of what is stale."""

import dataclasses
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path

from benchmark.engine.jobs import Engine, Job, reference_job, train_job
from benchmark.engine.time_spent import Spent
from benchmark.params import Params
from benchmark.paths import GRAPHS, RESULTS
from benchmark.pipeline.possible import check_folds, check_installed, check_prepared
from benchmark.pipeline.schema import cell_name
from benchmark.progress import progress_bar
from benchmark.versioning.dvc_pipeline import Pipeline, opened
from deepgrasp.errors import InputError, listed
from deepgrasp.store.store import MANIFEST, open_store

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
    failed, made = 0, 0.0
    with pipeline.reserved([*pipeline.cells]):
        with spent.on("which cells"):
            stale = pipeline.stale([*pipeline.cells])
            took = last_seconds(root / RESULTS)
            jobs = longest_first([job_of(pipeline, name, params) for name in stale], took)
            expected = expected_shares(jobs, took)
            if jobs:
                _check_possible(params, root)
                # the first may take minutes: nobody should take the silence until then for a command that hangs
                print(f"cells: 0/{len(jobs)}, first {listed([job.name for job in jobs])}", file=sys.stderr, flush=True)
        with spent.on("cells"), progress_bar("cells") as advance, closing(engine.run(jobs, root)) as dones:
            for number, done in enumerate(dones, 1):
                if done.problem is None:
                    pipeline.take(done.name)
                else:
                    failed += 1
                    print(f"{done.name} failed: {done.problem}", file=sys.stderr)
                spent.dones.append(done)
                made += expected[done.name]
                advance(number, len(jobs), made)
        with spent.on("dvc.lock"):
            pipeline.write()
    # not all engines know
    spent.workers = getattr(engine, "workers", 1)
    if failed:
        problem = f"{failed} of {len(jobs)} could not be made, see above"
        raise InputError("cells", problem, "those that are done stay, and the same command makes the others")


def _check_possible(params: Params, root: Path) -> None:
    """Raise as :mod:`benchmark.pipeline.possible`: once, and not at each of the cells."""
    check_installed(params)
    if (root / GRAPHS / MANIFEST).is_file():
        store = open_store(root / GRAPHS)
        check_prepared(params, store)
        check_folds(params, store)


def job_of(pipeline: Pipeline, name: str, params: Params) -> Job:
    """The job that makes what the command of a stage in ``dvc.yaml`` would make, with its outputs.

    Raises:
        InputError: the command lacks an option, or its replicate is no number.
    """
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


def last_seconds(results: Path) -> dict[str, float]:
    """How long each cell of the last results took by its name, such as ``action/mlp/0``; empty without results."""
    took: dict[str, float] = {}
    for file in results.glob("*/*/*.json"):
        with suppress(OSError, ValueError, KeyError, TypeError):  # only order and progress depend on them
            run = json.loads(file.read_text(encoding="utf-8"))["run"]
            took[cell_name(run["trained_on"], run["model"], run["replicate"])] = float(run["cost"]["seconds"])
    return took


def longest_first(jobs: Sequence[Job], took: Mapping[str, float]) -> list[Job]:
    """The jobs in the order of the seconds that their cells took, and first those of which nothing is known.

    A long cell that begins last leaves all other workers idle.
    """
    return sorted(jobs, key=lambda job: -took.get(_cell(job), float("inf")))


def expected_shares(jobs: Sequence[Job], took: Mapping[str, float]) -> dict[str, float]:
    """Which share of the time of all each job is expected to take, by its name; the mean where nothing is known."""
    # the longest begin: counted as equal pieces, they would tell a time left that is several times too long
    known = [took[_cell(job)] for job in jobs if _cell(job) in took]
    usual = sum(known) / len(known) if sum(known) > 0 else 1.0
    seconds = {job.name: took.get(_cell(job), usual) for job in jobs}
    return {name: each / sum(seconds.values()) for name, each in seconds.items()}


def _cell(job: Job) -> str:
    return job.out.partition("/")[2]  # out, without runs/, is how results call it
