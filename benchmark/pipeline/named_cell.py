"""What lies in a cell's folder below ``runs/``, if it is that cell's."""

from pathlib import Path

from benchmark.pipeline import predictions
from benchmark.pipeline.predictions import Predictions
from benchmark.pipeline.schema import Run
from deepgrasp.errors import InputError


def cell_name(run: Run) -> str:
    """The cell's folder below ``runs/``, such as ``action/mlp/0``."""
    return f"{run.trained_on}/{run.model}/{run.replicate}"


def load_named(runs: Path, name: str) -> Predictions:
    """The predictions of the cell of this name, such as ``action/mlp/0``.

    Raises:
        InputError: it has none, they are damaged, or those of another cell.
    """
    path = runs / name / predictions.FILE
    made = predictions.load(path)
    # a folder may be copied or renamed: whose answers these are the file says
    if (own := cell_name(made.run)) != name:
        raise InputError(path, f"holds the answers of {own}", "train the cell again, or name that one")
    return made
