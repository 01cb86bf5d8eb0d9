"""A cell of a study: its job, and a key of all that its predictions depend on, so that equal cells are made once."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmark.engine.jobs import Job, reference_job, train_job
from benchmark.params import Params, reference_recipe
from benchmark.paths import CODE, STUDIES
from benchmark.pipeline import predictions
from benchmark.pipeline.schema import Run, cell_name
from deepgrasp.errors import InputError
from deepgrasp.files import check_is_file
from deepgrasp.tasks import NO_TASK


@dataclass(frozen=True)
class StudyCell:
    """A cell to be made, and the key of what it depends on: the same key, the same predictions."""

    key: str
    trained_on: str
    model: str
    replicate: int
    job: Job

    @property
    def place(self) -> str:
        """Where the workspace has a cell of that name, below ``runs/``."""
        return cell_name(self.trained_on, self.model, self.replicate)

    @property
    def file(self) -> Path:
        """Path of the cell's predictions, relative to the root."""
        return Path(self.job.out) / predictions.PREDICTIONS_FILE


def study_cells(params: Params, references: Sequence[str], graphs: Path, data: str, root: Path) -> list[StudyCell]:
    """The cells that the grid of these parameters asks for.

    Args:
        references: rows that are not trained, in the place of the grid's.
        graphs: their graph store, relative to the root.
        data: the store's hash.
    """
    found = []
    for replicate in params.grid.replicates:
        jobs = [
            *(train_job(params, task, model, replicate) for model in params.grid.models for task in params.grid.tasks),
            *(reference_job(params, row, replicate) for row in references),
        ]
        found += [_cell(job, params, graphs, data, root) for job in jobs]
    return found


def _cell(job: Job, params: Params, graphs: Path, data: str, root: Path) -> StudyCell:
    kind, replicate = job.arguments[0], int(job.option("replicate"))
    if kind == "reference":
        trained_on, model = NO_TASK, job.option("row")
        own: dict[str, Any] = {"threads": params.train.threads, "recipe": reference_recipe(params.train)}
    else:
        trained_on, model = job.option("task"), job.option("model")
        own = {"recipe": params.recipe(model).model_dump(), "hyperparameters": params.hyperparameters(model)}
    code = hashlib.sha256((root / CODE / kind / f"{model}.json").read_bytes()).hexdigest()
    key = _key([trained_on, model, replicate, data, code, params.split, params.inputs.model_dump(), own])
    # the key in the name too: two settings may have a cell of the same name
    name, out = f"{job.name}-{key[:8]}", (STUDIES / "cells" / key).as_posix()
    return StudyCell(key, trained_on, model, replicate, replace(job, name=name, out=out, graphs=graphs.as_posix()))


def key_of(run: Run, threads: int) -> str:
    """The key of a cell that was made, by its record.

    Args:
        threads: of the reference rows, whose records do not tell it.
    """
    own = {"recipe": run.recipe, "hyperparameters": run.hyperparameters}
    return _key(
        [
            *(run.trained_on, run.model, run.replicate, run.data.hash, run.provenance.get("code"), run.split),
            run.inputs,
            {"threads": threads, "recipe": run.recipe} if run.is_reference else own,
        ]
    )


def _key(facts: Sequence[Any]) -> str:
    # sorted: a record that was read may have its keys in another order
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def matching_record(cell: StudyCell, file: Path) -> Run | None:
    """The record of the cell's predictions, if they are what lies there."""
    run = stored_record(file)
    if run is None or key_of(run, cell.job.params["train"]["threads"]) != cell.key:
        return None
    return run


def stored_record(file: Path) -> Run | None:
    """The record of predictions; ``None``: there are none, or they are damaged and have to be made again."""
    if not file.exists():
        return None
    try:
        check_is_file(file)
        return predictions.load_predictions(file).run
    except InputError:
        return None
