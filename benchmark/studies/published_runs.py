"""What the published tables ask of our entrants, and our scores in their rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmark.board.rows import TRIVIAL
from benchmark.checks.regression import Raw, rows
from benchmark.overrides import joined_overrides, overridden, override
from benchmark.params import Params
from benchmark.progress import Advance
from benchmark.studies.published import Line, PublishedTable
from benchmark.studies.study import Study, check_models

Overrides = tuple[str, ...]


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

    published: PublishedTable
    rows: list[FilledLine]
    run: Mapping[str, Any]


def params_of_settings(
    table: PublishedTable, models: Sequence[str], extra: Sequence[str], path: Path
) -> dict[Overrides, Params]:
    """The parameters of each setting of a table; lines with the same, such as the joints of table III, share one.

    Raises:
        InputError: an extra override names no parameter, or changes what the table sets.
    """
    own = [override("grid.models", models), override("grid.tasks", [table.task])]
    settings = dict.fromkeys(line.setting for line in table.lines)
    return {setting: overridden(joined_overrides([*setting, *own], extra), path) for setting in settings}


def run_tables(
    params: Params,
    tables: Sequence[PublishedTable],
    models: Sequence[str],
    extra: Sequence[str],
    study: Study,
    advance: Advance,
) -> list[Filled]:
    """The tables with our scores, after all cells were made; raises as :meth:`Study.made`, and for an unknown model."""
    check_models(params, models)
    path = study.root / "params.yaml"
    # of all tables at once, so that all workers have work to the end
    wanted = {
        (table.number, setting): own
        for table in tables
        for setting, own in params_of_settings(table, models, extra, path).items()
    }
    made = study.made(wanted, [TRIVIAL], advance)
    results = {key: study.results(cells) for key, cells in made.items()}
    return [
        filled(
            table, {setting: found for (number, setting), found in results.items() if number == table.number}, models
        )
        for table in tables
    ]


def filled(table: PublishedTable, results: Mapping[Overrides, Sequence[Raw]], models: Sequence[str]) -> Filled:
    """The table with the scores of the models and of the trivial predictor in each setting's results."""
    # other tasks and rows answer another question
    kept = {
        setting: [each for each in made if each["task"] == table.task and each["run"]["model"] in (*models, TRIVIAL)]
        for setting, made in results.items()
    }
    found = []
    for line in table.lines:
        made = kept[line.setting]
        scores = {model: metrics[line.metric] for (_, model, _), metrics in rows(made).items()}
        ordered = {model: dict(sorted(scores[model].items())) for model in (*models, TRIVIAL) if model in scores}
        counts = {each["run"]["replicate"]: each["test_sequences"] for each in made}
        # a class that nobody is tested on makes the task easier: the number is told beside the score
        confusions = [each["confusion"] for each in made if each["confusion"] is not None]  # [true, predicted]
        tested = {k for counted in confusions for k, row in enumerate(counted) if any(row)}
        found.append(FilledLine(line, ordered, dict(sorted(counts.items())), len(tested) or None))
    # any run will do: all of a table have the same data, split and sizes
    return Filled(table, found, next(iter(kept.values()))[0]["run"])
