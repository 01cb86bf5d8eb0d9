"""The commands that check results: verify, gate."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benchmark import params as parameters
from benchmark.paths import GRAPHS, RESULTS, RUNS, SUBMISSIONS
from benchmark.submissions.cli import Apart, Hours

if TYPE_CHECKING:
    from benchmark.pipeline.predictions import Predictions
    from benchmark.pipeline.schema import Run

app = typer.Typer()


@app.command()
def verify(
    rerun: Annotated[bool, typer.Option("--rerun", help="also train cells again; no --cell: one of each task")] = False,
    cell: Annotated[list[str] | None, typer.Option(help="a cell to train again, such as action/mlp/0")] = None,
    outside: Annotated[bool, typer.Option("--outside", help="submissions alone: their predictions are in Git")] = False,
    isolation: Apart = None,
    hours: Hours = 1.0,
) -> None:
    """Score all predictions again and compare with the results; exit status 1 if something does not reproduce."""
    from benchmark.board.results import load_results
    from benchmark.checks import verify as checks
    from benchmark.pipeline.retrain import retrain
    from benchmark.submissions.folder import code_of, fitting
    from deepgrasp.store.store import open_store

    store, results = open_store(GRAPHS), load_results(RESULTS)
    made = [*fitting(SUBMISSIONS, store, results[0].run)]
    if outside:
        results = [result for result in results if result.run.origin != "trained"]
    else:
        made += checks.stored(RUNS)
    # before the long work: a misspelt cell shows at once
    chosen = checks.choose(results, cell or []) if rerun or cell else []
    findings = checks.rescore(made, results, store)
    print(checks.report(findings, every=False))
    if outside and (note := checks.trust(results)):
        print(f"\n{note}")
    params = parameters.load()

    def train(run: "Run") -> "Predictions":
        if (code := code_of(SUBMISSIONS, run)) is None:
            return retrain(run, params, GRAPHS)
        from benchmark.submissions.enclosure import Bounds
        from benchmark.submissions.trial import choose, train_enclosed

        apart = choose(isolation, Path())
        return train_enclosed(run, params, store, code, apart, Bounds(seconds=3600 * hours)).predictions

    again = checks.rerun(chosen, results, store, train)
    if again:
        print(f"\nTrained again:\n\n{checks.report(again, every=True)}")
    # True is exit status 1, so that CI stops
    raise typer.Exit(any(finding.problem for finding in (*findings, *again)))


@app.command()
def gate(
    against: Annotated[str | None, typer.Option(help="the commit whose scores must not go down, such as main")] = None,
) -> None:
    """Check results, board, README and dvc.lock, and scores against another commit; exit status 1 if one fails."""
    from benchmark.checks.gate import inspect, markdown

    report = inspect(Path(), against)
    print(markdown(report))
    raise typer.Exit(bool(report.failing))
