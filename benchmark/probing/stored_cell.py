"""What a run of the grid has stored, if it is of the cell, the data and the fold that are probed."""

from collections.abc import Sequence
from pathlib import Path

from benchmark.pipeline.predictions import Predictions, load_named
from deepgrasp.errors import InputError
from deepgrasp.store.store import Store

_REMEDY = "train the cell again"


def stored_cell(runs: Path, name: str, store: Store, sequences: Sequence[str]) -> Predictions:
    """The record and the answers of a run.

    Args:
        name: of the cell, such as ``action/mlp/0``: its folder below ``runs``.
        sequences: that it should have been tested on.

    Raises:
        InputError: its file is missing, damaged or another cell's, or it is of other data or was tested on other
            sequences.
    """
    stored = load_named(runs, name)
    # in the same order, too: its answers are compared with the stored ones row by row
    if stored.run.data.hash != store.hash or list(stored.sequences) != list(sequences):
        raise InputError(runs / name, "was trained on other data, or tested on other sequences", _REMEDY)
    return stored
