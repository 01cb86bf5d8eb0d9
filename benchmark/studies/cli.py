"""The commands that run many settings: ablate, contributions, learning, table, tune."""

from pathlib import Path
from typing import Annotated

import typer

from benchmark import params as parameters
from benchmark.engine.choice import EngineName
from benchmark.paths import ABLATION, BOARDS, CONTRIBUTIONS, GRAPHS, LEARNING, TABLES, TUNING
from deepgrasp.errors import InputError

app = typer.Typer()

Jobs = Annotated[
    int | None, typer.Option(help="cells side by side; default: as many as the engine has room for", min=1)
]
OverrideOption = Annotated[
    list[str] | None, typer.Option("-S", help="key=value: a parameter of every setting; repeatable")
]
EngineOption = Annotated[EngineName, typer.Option(help="where the cells are made")]
Config = Annotated[Path | None, typer.Option(help="a YAML file with the engine's settings")]


def _names(models: str) -> list[str]:
    names = [name.strip() for name in models.split(",") if name.strip()]
    if not names:
        raise InputError(f"--models {models}", "names no entrant", "give one or more, such as mlp,stgcn")
    return names


@app.command()
def ablate(
    models: Annotated[str, typer.Option(help="such as mlp,stgcn")],
    jobs: Jobs = None,
    engine: EngineOption = "local",
    engine_config: Config = None,
) -> None:
    """Run inputs x hands x training side by side; interrupted, the same command goes on."""
    from benchmark.engine.choice import engine as chosen
    from benchmark.progress import progress_bar
    from benchmark.studies import ablation, ablation_tables
    from benchmark.studies.study import Study

    params, names = parameters.load_params(), _names(models)
    study = Study("ablate", params, chosen(engine, engine_config, workers=jobs), Path())
    with progress_bar("ablate") as advance:
        results = ablation.ablate(params, names, study, advance)
    found = ablation_tables.scores(results, names)
    ablation_tables.write_ablation(found, ABLATION)
    print(ablation_tables.ablation_markdown(found))


@app.command()
def contributions(
    models: Annotated[str, typer.Option(help="such as stgcn,best")],
    jobs: Jobs = None,
    extra: OverrideOption = None,
    engine: EngineOption = "local",
    engine_config: Config = None,
) -> None:
    """Train entrants whole and without each of their parts; interrupted, the same command goes on."""
    from benchmark.engine.choice import engine as chosen
    from benchmark.progress import progress_bar
    from benchmark.studies import contributions as parts
    from benchmark.studies.study import Study

    params = parameters.load_params()
    study = Study("contributions", params, chosen(engine, engine_config, workers=jobs), Path())
    with progress_bar("contributions") as advance:
        found = parts.contributions(params, _names(models), extra or [], study, advance)
    parts.write_contributions(found, CONTRIBUTIONS)
    print(parts.contributions_markdown(found))


@app.command()
def learning(
    models: Annotated[str, typer.Option(help="such as mlp,best")],
    recordings: Annotated[str, typer.Option(help="how many of each fold to train on, such as 54,108,216,432")],
    keep: Annotated[bool, typer.Option("--keep", help="also for the board's page: boards/learning.json")] = False,
    jobs: Jobs = None,
    extra: OverrideOption = None,
    engine: EngineOption = "local",
    engine_config: Config = None,
) -> None:
    """Train on ever more recordings, side by side: learning curves; interrupted, the same command goes on."""
    from benchmark.board.more_recordings import LEARNING_FILE
    from benchmark.engine.choice import engine as chosen
    from benchmark.progress import progress_bar
    from benchmark.studies import learning as curves
    from benchmark.studies.study import Study

    params = parameters.load_params()
    counts = curves.recording_counts(recordings)
    study = Study("learning", params, chosen(engine, engine_config, workers=jobs), Path())
    with progress_bar("learning") as advance:
        found = curves.learn(params, _names(models), counts, extra or [], study, advance)
    curves.write_learning(found.points, LEARNING)
    if keep:
        curves.keep_curves(found, BOARDS / LEARNING_FILE)
    print(curves.learning_markdown(found.points))


@app.command()
def table(
    numbers: Annotated[list[str] | None, typer.Argument(help="I, II, III; none named: all of them")] = None,
    models: Annotated[str, typer.Option(help="that stand beside recurrent and attention")] = "lstm,stgcn",
    jobs: Jobs = None,
    extra: OverrideOption = None,
    engine: EngineOption = "local",
    engine_config: Config = None,
) -> None:
    """Run the published tables side by side, ours beside their figures; interrupted, the same command goes on."""
    from benchmark.engine.choice import engine as chosen_engine
    from benchmark.progress import progress_bar
    from benchmark.studies import published_report, published_runs
    from benchmark.studies.published import chosen_tables
    from benchmark.studies.study import Study

    # roman numerals, which people type in lower case
    asked = chosen_tables([number.upper() for number in numbers or []])
    params = parameters.load_params()
    study = Study("table", params, chosen_engine(engine, engine_config, workers=jobs), Path())
    with progress_bar("table") as advance:
        found = published_runs.run_tables(params, asked, _names(models), extra or [], study, advance)
    published_report.write_tables(found, TABLES)
    print(published_report.tables_markdown(found))


@app.command()
def tune(
    models: Annotated[str, typer.Option(help="such as mlp,lstm,gcn,stgcn")],
    trials: Annotated[int, typer.Option(help="of every entrant, the one in params.yaml included", min=1)] = 8,
    replicates: Annotated[str, typer.Option(help="folds to train and validate on, such as 0,1")] = "0",
    seed: Annotated[int, typer.Option(help="of the search: another one proposes other trials", min=0)] = 0,
    jobs: Jobs = None,
    extra: OverrideOption = None,
    engine: EngineOption = "local",
    engine_config: Config = None,
) -> None:
    """Tune every entrant with the same number of trials, side by side; interrupted, the same command goes on."""
    from benchmark.engine.choice import engine as chosen
    from benchmark.overrides import overridden
    from benchmark.progress import progress_bar
    from benchmark.studies import tuning, tuning_report
    from benchmark.studies.study import Study
    from deepgrasp.store.store import MANIFEST, open_store

    # with the user's -S: the search draws around what every trial will start from
    params, names, on = overridden(extra or []), list(dict.fromkeys(_names(models))), tuning.folds(replicates)
    study = Study("tune", parameters.load_params(), chosen(engine, engine_config, workers=jobs), Path())
    with progress_bar("tune") as advance:
        found = tuning.run_search(params, names, trials, on, extra or [], study, advance, seed)
    # the workspace's, which the board is made from
    store = open_store(GRAPHS) if (GRAPHS / MANIFEST).exists() else None
    seen = tuning.seen_by_the_board(params, on, store)
    tuning_report.write_tuning(found, seen, TUNING)
    print(tuning_report.tuning_markdown(found, seen))
