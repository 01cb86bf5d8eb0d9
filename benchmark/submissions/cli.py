"""The commands for predictions from outside: submit, schema."""

from pathlib import Path
from typing import Annotated

import typer

from benchmark import params as parameters
from benchmark.paths import GRAPHS, RESULTS, SUBMISSIONS

app = typer.Typer()


@app.command()
def submit(
    file: Annotated[Path, typer.Argument(help="predictions, .npz or .safetensors; its metadata beside it in .json")],
    with_code: Annotated[Path | None, typer.Option(help="the encoder's file, which is run: read it first")] = None,
) -> None:
    """Check, score and add an outside submission; with its code, train that again and mark it verified."""
    from benchmark.pipeline.retrain import retrain
    from benchmark.submissions.submit import submit as add
    from deepgrasp.store.store import open_store
    from deepgrasp.tasks import TASKS

    params, store = parameters.load(), open_store(GRAPHS)
    # training is handed in: submissions know nothing of torch, and tests need no training
    results = add(
        file, store, params, SUBMISSIONS, RESULTS, with_code, lambda run, code: retrain(run, params, GRAPHS, code)
    )
    for result in results:
        key = TASKS[result.task].primary
        print(f"{result.task}: {key} {result.metrics[key]:.4f}, {result.run.origin}, in {RESULTS / result.name}")
    # not run from here: it may train for hours what else is out of date
    print("`dvc repro` brings the board up to date")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a submission's metadata."""
    from benchmark.submissions.metadata import schema as generate

    print(generate(), end="")
