"""Whether every result is asked for: by the grid of params.yaml, or by a submission that says the same."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmark.params import Params
from benchmark.paths import SUBMISSIONS
from benchmark.pipeline.schema import Result, Run, file_name
from benchmark.submissions.folder import origin, submitted_files
from benchmark.submissions.metadata import file_stem, read_metadata
from deepgrasp.errors import InputError

SHARED = ("split", "trained_on", "replicate", "validation", "cost", "hyperparameters")
"""What a submission's metadata and the record of its run both say."""


def unasked(root: Path, results: Mapping[str, Result], params: Params) -> list[str]:
    """Results that are no cell of the grid and no submission's, or say something else than the submission does."""
    problems = []
    for name, result in results.items():
        run = result.run
        if run.origin == "trained":
            problems += [] if _in_grid(run, params) else [f"{name}: is no cell of the grid in params.yaml"]
        else:
            problems += [f"{name}: {each}" for each in _unlike(root / SUBMISSIONS, result, results)]
    return problems


def _in_grid(run: Run, params: Params) -> bool:
    grid = params.grid
    if run.is_reference:
        known = run.model in grid.references
    else:
        known = run.model in grid.models and run.trained_on in grid.tasks
    return known and run.replicate in grid.replicates


def _unlike(folder: Path, result: Result, results: Mapping[str, Result]) -> Iterator[str]:
    """Where a result from outside departs from the submission that it is said to be of."""
    run = result.run
    place = folder / f"{file_stem(run.model, run.trained_on, run.replicate)}.safetensors"
    if place not in submitted_files(folder):
        yield f"is said to be {run.origin}, and there is no {place.relative_to(folder.parent).as_posix()}"
        return
    try:
        said = read_metadata(place.with_suffix(".json"))
        scores = {each.task: each.metrics for each in results.values() if each.run.cell == run.cell}
        mark = origin(place, scores)
    except InputError as error:
        yield str(error)
        return
    odd = [key for key in SHARED if getattr(said, key) != getattr(run, key)]
    told = said.model_dump(include={"authors", "description", "link"})
    others: dict[str, tuple[object, object]] = {
        "data": (said.data, run.data.hash),
        "inputs": (said.inputs.model_dump(), run.inputs),
    }
    others |= {"provenance": (told, run.provenance), "recipe": ({}, run.recipe), "history": ([], run.history)}
    odd += [key for key, (theirs, ours) in others.items() if theirs != ours]
    yield from (f"run.{key} is not what its submission says" for key in odd)
    if run.origin != mark:
        yield f"is said to be {run.origin}, by its files it is {mark}"
    if run.oracle:
        yield "is said to be an oracle, and no submission is"


def unscored(root: Path, results: Mapping[str, Result]) -> list[str]:
    """Submissions on the data of the results that have none, or not one for each of their tasks."""
    hashes = {result.run.data.hash for result in results.values()}
    problems = []
    for place in submitted_files(root / SUBMISSIONS):
        name = place.relative_to(root).as_posix()
        try:
            said = read_metadata(place.with_suffix(".json"))
        except InputError as error:
            problems.append(str(error))
            continue
        if said.data in hashes:
            files = {task: file_name(task, said.name, said.trained_on, said.replicate) for task in said.tasks}
            problems += [f"{name} has no result of {task}" for task, file in files.items() if file not in results]
    return problems
