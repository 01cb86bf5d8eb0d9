"""The commands that check results: verify, reproduced, gate."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benchmark import params as parameters
from benchmark.paths import GRAPHS, RESULTS, RUNS, SUBMISSIONS
from benchmark.submissions.cli import Apart, Hours
from deepgrasp.errors import InputError

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
    fresh: Annotated[bool, typer.Option("--fresh", help="from a clone: make data and a sample of cells again")] = False,
    every: Annotated[bool, typer.Option("--all", help="with --fresh: all cells, not a sample")] = False,
) -> None:
    """Score all predictions again and compare with the results; exit status 1 if something does not reproduce.

    With --fresh, exit status 3: the data made here are not the board's, and so nothing can be decided.
    """
    for given, option, needed in (
        (every and not fresh, "--all", "needs --fresh"),
        (fresh and outside, "--outside", "is not for --fresh, which makes our own cells again"),
        (fresh and rerun, "--rerun", "is not for --fresh, which trains again anyway"),
    ):
        if given:
            raise InputError(option, needed, "give one of the two alone, or see `verify --help`")
    if fresh:
        raise typer.Exit(_fresh(cell or [], whole=every))
    if not GRAPHS.exists():
        remedy = "`python -m benchmark verify --fresh` makes them, and a sample of the board; `make repro` makes all"
        raise InputError(GRAPHS, "is not here, nor predictions of these data", remedy)
    from benchmark.board.results import load_results
    from benchmark.checks import verify as checks
    from benchmark.pipeline import grid
    from benchmark.pipeline.retrain import retrain
    from benchmark.submissions.folder import code_of, fitting
    from deepgrasp.store.store import open_store

    params, store, results = parameters.load_params(), open_store(GRAPHS), load_results(RESULTS)
    made = [*fitting(SUBMISSIONS, store)]
    if outside:
        results = [result for result in results if result.run.origin != "trained"]
    else:
        # those of the grid, as scoring takes them; a cell without a file is one of the findings
        made += checks.stored_predictions(path for path in grid.prediction_files(RUNS, params) if path.exists())
    # before the long work: a misspelt cell shows at once
    chosen = checks.chosen_runs(results, cell or []) if rerun or cell else []
    findings = checks.rescore(made, results, store)
    print(checks.findings_report(findings, every=False))
    if outside and (note := checks.trust(results)):
        print(f"\n{note}")

    def train(run: "Run") -> "Predictions":
        if (code := code_of(SUBMISSIONS, run)) is None:
            return retrain(run, params, GRAPHS)
        from benchmark.submissions.enclosed_training import chosen_way, train_enclosed
        from benchmark.submissions.enclosure import Bounds

        apart = chosen_way(isolation, Path())
        return train_enclosed(run, params, store, code, apart, Bounds(seconds=3600 * hours)).predictions

    again = checks.rerun(chosen, results, store, train)
    if again:
        print(f"\nTrained again:\n\n{checks.findings_report(again, every=True)}")
    # True is exit status 1, so that CI stops
    raise typer.Exit(any(finding.problem for finding in (*findings, *again)))


def _fresh(cells: list[str], *, whole: bool) -> int:
    """Exit status of a check that needs nothing but a clone."""
    from benchmark.board.results import load_results
    from benchmark.checks import fresh
    from benchmark.pipeline.retrain import retrain

    params, results = parameters.load_params(), load_results(RESULTS)
    chosen, board = fresh.sampled_runs(results, cells, whole=whole), fresh.board_of(results)
    print(fresh.announced(chosen, len({result.run.cell for result in results})), flush=True)
    store = fresh.make_data(params, board)

    def made(run: "Run") -> "Predictions":
        # a line a cell, before it: the work may take hours with --all
        print(f"{run.cell} ({run.cost.seconds:.0f} s where the board was made)", flush=True)
        return retrain(run, params, GRAPHS)

    outcome = fresh.again(chosen, results, store, made)
    print(f"\n{fresh.outcome_text(outcome, board)}")
    return outcome.status


@app.command()
def reproduced() -> None:
    """Say how many scores equal the committed ones, and what a difference may come from."""
    from benchmark.board.results import load_results
    from benchmark.checks.regression import results_at
    from benchmark.checks.reproduced import reproduced as compare
    from benchmark.versioning.git import ask_git

    # an archive of the code has no history: then there is nothing to compare with
    known = ask_git(Path(), "rev-parse", "--verify", "--quiet", "HEAD^{commit}") is not None
    print(compare(results_at(Path(), "HEAD") if known else [], load_results(RESULTS)))


@app.command()
def gate(
    against: Annotated[str | None, typer.Option(help="the commit whose scores must not go down, such as main")] = None,
    mixed_devices: Annotated[
        bool, typer.Option("--mixed-devices", help="cells of one board may be of several kinds of devices")
    ] = False,
) -> None:
    """Check results, board, README and dvc.lock, and scores against another commit; exit status 1 if one fails."""
    from benchmark.checks.gate import gate_markdown, inspect

    report = inspect(Path(), against, mixed_devices=mixed_devices)
    print(gate_markdown(report))
    raise typer.Exit(bool(report.failing))
