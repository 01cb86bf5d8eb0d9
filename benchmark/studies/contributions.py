"""What each part contributes: an entrant trained whole, and once without each part that it has."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmark.board.markdown import shown_scale
from benchmark.checks.regression import Raw, rows
from benchmark.overrides import joined_overrides, overridden, override
from benchmark.params import Params
from benchmark.pipeline.schema import to_json
from benchmark.progress import Advance
from benchmark.studies.score_text import mean_text
from benchmark.studies.study import Study, check_models
from benchmark.tables import table
from deepgrasp.choices import POSE
from deepgrasp.files import replaced
from deepgrasp.intervals import interval
from deepgrasp.tasks import TASKS, metric

WHOLE = "whole"
CONTRIBUTING_PARTS = ("touch", "joint", "bone", "motion", "posture", "time", "graph", "attention")
LEGEND = (
    "The whole entrant's mean over replicates of the metric that ranks; below, what each part adds: whole minus the "
    "entrant trained without the part, with the 95 % interval of the mean over replicates, each a training tested on "
    "people of its own."
)


class Variant(NamedTuple):
    """An entrant, whole or without one of its parts."""

    model: str
    part: str


def without(params: Params, model: str, part: str) -> list[str]:
    """The overrides that take a part away from an entrant; empty where it has none of it."""
    own = params.hyperparameters(model)
    streams, gates = list(params.streams(model)), own.get("attention")
    changes: dict[str, object] = {}
    if part == "touch":
        # the inputs of all, not a key of the entrant's
        return [override("inputs.modalities", POSE)] if params.inputs.modalities == "both" else []
    # but not the only one: an entrant must see something
    if part in ("joint", "bone", "motion") and part in streams and len(streams) > 1:
        changes["streams"] = [each for each in streams if each != part]
    if part == "posture" and "posture" in streams:
        # angles and bones as recorded in its place: from the same numbers, without the kinematic chain
        changes["streams"] = list(dict.fromkeys("joint" if each == "posture" else each for each in streams))
    if part == "time" and "kernel" in own:
        # no block and no stream sees a second frame; what is left of time is the mean over the frames
        changes["kernel"] = 1
        changes["streams"] = [each for each in streams if each != "motion"] or ["joint"]
        if isinstance(gates, list) and gates:
            changes["attention"] = [each for each in gates if each != "temporal"]
    if part == "graph" and "adaptive" in own:
        changes["adaptive"] = "none"
    if part == "attention" and gates:
        changes["attention"] = []
    return [override(f"models.{model}.{key}", value) for key, value in changes.items()]


def contributions(
    params: Params, models: Sequence[str], extra: Sequence[str], study: Study, advance: Advance
) -> dict[Variant, list[Raw]]:
    """Results of every entrant, whole and without each of its parts; raises as :meth:`Study.made`."""
    check_models(params, models)
    wanted = {}
    for model in models:
        for part in (WHOLE, *CONTRIBUTING_PARTS):
            changes = without(params, model, part)
            if changes or part == WHOLE:
                own = [override("grid.models", [model]), *changes]
                wanted[Variant(model, part)] = overridden(joined_overrides(own, extra), study.root / "params.yaml")
    # the trivial row alone beside them: it is the zero of every skill
    made = study.made(wanted, ["trivial"], advance)
    return {variant: study.results(cells) for variant, cells in made.items()}


def contributions_markdown(results: Mapping[Variant, Sequence[Raw]]) -> str:
    """A table for each task: a line for the whole and for what each part adds to it, a column an entrant."""
    found: dict[tuple[str, Variant], dict[int, float]] = {}
    for variant, made in results.items():
        for (task, model, _), metrics in rows(made).items():
            if model == variant.model:
                found[task, variant] = metrics[TASKS[task].primary]
    models = list(dict.fromkeys(variant.model for variant in results))
    parts = ["# What each part contributes", LEGEND]
    for task in (task for task in TASKS if any(task == each for each, _ in found)):
        primary, arrow = TASKS[task].primary, "↑" if TASKS[task].higher_is_better else "↓"
        lines = []
        for part in (each for each in (WHOLE, *CONTRIBUTING_PARTS) if any(variant.part == each for variant in results)):
            texts = []
            for model in models:
                whole, rest = (found.get((task, Variant(model, each)), {}) for each in (WHOLE, part))
                # "-": the entrant has no such part
                texts.append(
                    (mean_text(primary, [*whole.values()]) if part == WHOLE else added(primary, whole, rest)) or "-"
                )
            lines.append([part, *texts])
        parts += [f"## {task}: {metric(primary).label} {arrow}", table(("", *models), lines)]
    return "\n\n".join(parts) + "\n"


def added(key: str, whole: Mapping[int, float], rest: Mapping[int, float]) -> str:
    """What a part adds to a metric, ``+3.2 (-0.5 to +6.9)``: the whole minus the rest, each replicate by itself."""
    # of replicates that both have: a pair shares people and seed
    differences = [whole[k] - rest[k] for k in sorted(whole.keys() & rest.keys())]
    if not differences:
        return ""
    scale, digits = shown_scale(key)
    # one training has no interval
    mean, *bounds = interval(differences) or [differences[0]]
    said = [f"{scale * each:+.{digits}f}" for each in (mean, *bounds)]
    return said[0] + (f" ({said[1]} to {said[2]})" if bounds else "")


def write_contributions(results: Mapping[Variant, Sequence[Raw]], out: Path) -> None:
    """``CONTRIBUTIONS.md``, and all scores in ``contributions.json``, into ``out``.

    Raises:
        InputError: another process is writing there.
    """
    with replaced(out) as scratch:
        (scratch / "CONTRIBUTIONS.md").write_text(contributions_markdown(results), encoding="utf-8")
        plain = [
            {**variant._asdict(), "task": task, "model": model, "training": training, "metrics": metrics}
            for variant, made in results.items()
            for (task, model, training), metrics in rows(made).items()
        ]
        (scratch / "contributions.json").write_text(to_json(plain), encoding="utf-8")
