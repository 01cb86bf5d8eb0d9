"""Checks a release's folder: every byte by its hash, cells against results, the board against the results."""

from collections.abc import Iterator
from pathlib import Path

from benchmark.board import leaderboard
from benchmark.board.results import by_board, load_results
from benchmark.board.rows import BoardTable
from benchmark.paths import GRAPHS, LEADERBOARD, RESULTS
from benchmark.pipeline import predictions
from benchmark.pipeline.schema import Result, cell_name
from benchmark.release import index
from benchmark.release.gather import by_cell
from benchmark.release.index import ReleasedCell, ReleaseRecord
from deepgrasp.errors import InputError
from deepgrasp.library import checksums
from deepgrasp.network.checkpoint import check_weights
from deepgrasp.store.store import open_store

SUFFIXES = {".safetensors", ".json", ".md", ".html", ".png", ".yaml", ".cff", ""}
"""Endings of a release's files; "" is the licence and the list of hashes. To read them runs no code."""


ScoresByReplicate = dict[tuple[str, str, str, str], list[float]]  # task, model, training, metric -> values by replicate


def release_problems(folder: Path) -> list[str]:
    """What is wrong with a release, a line each; empty if it is whole and its parts fit together.

    Raises:
        InputError: the folder is no release, or its index or its list of hashes was damaged.
    """
    release = index.read_release(folder)
    found = list(checksums.problems(folder))
    found += [f"{path.as_posix()}: no file of a release ends so" for path in checksums.files(folder) if _odd(path)]
    # what was damaged would be told again, in other words
    return found or list(_unlike(folder, release))


def _odd(path: Path) -> bool:
    return path.suffix not in SUFFIXES


def _unlike(folder: Path, release: ReleaseRecord) -> Iterator[str]:
    said = checksums.read_hashes(folder)
    try:
        results = load_results(folder / RESULTS)
        shown = leaderboard.load_boards(folder / LEADERBOARD)
    except InputError as error:
        yield str(error)
        return
    trained = {(same[0].run.trained_on, same[0].run.model, same[0].run.replicate): same for same in by_cell(results)}
    known = {(cell.trained_on, cell.model, cell.replicate) for cell in release.cells}
    # sorted: a set has another order in each run
    yield from (
        f"{index.RELEASE_FILE} lacks the cell {'/'.join(map(str, key))}" for key in sorted(trained.keys() - known)
    )
    for cell in release.cells:
        same = trained.get((cell.trained_on, cell.model, cell.replicate), [])
        yield from _unlike_cell(folder, release, cell, same, said)
    yield from _unlike_board(shown, results, release)
    yield from _unlike_store(folder, said)


def _unlike_store(folder: Path, said: dict[str, str]) -> Iterator[str]:
    """Shards that are not those of the manifest: their bytes were held against the list of hashes alone."""
    if not (folder / GRAPHS.name).exists():  # of licensed data
        return
    try:
        shards = open_store(folder / GRAPHS.name).manifest["shards"]
    except InputError as error:
        yield str(error)
        return
    for name, entry in shards.items():
        file = f"{GRAPHS.name}/{name}.safetensors"
        if said.get(file) != entry["sha256"]:
            yield f"{file}: the store's manifest and {checksums.CHECKSUMS_FILE} differ"


def _unlike_cell(
    folder: Path, release: ReleaseRecord, cell: ReleasedCell, results: list[Result], said: dict[str, str]
) -> Iterator[str]:
    for file in (cell.checkpoint, cell.predictions):
        # bytes were held against one list alone, and whoever can change a file can make that list anew
        if file is not None and said.get(file.path) != file.sha256:
            yield f"{file.path}: {index.RELEASE_FILE} and {checksums.CHECKSUMS_FILE} differ"
            return
    # before anything is compared: without results there is no run that the predictions could be of
    if [result.task for result in results] != cell.tasks:
        yield f"{cell.predictions.path}: no results of {', '.join(cell.tasks)}"
        return
    try:
        run = predictions.load_predictions(folder / cell.predictions.path).run
        if cell.checkpoint is not None:
            named = cell_name(cell.trained_on, cell.model, cell.replicate)
            check_weights(folder / cell.checkpoint.path, named, Path(cell.checkpoint.path))
    except InputError as error:
        yield str(error)
        return
    if any(result.run != run for result in results):
        yield f"{cell.predictions.path}: its record is not that of its results"
    if (run.data, run.split, run.inputs) != (release.data, release.split, release.inputs):
        differs = "was made from other data, another split or other inputs"
        yield f"{cell.predictions.path}: {differs} than {index.RELEASE_FILE} says"


def _unlike_board(shown: list[BoardTable], results: list[Result], release: ReleaseRecord) -> Iterator[str]:
    """A later version may draw intervals otherwise, so values of replicates are compared, which any version takes."""
    if shown[0].get("release") != release.version:
        yield f"{LEADERBOARD}: is of version {shown[0].get('release')}, {index.RELEASE_FILE} says {release.version}"
    groups = by_board(results)
    if len(groups) != len(shown):
        yield f"{LEADERBOARD}: has {len(shown)} boards, the results make {len(groups)}"
        return
    # both in the order of `by_board`
    for table, group in zip(shown, groups, strict=True):
        here: ScoresByReplicate = _values(group)
        there: ScoresByReplicate = {}
        for task, rows in table["tasks"].items():
            for row in rows:
                name = task, row["model"], row["training"]
                there |= {(*name, key): each["values"] for key, each in row["metrics"].items()}
        for task, model, _, key in sorted(name for name in here | there if here.get(name) != there.get(name)):
            yield f"{LEADERBOARD}: {task}, {model}, {key} is not what the results hold"


def _values(results: list[Result]) -> ScoresByReplicate:
    found: ScoresByReplicate = {}
    # as a row of the board lists its replicates
    for result in sorted(results, key=lambda result: result.run.replicate):
        for key, value in result.metrics.items():
            found.setdefault((result.task, result.run.model, result.run.training, key), []).append(value)
    return found
