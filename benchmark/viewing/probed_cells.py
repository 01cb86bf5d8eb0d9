"""What a cell looks at, from its stored probe: what it loses when a joint or a patch of touch is silenced."""

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import numpy as np

from benchmark.board.markdown import difference_unit, shown_scale
from benchmark.pipeline.schema import parse
from benchmark.probing.cell_record import CellProbes, Where
from benchmark.viewing.cells import AnsweredCell
from deepgrasp.errors import InputError
from deepgrasp.inputs.modalities import hand_patches
from deepgrasp.skeleton import SIDES
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.task import Task
from deepgrasp.view.loss_on_skin import Silenced

MAKE = "python -m benchmark probe"


def silenced_of(cells: Sequence[AnsweredCell], probes: Path) -> tuple[list[Silenced], list[str]]:
    """What each cell loses in each of its tasks, and a line for each cell of which that is not known.

    Args:
        probes: the folder in which the stage ``probe`` leaves its files.

    Raises:
        InputError: a probe is damaged, or of other data than the cell.
    """
    found: list[Silenced] = []
    missing: list[str] = []
    for cell in cells:
        path = probes / f"{cell.name}.json"
        if not path.is_file():
            why = f"no probe says what it looks at; `{MAKE}` makes one"
            if cell.made.run.is_reference:
                why = "a reference row is not asked what it looks at, only trained networks are"
            missing.append(f"{cell.name}: {why}")
            continue
        mine = _silenced(cell, path)
        found += mine
        if not mine:  # a reference row
            missing.append(f"{cell.name}: its probe does not ask what it looks at, which is asked of trained networks")
    return found, missing


def _silenced(cell: AnsweredCell, path: Path) -> list[Silenced]:
    probed = parse(CellProbes, path.read_bytes(), path)
    if probed.data != cell.store.hash:
        raise InputError(path, "is of other data than the cell", f"run `{MAKE}` to ask again")
    asked = int(cell.made.run.inputs["patches"])
    patches = np.stack([hand_patches(cell.store, side, asked) for side in SIDES])
    many = len(cell.tasks) > 1  # of one task the cell's name says which
    return [
        Silenced(
            name=f"{cell.name}, {name}" if many else cell.name,
            unit=f"{difference_unit(TASKS[name].primary)} of {TASKS[name].board[0].label}",
            told=f"{where.recordings} recordings of {' and '.join(where.clean)}",
            lost=lost_without(where, TASKS[name]),
            patches=patches,
        )
        for name in cell.tasks
        if name in probed.tasks and (where := probed.tasks[name].where) is not None
    ]


def lost_without(where: Where, task: Task) -> dict[str, float]:
    """By how much the metric that ranks gets worse without each place, points or cm: the mean over people."""
    worse = (-1 if task.higher_is_better else 1) * shown_scale(task.primary)[0]  # more is worse, of any metric
    return {
        place: worse * fmean(where.silenced[person][k] - clean for person, clean in where.clean.items())
        for k, place in enumerate(where.places)
    }
