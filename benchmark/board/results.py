"""Results read from disk and checked: those of one board must have one data set, split and choice of inputs."""

from pathlib import Path
from typing import Any

from benchmark.pipeline.schema import Result, parse
from deepgrasp.errors import InputError


def load_results(folder: Path) -> list[Result]:
    """All results below ``folder``; they must have one data set, split and choice of inputs.

    Raises:
        InputError: none there, one malformed, or results that must not share a board.
    """
    paths = sorted(folder.rglob("*.json"))
    if not paths:
        raise InputError(folder, "holds no results", "run `dvc repro`")
    results = [parse(Result, path.read_bytes(), path) for path in paths]
    first = _board_key(results[0])
    for path, result in zip(paths, results, strict=True):
        # a copied or renamed file would count one cell twice
        if result.name != path.relative_to(folder).as_posix():
            raise InputError(path, f"holds the result {result.name}", "regenerate the folder with `dvc repro`")
        differing = [key for key, value in _board_key(result).items() if value != first[key]]
        if differing:
            raise InputError(path, f"has another {differing[0]} than {paths[0]}", "boards never mix: score them apart")
    return results


def _board_key(result: Result) -> dict[str, Any]:
    run = result.run
    # the kind first: mixing synthetic and real data is the worst mistake, so it is the one to name
    return {
        "kind of data": run.data.kind,
        "data": run.data.hash,
        "split": run.split,
        "choice of inputs": run.inputs,
    }
