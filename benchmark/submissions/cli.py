"""The commands for predictions from outside: submit, schema."""

from pathlib import Path
from typing import Annotated

import typer

from benchmark import params as parameters
from benchmark.paths import GRAPHS, RESULTS, SUBMISSIONS
from benchmark.pipeline.schema import Isolation

app = typer.Typer()

Apart = Annotated[
    Isolation | None, typer.Option("--isolation", help="where submitted code trains; default: the surest there is")
]
Hours = Annotated[float, typer.Option(help="that a training of submitted code may take", min=0.001, max=1000)]


@app.command()
def submit(
    file: Annotated[Path, typer.Argument(help="predictions, .npz or .safetensors; its metadata beside it in .json")],
    with_code: Annotated[Path | None, typer.Option(help="the encoder's file, to be trained here")] = None,
    isolation: Apart = None,
    hours: Hours = 1.0,
) -> None:
    """Check, score and add an outside submission; with its code, train that again and mark it verified."""
    from benchmark.board.markdown import inputs_shown
    from benchmark.board.results import within
    from benchmark.submissions.enclosed_training import chosen_way, train_enclosed
    from benchmark.submissions.enclosure import Bounds
    from benchmark.submissions.submit import submit as add
    from deepgrasp.store.store import open_store
    from deepgrasp.tasks import TASKS

    params, store = parameters.load_params(), open_store(GRAPHS)
    bounds = Bounds(seconds=3600 * hours)
    # training is handed in: tests need none; where it runs is chosen late, when all that is cheap is checked
    results = add(
        file,
        store,
        SUBMISSIONS,
        RESULTS,
        with_code,
        lambda run, code: train_enclosed(run, params, store, code, chosen_way(isolation, Path()), bounds),
        params.entrants,
    )
    for result in results:
        key = TASKS[result.task].primary
        print(f"{result.task}: {key} {result.metrics[key]:.4f}, {result.run.origin}, in {RESULTS / result.name}")
    run = results[0].run
    if run.split != params.split or not within(run.inputs, params.inputs.model_dump()):
        print(f"on a board of its own: split by {run.split}, {inputs_shown(run.inputs)}")
    # not run from here: it may train for hours what else is out of date
    print("`dvc repro` brings the board up to date, and `python -m benchmark board` the README")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a submission's metadata."""
    from benchmark.submissions.metadata import schema as generate

    print(generate(), end="")
