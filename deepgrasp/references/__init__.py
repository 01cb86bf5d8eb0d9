"""Reference rows of the board: simple answers that a model must beat, and oracles; one file a row, found by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.errors import InputError, did_you_mean
from deepgrasp.loading import load_module, takes


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


def load_row(name: str) -> ModuleType:
    """The module of a row, with ``answer(fold: Fold) -> Answer`` and ``ORACLE``: whether it sees what no input holds.

    Raises:
        InputError: there is no such file, or it is wrong.
    """
    if name not in names():
        raise InputError(f"--row {name}", "no such reference row", did_you_mean(name, names(), "add the file"))
    # after the check: any dotted name would be taken for a module
    module, file = load_module(f"{__name__}.{name}"), f"deepgrasp/references/{name}.py"
    if not isinstance(getattr(module, "ORACLE", None), bool):
        raise InputError(file, "does not say whether it is an oracle", "write ORACLE = False, or True")
    if not takes(getattr(module, "answer", None), 1):
        raise InputError(file, "has no function answer(fold)", "see the other files of its folder")
    return module
