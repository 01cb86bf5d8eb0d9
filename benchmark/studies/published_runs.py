"""Experiments of the published tables, and our scores in their rows."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmark.checks.regression import Raw, rows
from benchmark.overrides import joined, named, override
from benchmark.params import Params
from benchmark.progress import Advance
from benchmark.studies import queue
from benchmark.studies.published import Line, Published

Overrides = tuple[str, ...]
Question = tuple[str, list[str]]  # an experiment's name and its overrides


class FilledLine(NamedTuple):
    """A line of a table with our scores, by model and replicate, and the sequences and classes they are from.

    ``classes`` counts those that occur among the test sequences; None for a regression.
    """

    line: Line
    scores: dict[str, dict[int, float]]
    test_sequences: dict[int, int]
    classes: int | None


class Filled(NamedTuple):
    """A table with our scores, and the run of one of them, which tells the data, the split and the sizes."""

    published: Published
    rows: list[FilledLine]
    run: Mapping[str, Any]


def questions(table: Published, models: Sequence[str], extra: Sequence[str]) -> dict[Overrides, Question]:
    """The experiment of each setting of a table; the user's extra overrides are part of the question."""
    found = {}
    # lines with the same setting, such as the joints of table III, are one experiment
    for setting in dict.fromkeys(line.setting for line in table.lines):
        own = [*setting, override("grid.models", models), override("grid.tasks", [table.task])]
        overrides = joined(own, extra)
        # readable words first: the hash alone would tell nothing in `dvc exp show`
        words = re.findall(r"\w+", " ".join(text.partition("=")[2] for text in setting))
        found[setting] = (named(("table", table.number, *words), overrides), overrides)
    return found


def run(
    params: Params,
    tables: Sequence[Published],
    models: Sequence[str],
    extra: Sequence[str],
    jobs: int,
    root: Path,
    advance: Advance,
) -> dict[str, dict[Overrides, str]]:
    """Commits of the experiments by table and setting, after all ran in one queue; raises as :func:`queue.run`."""
    queue.check_models(params, models)
    asked = {table.number: questions(table, models, extra) for table in tables}
    # one queue for all tables, so that `jobs` experiments run side by side to the end
    wanted = {name: overrides for each in asked.values() for name, overrides in each.values()}
    commits = queue.run("table", wanted, jobs, root, advance)
    return {number: {setting: commits[name] for setting, (name, _) in each.items()} for number, each in asked.items()}


def filled(table: Published, results: Mapping[Overrides, Sequence[Raw]], models: Sequence[str]) -> Filled:
    """The table with the scores of the models and of the trivial predictor in each setting's results."""
    # other tasks and rows of the same experiment answer another question
    kept = {
        setting: [each for each in made if each["task"] == table.task and each["run"]["model"] in (*models, "trivial")]
        for setting, made in results.items()
    }
    found = []
    for line in table.lines:
        made = kept[line.setting]
        scores = {model: metrics[line.metric] for (_, model, _), metrics in rows(made).items()}
        ordered = {model: dict(sorted(scores[model].items())) for model in (*models, "trivial") if model in scores}
        counts = {each["run"]["replicate"]: each["test_sequences"] for each in made}
        # a class that nobody is tested on makes the task easier: the number is told beside the score
        confusions = [each["confusion"] for each in made if each["confusion"] is not None]  # [true, predicted]
        tested = {k for counted in confusions for k, row in enumerate(counted) if any(row)}
        found.append(FilledLine(line, ordered, dict(sorted(counts.items())), len(tested) or None))
    return Filled(table, found, next(iter(kept.values()))[0]["run"])
