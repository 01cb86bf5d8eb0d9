"""The cells that the grid of ``params.yaml`` asks for, and their predictions among all that lie in ``runs/``."""

from pathlib import Path

from benchmark.params import Params
from benchmark.pipeline import predictions
from benchmark.pipeline.schema import Run, cell_name
from deepgrasp.errors import InputError, listed
from deepgrasp.tasks import NO_TASK


def cells(params: Params) -> list[str]:
    """Folders below ``runs/`` of the grid's cells, such as ``action/mlp/0``; of a reference row, ``none/wrist/0``."""
    grid = params.grid
    trained = [cell_name(task, model, k) for task in grid.tasks for model in grid.models for k in grid.replicates]
    return trained + [cell_name(NO_TASK, row, k) for row in grid.references for k in grid.replicates]


def prediction_files(runs: Path, params: Params) -> list[Path]:
    """Where the predictions of the grid's cells lie or should lie, sorted."""
    return [runs / cell / predictions.PREDICTIONS_FILE for cell in sorted(cells(params))]


def stored_files(runs: Path, params: Params) -> list[Path]:
    """Paths of the predictions of all cells of the grid, sorted, once none is missing.

    Raises:
        InputError: a cell of the grid has none.
    """
    asked = prediction_files(runs, params)
    if missing := [path.parent.relative_to(runs).as_posix() for path in asked if not path.exists()]:
        problem = f"lacks {len(missing)} of the {len(asked)} cells of the grid: {listed(missing)}"
        raise InputError(runs, problem, "run `dvc repro`")
    return asked


def left_aside(runs: Path, params: Params) -> list[str]:
    """Cells with predictions in ``runs`` that the grid does not name, sorted.

    DVC leaves a cell's folder where it is when the cell leaves the grid, so what lies there does not say what to score.
    """
    there = {path.parent.relative_to(runs).as_posix() for path in runs.rglob(predictions.PREDICTIONS_FILE)}
    return sorted(there - set(cells(params)))


def check_asked(run: Run, params: Params, where: Path) -> None:
    """Refuse a cell that was trained on another split or on other inputs than ``params.yaml`` says.

    Raises:
        InputError: it was.
    """
    for name, ours, theirs in (
        ("split", params.split, run.split),
        ("inputs", params.inputs.model_dump(), run.inputs),
    ):
        # DVC trains such a cell again; a call by hand must not put it on the board
        if ours != theirs:
            raise InputError(where, f"was made with other {name} than params.yaml has", "run `dvc repro`")
