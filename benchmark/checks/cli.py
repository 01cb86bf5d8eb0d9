"""The commands around the board: verify, submit, schema, entrants, gate."""

import functools
import json
from pathlib import Path
from typing import Annotated

import typer

from benchmark import params as parameters
from benchmark.places import GRAPHS, RESULTS, RUNS, SUBMISSIONS

app = typer.Typer()


@app.command()
def verify(
    rerun: Annotated[bool, typer.Option("--rerun", help="also train cells again; no --cell: one of each task")] = False,
    cell: Annotated[list[str] | None, typer.Option(help="a cell to train again, such as action/mlp/0")] = None,
    outside: Annotated[bool, typer.Option("--outside", help="submissions alone: their predictions are in Git")] = False,
) -> None:
    """Score all predictions again and compare with the results; exit status 1 if something does not reproduce."""
    from benchmark.board.leaderboard import load_results
    from benchmark.checks import verify as checks
    from benchmark.submissions.folder import code_of, fitting
    from benchmark.training.scratch import retrain
    from deepgrasp.store import open_store

    store, results = open_store(GRAPHS), load_results(RESULTS)
    made = [*fitting(SUBMISSIONS, store, results[0].run)]
    if outside:
        results = [result for result in results if result.run.origin != "trained"]
    else:
        made += checks.stored(RUNS)
    chosen = checks.choose(results, cell or []) if rerun or cell else []
    findings = checks.rescore(made, results, store)
    print(checks.report(findings, every=False))
    if outside and (note := checks.trust(results)):
        print(f"\n{note}")
    train = functools.partial(retrain, params=parameters.load(), graphs=GRAPHS)
    again = checks.rerun(chosen, results, store, lambda run: train(run, code=code_of(SUBMISSIONS, run)))
    if again:
        print(f"\nTrained again:\n\n{checks.report(again, every=True)}")
    raise typer.Exit(any(finding.problem for finding in (*findings, *again)))


@app.command()
def submit(
    file: Annotated[Path, typer.Argument(help="predictions, .npz or .safetensors; its metadata beside it in .json")],
    with_code: Annotated[Path | None, typer.Option(help="the encoder's file, which is run: read it first")] = None,
) -> None:
    """Check, score and add an outside submission; with its code, train that again and mark it verified."""
    from benchmark.submissions.submit import submit as add
    from benchmark.training.scratch import retrain
    from deepgrasp.store import open_store
    from deepgrasp.tasks import TASKS

    params = parameters.load()
    train = functools.partial(retrain, params=params, graphs=GRAPHS)
    for result in add(
        file, open_store(GRAPHS), params, SUBMISSIONS, RESULTS, with_code, lambda run, code: train(run, code=code)
    ):
        key = TASKS[result.task].primary
        print(f"{result.task}: {key} {result.metrics[key]:.4f}, {result.run.origin}, in {RESULTS / result.name}")
    print("`dvc repro` brings the board up to date")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a submission's metadata."""
    from benchmark.submissions.metadata import schema as generate

    print(generate(), end="")


@app.command()
def entrants(as_json: Annotated[bool, typer.Option("--json", help="as a JSON list, for a CI matrix")] = False) -> None:
    """Name every entrant found in baselines/."""
    from benchmark.entrants import names

    print(json.dumps(names()) if as_json else "\n".join(names()))


@app.command()
def gate(
    against: Annotated[str | None, typer.Option(help="the commit whose scores must not go down, such as main")] = None,
) -> None:
    """Check results, board, README and dvc.lock, and scores against another commit; exit status 1 if one fails."""
    from benchmark.checks.gate import inspect, markdown

    report = inspect(Path(), against)
    print(markdown(report))
    raise typer.Exit(bool(report.failing))
