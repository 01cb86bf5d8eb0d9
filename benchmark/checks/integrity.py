"""Whether the committed results can be read, are whole and of one kind, and rank by their sequences."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean

from benchmark.params import Params
from benchmark.paths import RESULTS
from benchmark.pipeline.schema import Result, file_name, parse
from deepgrasp.errors import InputError
from deepgrasp.tasks import ALL_TASKS, NO_TASK, ONE_TASK, TASKS, answerable

_ROUNDING = 2e-6  # each sequence is rounded to a millionth


def read_results(folder: Path) -> tuple[dict[str, Result], list[str]]:
    """Results by file name, and the problems of files that are no result."""
    results, problems = {}, []
    for path in sorted(folder.rglob("*.json")):
        name = path.relative_to(folder).as_posix()
        try:
            # a pipe would be waited for, for ever
            if not path.is_file():
                raise InputError(name, "is no file", "remove it")
            results[name] = parse(Result, path.read_bytes(), Path(name))
        # goes on: all damaged files are told at once
        except InputError as error:
            problems.append(str(error))
    return results, problems


def duplicates(results: Mapping[str, Result]) -> list[str]:
    """Cells that two files hold, and files that hold another cell than their name says."""
    counts = Counter(result.name for result in results.values())
    return [f"{name} holds {result.name}" for name, result in results.items() if result.name != name] + [
        f"{name} is there {count} times" for name, count in counts.items() if count > 1
    ]


def mixed_boards(results: Mapping[str, Result]) -> list[str]:
    """Kinds of data, data, splits or inputs that must not share a board.

    Cells trained here are all on one; a submission may be on another beside it, on the same data.
    """
    seen: dict[str, set[str]] = {}
    for run in (result.run for result in results.values()):
        axes = {"kinds of data": run.data.kind, "data": run.data.hash[:12]}
        if run.origin == "trained":
            axes |= {"splits": run.split, "inputs": json.dumps(run.inputs, sort_keys=True)}
        for axis, value in axes.items():
            # inputs as sorted JSON: a dict cannot be in a set
            seen.setdefault(axis, set()).add(value)
    return [f"{len(values)} {axis}: {' and '.join(sorted(values))}" for axis, values in seen.items() if len(values) > 1]


def devices(results: Mapping[str, Result]) -> list[str]:
    """Kinds of devices that cells were trained on, with a cell each, if there are several.

    Sums round differently on each kind, by points in single cells, so that rows would differ by more than their models.
    How many threads a cell had is its recipe's to say.
    """
    seen: dict[str, str] = {}
    for name, result in results.items():
        run = result.run
        if not run.is_reference and run.origin == "trained" and run.provenance.get("device"):
            told = (str(run.provenance["device"]).partition(",")[0], str(run.provenance.get("cpu") or ""))
            # what a processor can do matters where it has trained
            kind = " ".join(told).strip() if told[0].endswith("CPU") else told[0]
            seen.setdefault(kind, name)
    return [f"{kind}, such as {name}" for kind, name in sorted(seen.items())] if len(seen) > 1 else []


def misnamed(results: Mapping[str, Result]) -> list[str]:
    """Results whose metrics are not those of their task."""
    problems = []
    for name, result in results.items():
        # symmetric difference: a metric too many is as wrong as one too few
        odd = sorted(TASKS[result.task].keys(result.run.inputs["hands"]) ^ result.metrics.keys())
        problems += [f"{name}: {', '.join(odd)}"] if odd else []
    return problems


def unfounded(results: Mapping[str, Result]) -> list[str]:
    """Results whose scores by sequence do not fit their metric: another number of sequences, or another mean.

    The board ranks by these scores, so an edited metric alone would not show. That ids are distinct, and each has a
    value and a subject, is checked when the file is read.
    """
    problems = []
    for name, result in results.items():
        values, primary = result.per_sequence.values, TASKS[result.task].primary
        said = result.metrics.get(primary)  # whether it is there is another check
        if not values or len(values) != result.test_sequences:
            problems.append(f"{name}: {len(values)} sequences, test_sequences is {result.test_sequences}")
        elif said is not None and abs(fmean(values) - said) > _ROUNDING:
            problems.append(f"{name}: {primary} is {said:.6g}, the mean of its sequences {fmean(values):.6g}")
    return problems


def missing(root: Path, params: Params) -> list[str]:
    """Cells of the grid in ``params.yaml``, reference rows included, that have no result."""
    grid, possible = params.grid, answerable(params.split)
    # the trivial predictor is the zero of every skill: without it there is no board
    rows = [(task, "trivial", NO_TASK) for task in possible]
    for model in grid.models:
        rows += [(task, model, task) for task in grid.tasks if task != ALL_TASKS]
        rows += [(task, model, ALL_TASKS) for task in possible if ALL_TASKS in grid.tasks]
    paths = [file_name(*row, k) for row in rows for k in grid.replicates]
    lost = [f"{path} is missing" for path in paths if not (root / RESULTS / path).exists()]
    # which tasks another reference row answers is for the row to say: of each replicate there must be one
    cells = [f"{row}/{ONE_TASK}-{k}.json" for row in grid.references if row != "trivial" for k in grid.replicates]
    return lost + [f"{cell} is missing for every task" for cell in cells if not [*(root / RESULTS).glob(f"*/{cell}")]]
