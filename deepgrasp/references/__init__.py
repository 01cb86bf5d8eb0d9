"""Reference rows of the board: simple answers that a model must beat, and oracles; one file a row, found by name."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.errors import InputError


@dataclass(frozen=True)
class Answer:
    """Predictions of a row for one fold, and their cost for all tasks together.

    Attributes:
        predictions: by part (``validation`` and ``test``) and task, in the shape of the task's target.
        parameters: numbers that were fitted.
        multiply_adds: of one sequence.
        chosen: hyper-parameters that the row chose on the validation part.
    """

    predictions: Mapping[str, Mapping[str, NDArray[np.float32]]]
    parameters: int = 0
    multiply_adds: int = 0
    chosen: Mapping[str, Any] = field(default_factory=dict)


def names() -> list[str]:
    """Names of all reference rows, sorted: the stems of the files here."""
    # by file: to import the rows would import scikit-learn, which whoever scores does without
    return sorted(file.stem for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("_"))


def load(name: str) -> ModuleType:
    """The module of a row, with ``answer(fold: Fold) -> Answer`` and ``ORACLE``: whether it sees what no input holds.

    Raises:
        InputError: there is no such file.
    """
    if name not in names():
        raise InputError(f"--row {name}", "no such reference row", f"choose from {', '.join(names())} or add the file")
    # after the check: import_module would take any dotted name for a module
    return importlib.import_module(f"{__name__}.{name}")
