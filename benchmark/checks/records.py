"""Whether the record of each run is the one that params.yaml, the code and the other results ask for."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import fmean

from pydantic import ValidationError

from benchmark.params import Budget, Params, reference_recipe
from benchmark.paths import STANDIN
from benchmark.pipeline import code
from benchmark.pipeline.schema import Result, Run
from deepgrasp import references
from deepgrasp.data_source import CATALOGUE
from deepgrasp.errors import InputError
from deepgrasp.tasks import TASKS, learned

_SIZES = ("parameters", "multiply_adds")
GROWS = 2  # a reference row's size from fold to fold: the committed board's forests differ by 2 %
_SAME = 1e-6  # of skills: validation is scored once more after training


def trained(results: Mapping[str, Result]) -> list[tuple[str, Run]]:
    """The runs of cells that were trained here, each with its result's file name."""
    return [(name, result.run) for name, result in results.items() if result.run.origin == "trained"]


def departing(results: Mapping[str, Result], params: Params) -> list[str]:
    """Cells trained here whose record is not what ``params.yaml`` would make, or that are wrongly marked as oracles."""
    shared: dict[str, object] = {"split": params.split, "inputs": params.inputs.model_dump()}
    problems = []
    for name, run in trained(results):
        asked = shared | {"data.prepare": params.prepare.model_dump(), "oracle": False}
        # the stand-in never counts as somebody's recordings
        if Path(params.data.root) == STANDIN:
            asked["data.kind"] = "synthetic"
        if run.is_reference:
            asked |= {"recipe": reference_recipe(params.train), "oracle": _oracle(run.model)}
        elif run.model in params.models:
            recipe, own = params.recipe(run.model).model_dump(), params.hyperparameters(run.model)
            asked |= {"recipe": recipe, "hyperparameters": own}
        said: dict[str, object] = run.model_dump(include={"split", "inputs", "recipe", "hyperparameters", "oracle"})
        # whose data they are stands in the data, not in params.yaml
        options = {key: value for key, value in run.data.prepare.items() if key != CATALOGUE}
        said |= {"data.prepare": options, "data.kind": run.data.kind}
        odd = [key for key, value in asked.items() if said[key] != value]
        problems += [f"{name}: run.{key} is not what params.yaml and the row's own file say" for key in odd]
    return problems


def _oracle(row: str) -> bool | None:
    try:
        return bool(references.load_row(row).ORACLE)
    except InputError:
        return None  # no such row: another check says so


def cells_of_other_code(root: Path, results: Mapping[str, Result]) -> list[str]:
    """Cells trained here by other code than their entrant or reference row would run now."""
    now = {
        stage: hashlib.sha256(code.closure_text(closure).encode()).hexdigest()
        for stage, closure in code.closures(root).items()
    }
    found: dict[str, list[str]] = {}
    for name, run in trained(results):
        stage = f"reference/{run.model}" if run.is_reference else f"train/{run.model}"
        if stage in now and run.provenance.get("code") != now[stage]:
            found.setdefault(stage, []).append(name)
    # a line a stage: after a change of the loop it is every result
    return [
        f"{len(names)} results such as {names[0]} were made by other code than {stage} would run here: run `dvc repro`"
        for stage, names in found.items()
    ]


def unlike_each_other(results: Mapping[str, Result]) -> list[str]:
    """Runs that say other things in each of their tasks or of the same data, or change their size or kind by fold."""
    first: dict[str, tuple[str, Run]] = {}
    sizes: dict[object, tuple[str, Run]] = {}
    data: dict[str, tuple[str, Run]] = {}
    problems = []
    for name, result in results.items():
        run = result.run
        other, same = first.setdefault(run.cell, (name, run))
        # the one record stands beside each of its tasks
        odd = [field for field in Run.model_fields if getattr(run, field) != getattr(same, field)]
        problems += [f"{name}: run.{field} is another than in {other}" for field in odd]
        # a submission's, too: nobody else says how its data were prepared
        other, same = data.setdefault(run.data.hash, (name, run))
        problems += [f"{name}: run.data is another than in {other}"] if run.data != same.data else []
        if run.origin == "trained":
            other, same = sizes.setdefault((run.trained_on, run.model), (name, run))
            odd = [f"cost.{field}" for field in _SIZES if not _alike(run, same, field)]
            # a reference row chooses its own by fold, always of the same kinds, and answers the same tasks
            for field in ("hyperparameters", "validation") if run.is_reference else ():
                odd += [field] if getattr(run, field).keys() != getattr(same, field).keys() else []
            problems += [f"{name}: run.{field} is another than in {other}" for field in odd]
    return problems


def _alike(one: Run, other: Run, size: str) -> bool:
    small, large = sorted(getattr(run.cost, size) for run in (one, other))
    # a network's is fixed; that of a forest, of the nearest neighbour, follows the recordings of the fold
    return bool(large <= GROWS * small) if one.is_reference else bool(small == large)


def unlearned(results: Mapping[str, Result]) -> list[str]:
    """Cells trained here whose learning curve is no curve of their recipe, or does not reach their validation score.

    The skill of the state that was kept says how far from the trivial predictor to perfection the validation score has
    gone; the trivial predictor's own score stands in its row.
    """
    zero = {
        (result.run.replicate, task): value
        for result in results.values()
        if result.run.model == "trivial"
        for task, value in result.run.validation.items()
    }
    return [f"{name}: {problem}" for name, run in trained(results) for problem in _curve(run, zero)]


def _curve(run: Run, zero: Mapping[tuple[int, str], float]) -> Iterator[str]:
    tasks = learned(run.trained_on, run.split)
    if run.is_reference:
        if run.history:
            yield "run.history has points, and nothing was trained"
        return
    if sorted(run.validation) != sorted(tasks):
        yield f"run.validation holds {', '.join(run.validation)}, not {', '.join(tasks)}"
        return
    steps = [each.step for each in run.history]
    try:
        # the first point of a training counted in epochs is after one of them
        length, every = Budget.model_validate(run.recipe.get("budget")).rhythm(tasks, max([1, *steps[:1]]))
    except ValidationError:
        length, every = 0, 1
    # not the list of all points: what a stranger's recipe asks for may be more than fits in memory
    asked = [min(every * (k + 1), length) for k in range(len(steps))]
    # without patience a training ends with its last step
    if not steps or steps != asked or not (steps[-1] == length or run.recipe.get("patience")):
        last = steps[-1] if steps else 0
        yield f"run.history has {len(steps)} points, the last at step {last}: run.recipe asks for others"
    elif all((run.replicate, task) in zero for task in tasks):
        skills = [TASKS[task].skill(run.validation[task], zero[run.replicate, task]) for task in tasks]
        kept = run.history[run.kept]
        if abs(fmean(skills) - kept.skill) > _SAME:
            yield f"the state kept in run.history has skill {kept.skill:.6g}, run.validation {fmean(skills):.6g}"
