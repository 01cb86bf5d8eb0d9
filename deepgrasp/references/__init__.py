"""Reference rows of the board: what a model must beat, and what is possible; one file a row, found by its name."""

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
    """What a row answers on one fold, and what it took, all tasks together.

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
    """Every row there is: the stems of the files here, which are not imported: scoring asks for the names alone."""
    # by file: to import the rows would import scikit-learn, which whoever scores does without
    return sorted(file.stem for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("_"))


def load(name: str) -> ModuleType:
    """The module of a row: ``answer(fold: Fold) -> Answer``, and ``ORACLE``, whether it is told what no input holds.

    Raises:
        InputError: there is no such file.
    """
    if name not in names():
        raise InputError(f"--row {name}", "no such reference row", f"choose from {', '.join(names())} or add the file")
    return importlib.import_module(f"{__name__}.{name}")
