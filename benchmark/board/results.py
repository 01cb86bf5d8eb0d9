"""Results read from disk and checked, and which of them share a board: one data set, split and choice of inputs."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from benchmark.pipeline.schema import RESULT_REMEDY, Result, Run, parse
from deepgrasp.choices import POSE, TOUCH
from deepgrasp.data_source import data_source
from deepgrasp.errors import InputError

T = TypeVar("T")
BoardKey = tuple[str, str, str, str]  # kind of data, its hash, split, inputs as JSON

READS = {POSE: ("part", "joints"), TOUCH: ("patches",)}
"""By modality: the choices of inputs that it depends on, beside hands and frames."""


def load_results(folder: Path) -> list[Result]:
    """All results below ``folder``, in the order of their files.

    Raises:
        InputError: none there, one malformed, or one in another's place.
    """
    paths = sorted(folder.rglob("*.json"))
    if not paths:
        raise InputError(folder, "holds no results", "run `dvc repro`")
    for path in paths:
        # a pipe would be waited for, for ever
        if not path.is_file():
            raise InputError(path, "is no file", "remove it, and regenerate the folder with `dvc repro`")
    results = [parse(Result, path.read_bytes(), path) for path in paths]
    first: dict[object, tuple[Path, Result]] = {}
    for path, result in zip(paths, results, strict=True):
        try:
            data_source(result.run.data.model_dump())
        except InputError as error:  # which names no file
            raise InputError(f"{path}, run.data.{error.where}", error.problem, RESULT_REMEDY) from None
        # a copied or renamed file would count one cell twice
        if result.name != path.relative_to(folder).as_posix():
            raise InputError(path, f"holds the result {result.name}", "regenerate the folder with `dvc repro`")
        # the rows of a table have the same columns, and their counts add up
        other, same = first.setdefault((result.task, board_key(result.run)), (path, result))
        for field, ours, theirs in (
            ("metrics", result.metrics.keys(), same.metrics.keys()),
            ("classes", result.classes, same.classes),
        ):
            if ours != theirs:
                raise InputError(f"{path}, {field}", f"are not those of {other}", "regenerate both with `dvc repro`")
    return results


def by_board(results: Sequence[Result]) -> list[list[Result]]:
    """The results of each board; first the boards of cells that were trained here, which ``params.yaml`` describes.

    A submission that saw less than a board offers (one of two modalities) stands on that board: it was asked the same.
    Any other one is on the board of exactly its own data, split and inputs.
    """
    found: dict[BoardKey, list[Result]] = {}
    # trained cells first: they say which boards there are, and a submission looks for the one that it fits
    for result in sorted(results, key=lambda result: (result.run.origin != "trained", board_key(result.run))):
        homes = [] if result.run.origin == "trained" else [k for k in found if fits(result.run, found[k][0].run)]
        found.setdefault(homes[0] if homes else board_key(result.run), []).append(result)
    return list(found.values())


def home(results: Sequence[T], origin: Callable[[T], str]) -> T:
    """The first result of a cell trained here, whose board is the grid's: submissions may be on others.

    Args:
        origin: who answers for a result, such as ``result.run.origin``.
    """
    return next((each for each in results if origin(each) == "trained"), results[0])


def board_key(run: Run) -> BoardKey:
    """What all rows of a board share."""
    # the kind first: mixing synthetic and real data is the worst mistake
    return run.data.kind, run.data.hash, run.split, json.dumps(run.inputs, sort_keys=True)


def fits(run: Run, board: Run) -> bool:
    """Whether a run answers the questions of a board from inputs that all its rows may use."""
    return board_key(run)[:3] == board_key(board)[:3] and within(run.inputs, board.inputs)


def within(used: Mapping[str, Any], offered: Mapping[str, Any]) -> bool:
    """Whether inputs are those offered, or one of two modalities with the same hands, frames and nodes."""
    if used == offered:
        return True
    modality = used.get("modalities")
    if modality not in READS or offered.get("modalities") not in (modality, "both"):
        return False
    # hands and frames also say what is asked; patches, say, mean nothing to poses alone
    return all(used.get(name) == offered.get(name) for name in ("hands", "frames", *READS[modality]))
