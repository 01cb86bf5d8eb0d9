"""The commands that run many experiments: ablate, table, tune."""

from pathlib import Path
from typing import Annotated

import typer

from benchmark import params as parameters
from benchmark.paths import ABLATION, TABLES, TUNING

app = typer.Typer()

Jobs = Annotated[int, typer.Option(help="experiments side by side", min=1)]
Extra = Annotated[list[str] | None, typer.Option("-S", help="key=value: a parameter of every experiment; repeatable")]


@app.command()
def ablate(
    models: Annotated[str, typer.Option(help="such as mlp,stgcn")],
    jobs: Jobs = 1,
) -> None:
    """Run inputs x hands x training through DVC's queue; interrupted, the same command goes on."""
    from benchmark.checks.regression import results_at
    from benchmark.progress import bar
    from benchmark.studies import ablation, ablation_tables

    # read from the commits: DVC's experiments leave the workspace's results as they are
    with bar("ablate") as advance:
        commits = ablation.ablate(parameters.load(), models.split(","), jobs, Path(), advance)
    results = {setting: results_at(Path(), rev) for setting, rev in commits.items()}
    found = ablation_tables.scores(results, models.split(","))
    ablation_tables.write(found, ABLATION)
    print(ablation_tables.markdown(found))


@app.command()
def table(
    numbers: Annotated[list[str] | None, typer.Argument(help="I, II, III; none named: all of them")] = None,
    models: Annotated[str, typer.Option(help="that stand beside recurrent and attention")] = "lstm,stgcn",
    jobs: Jobs = 1,
    extra: Extra = None,
) -> None:
    """Run the published tables, ours beside their figures, through DVC's queue; the same command goes on."""
    from benchmark.checks.regression import results_at
    from benchmark.progress import bar
    from benchmark.studies import published_report, published_runs
    from benchmark.studies.published import chosen

    # roman numerals, which people type in lower case
    asked = chosen([number.upper() for number in numbers or []])
    with bar("table") as advance:
        commits = published_runs.run(parameters.load(), asked, models.split(","), extra or [], jobs, Path(), advance)
    found = []
    for each in asked:
        results = {setting: results_at(Path(), rev) for setting, rev in commits[each.number].items()}
        found.append(published_runs.filled(each, results, models.split(",")))
    published_report.write(found, TABLES)
    print(published_report.markdown(found))


@app.command()
def tune(
    models: Annotated[str, typer.Option(help="such as mlp,lstm,gcn,stgcn")],
    trials: Annotated[int, typer.Option(help="of every entrant, the one in params.yaml included", min=1)] = 8,
    replicates: Annotated[str, typer.Option(help="folds to train and validate on, such as 3,4")] = "3",
    jobs: Jobs = 1,
    extra: Extra = None,
) -> None:
    """Tune every entrant with the same number of trials through DVC's queue; the same command goes on."""
    from benchmark.checks.regression import results_at
    from benchmark.overrides import checked
    from benchmark.progress import bar
    from benchmark.studies import queue, tuning, tuning_report

    # with the user's -S: the search draws around what the experiments will start from
    params, names, on = checked(extra or []), models.split(","), tuning.folds(replicates)
    queue.check_models(params, names)
    drawn = [trial for name in names for trial in tuning.trials(params, name, trials)]
    with bar("tune") as advance:
        commits = tuning.run(drawn, on, extra or [], jobs, Path(), advance)
    found = [tuning.outcome(trial, results_at(Path(), rev)) for trial, rev in commits]
    seen = tuning.seen_by_the_board(params.split, on, params.grid.replicates)
    tuning_report.write(found, seen, TUNING)
    print(tuning_report.markdown(found, seen))
