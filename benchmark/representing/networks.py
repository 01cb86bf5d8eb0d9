"""The networks that are looked into: trained cells of ``runs/``, and controls with the weights that were drawn."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.pipeline.schema import cell_name
from benchmark.pipeline.seeds import seed
from deepgrasp.library.opening import Data
from deepgrasp.library.trained import TrainedModel, load_model
from deepgrasp.network.checkpoint import CHECKPOINT
from deepgrasp.representations.patterns import matching

CONTROL = "untrained"
"""What stands in the place of the task that a network was trained on."""


@dataclass(frozen=True, order=True)
class NetworkName:
    """One network: a cell, or the control of cells of one model and replicate.

    Attributes:
        trained_on: a task, ``joint``, or ``untrained``.
        cell: the folder below ``runs/`` whose network it is; of a control, one whose sizes and data it has.
    """

    trained_on: str
    model: str
    replicate: int
    cell: str

    @property
    def path(self) -> str:
        """Folder of what is found of it, such as ``action/best/0`` or ``untrained/best/0``."""
        return cell_name(self.trained_on, self.model, self.replicate)

    @property
    def family(self) -> tuple[str, str]:
        """Task and model, which all replicates of a network have in common."""
        return self.trained_on, self.model

    def load(self, runs: Path, data: Data) -> TrainedModel:
        """The network; raises as :func:`deepgrasp.library.trained.load_model` does."""
        task, model, replicate = _parts(self.cell)
        found = load_model(model, task=task, replicate=replicate, runs=runs, data=data)
        if self.trained_on != CONTROL:
            return found
        # the seed from which its trainings start, so that this is the network before their first step
        return found.untrained(seed(role="initial weights", replicate=self.replicate))


def networks_matching(runs: Path, patterns: Sequence[str], *, controls: bool) -> list[NetworkName]:
    """Networks of the cells that match a pattern such as ``action/*/0``, sorted; then their controls.

    Encoders are drawn before heads, and from one seed a replicate: whatever the task, the untrained encoders are the
    same, and one control stands for all tasks.

    Raises:
        InputError: a pattern matches no cell that has a checkpoint.
    """
    # reference rows have no checkpoint, and so nothing to look into
    there = sorted(path.parent.relative_to(runs).as_posix() for path in runs.glob(f"*/*/*/{CHECKPOINT}"))
    cells = matching(there, patterns, f"{runs}, ", "no such cell", "run `dvc repro`")
    trained = [NetworkName(*_parts(cell), cell) for cell in cells]
    # of the first cell by name: which one does not matter, for the encoders are the same
    first: dict[tuple[str, int], str] = {}
    for each in trained:
        first.setdefault((each.model, each.replicate), each.cell)
    untrained = [NetworkName(CONTROL, *key, cell) for key, cell in sorted(first.items())]
    return sorted(trained) + (untrained if controls else [])


def checkpoint_hash(runs: Path, name: NetworkName) -> str:
    """SHA-256 of the checkpoint of the network's cell."""
    with (runs / name.cell / CHECKPOINT).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # in pieces, without a copy in memory


def _parts(cell: str) -> tuple[str, str, int]:
    task, model, replicate = cell.split("/")
    return task, model, int(replicate)
