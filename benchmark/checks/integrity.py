"""Whether the committed results are whole and of one kind, and the board and README are made from them alone."""

import json
import shutil
from collections import Counter
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from benchmark import params as parameters
from benchmark.board import leaderboard
from benchmark.paths import LEADERBOARD, README, RESULTS
from benchmark.pipeline.schema import Result, parse
from deepgrasp.errors import InputError
from deepgrasp.tasks import TASKS, answerable

ROUNDING = 2e-6  # each sequence is rounded to a millionth


def read(folder: Path) -> tuple[dict[str, Result], list[str]]:
    """Results by file name, and the problems of files that are no result."""
    results, problems = {}, []
    for path in sorted(folder.rglob("*.json")):
        name = path.relative_to(folder).as_posix()
        try:
            results[name] = parse(Result, path.read_bytes(), Path(name))
        # goes on: all damaged files are told at once
        except InputError as error:
            problems.append(str(error))
    return results, problems


def duplicates(results: dict[str, Result]) -> list[str]:
    """Cells that two files hold, and files that hold another cell than their name says."""
    counts = Counter(result.name for result in results.values())
    return [f"{name} holds {result.name}" for name, result in results.items() if result.name != name] + [
        f"{name} is there {count} times" for name, count in counts.items() if count > 1
    ]


def mixed(results: dict[str, Result]) -> list[str]:
    """Kinds of data, data, splits or inputs that must not share a board."""
    seen: dict[str, set[str]] = {}
    for result in results.values():
        run = result.run
        axes = {"kinds of data": run.data.kind, "data": run.data.hash[:12], "splits": run.split}
        for axis, value in (axes | {"inputs": json.dumps(run.inputs, sort_keys=True)}).items():
            # inputs as sorted JSON: a dict cannot be in a set
            seen.setdefault(axis, set()).add(value)
    return [f"{len(values)} {axis}: {' and '.join(sorted(values))}" for axis, values in seen.items() if len(values) > 1]


def misnamed(results: dict[str, Result]) -> list[str]:
    """Results whose metrics are not those of their task."""
    problems = []
    for name, result in results.items():
        # symmetric difference: a metric too many is as wrong as one too few
        odd = sorted(TASKS[result.task].keys(result.run.inputs["hands"]) ^ result.metrics.keys())
        problems += [f"{name}: {', '.join(odd)}"] if odd else []
    return problems


def unfounded(results: dict[str, Result]) -> list[str]:
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
        elif said is not None and abs(fmean(values) - said) > ROUNDING:
            problems.append(f"{name}: {primary} is {said:.6g}, the mean of its sequences {fmean(values):.6g}")
    return problems


def missing(root: Path) -> list[str]:
    """Cells of the grid in ``params.yaml``, reference rows included, that have no result."""
    params = parameters.load(root / "params.yaml")
    grid, possible = params.grid, answerable(params.split)
    # the trivial predictor is the zero of every skill: without it there is no board
    names = [f"{task}/trivial/single" for task in possible]
    for model in grid.models:
        names += [f"{task}/{model}/single" for task in grid.tasks if task != "joint"]
        names += [f"{task}/{model}/joint" for task in possible if "joint" in grid.tasks]
    paths = [f"{name}-{k}.json" for name in names for k in grid.replicates]
    lost = [f"{path} is missing" for path in paths if not (root / RESULTS / path).exists()]
    # which tasks another reference row answers is for the row to say: of each replicate there must be one
    cells = [f"{row}/single-{k}.json" for row in grid.references if row != "trivial" for k in grid.replicates]
    return lost + [f"{cell} is missing for every task" for cell in cells if not [*(root / RESULTS).glob(f"*/{cell}")]]


def edited(root: Path) -> list[str]:
    """Files of the board, and the README, that differ by a byte from what the results generate."""
    # made anew in a scratch place: the check itself must change nothing
    with TemporaryDirectory(prefix="deepgrasp-") as place:
        scratch = Path(place)
        leaderboard.write(root / RESULTS, scratch / LEADERBOARD)
        shutil.copy(root / README, scratch)
        try:
            leaderboard.update_readme(scratch / LEADERBOARD, scratch / README)
        except InputError as error:
            return [f"{README}: {error.problem}"]
        problems = []
        for made in sorted(path for path in scratch.rglob("*") if path.is_file()):
            name = made.relative_to(scratch)
            if not (root / name).exists():
                problems.append(f"{name.as_posix()} is missing")
            # processors round a picture's shades differently: that it is there must do
            elif made.suffix != ".png" and (root / name).read_bytes() != made.read_bytes():
                problems.append(f"{name.as_posix()} is not what the results generate")
        return problems
