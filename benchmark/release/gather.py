"""Gathers a release: checkpoints and predictions of the grid, results, board, data and cards, in one new folder."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from benchmark.board import leaderboard
from benchmark.board.results import by_board, home, load_results
from benchmark.board.rows import board
from benchmark.outputs import check_parents
from benchmark.paths import GRAPHS, LEADERBOARD, RESULTS, RUNS, SUBMISSIONS
from benchmark.pipeline import predictions
from benchmark.pipeline.provenance import provenance
from benchmark.pipeline.schema import Result, Run, to_json
from benchmark.release import card, croissant, index
from benchmark.release.index import Released, ReleasedCell, ReleaseRecord
from deepgrasp.errors import InputError
from deepgrasp.files import replaced
from deepgrasp.library import checksums
from deepgrasp.network.checkpoint import CHECKPOINT, check_weights
from deepgrasp.store.store import MANIFEST, Store, open_store
from deepgrasp.version import VERSION

PICTURED = "docs/pictures/gallery"
_PLAIN = ("LICENSE", "CITATION.cff", "params.yaml")
_LICENCE = "Apache-2.0"
REPRO = "run `dvc repro`, then this again"


def gather_release(out: Path, root: Path, *, licensed: bool) -> ReleaseRecord:
    """Write a release into the folder ``out``, which is new, empty or an earlier release.

    Args:
        root: the root of the repository, after `make repro`.
        licensed: whether what was made from licensed data is gathered, too, without the data.

    Raises:
        InputError: something is missing, or does not fit the rest; ``out`` is then as it was.
    """
    check_release_place(out)  # first of all: what is in the way is told before the long work
    results = load_results(root / RESULTS)
    # of a cell that was trained here: a submission may be on a board of other data
    run = home(results, lambda result: result.run.origin).run
    synthetic = run.data.kind == "synthetic"
    if not (synthetic or licensed):
        problem = "were made from licensed data, and so would be all that is gathered"
        raise InputError(root / RESULTS, problem, "add --licensed if the licence allows what you want to do with it")
    # the board that is here, not one made now: what is released is what people have seen
    if leaderboard.load_boards(root / LEADERBOARD) != [board(group) for group in by_board(results)]:
        raise InputError(root / LEADERBOARD, "is not the board that the results and this code give", REPRO)
    store = open_store(root / GRAPHS)
    if store.hash != run.data.hash:
        raise InputError(root / GRAPHS, "holds other data than the results were made from", REPRO)
    with replaced(out) as scratch:
        for name in _PLAIN:
            _copy(root / name, scratch / name)
        for folder, ending in ((RESULTS, "*.json"), (LEADERBOARD, "*")):
            _copy_all(root / folder, ending, scratch / folder.name)
        # the board's page leads there; it is the stand-in's, whatever the board is of
        _copy_all(root / PICTURED, "recordings.html", scratch / PICTURED)
        cells = [_cell(same, root / RUNS, scratch) for same in by_cell(results)]
        if any(result.run.origin != "trained" for result in results):
            # predictions and what is said of them; whose code it is, and whether it may be passed on, we do not know
            for ending in ("*/*.safetensors", "*/*.json"):
                _copy_all(root / SUBMISSIONS, ending, scratch / SUBMISSIONS.name)
        if synthetic:
            # what the manifest names: extras are as large as somebody wanted them, and no model reads them
            for name in (MANIFEST, *(f"{shard}.safetensors" for shard in store.manifest["shards"])):
                _copy(root / GRAPHS / name, scratch / GRAPHS.name / name)
            (scratch / croissant.CROISSANT_FILE).write_text(croissant.card(store, f"{GRAPHS.name}/"), encoding="utf-8")
        release = _described(run, cells)
        _write_texts(scratch, root, release, store)
        checksums.write_hashes(scratch)  # last: over all that is there, the index too
    return release


def check_release_place(out: Path) -> None:
    """Refuse a folder that holds anything but an earlier release: it would be replaced.

    Raises:
        InputError: it does, or it is no folder, or cannot be one.
    """
    check_parents(out)
    # both files: a folder with one of these names alone may be somebody's own
    if not out.exists() or all((out / name).is_file() for name in (index.RELEASE_FILE, checksums.CHECKSUMS_FILE)):
        return
    if not out.is_dir():
        raise InputError(out, "is no folder", "name a new folder, or an earlier release")
    if any(out.iterdir()):
        raise InputError(out, "holds something else than a release", "name a new folder, or an earlier release")


def by_cell(results: Sequence[Result]) -> list[list[Result]]:
    """Results of the same training together, of those that were trained here; in the order of the files."""
    found: dict[tuple[str, str, int], list[Result]] = {}
    for result in results:
        if (run := result.run).origin == "trained":
            found.setdefault((run.trained_on, run.model, run.replicate), []).append(result)
    return [found[key] for key in sorted(found)]


def _cell(results: Sequence[Result], runs: Path, scratch: Path) -> ReleasedCell:
    """Copy a cell's files, check the copies, and describe them."""
    run = results[0].run
    where = run.cell
    out = scratch / RUNS / where
    _copy(runs / where / predictions.PREDICTIONS_FILE, out / predictions.PREDICTIONS_FILE)
    # the copy is read: what was written in between is not what was checked
    if any(result.run != predictions.load_predictions(out / predictions.PREDICTIONS_FILE).run for result in results):
        raise InputError(runs / where, "its predictions are not those that were scored", REPRO)
    checkpoint = None
    if not run.is_reference:  # a reference row has no weights
        _copy(runs / where / CHECKPOINT, out / CHECKPOINT)
        check_weights(out / CHECKPOINT, where, runs / where / CHECKPOINT)
        checkpoint = Released.of(scratch, out / CHECKPOINT)
    return ReleasedCell(
        trained_on=run.trained_on,
        model=run.model,
        replicate=run.replicate,
        tasks=[result.task for result in results],
        checkpoint=checkpoint,
        predictions=Released.of(scratch, out / predictions.PREDICTIONS_FILE),
    )


def _described(run: Run, cells: list[ReleasedCell]) -> ReleaseRecord:
    # of this call: at which commit a cell was trained its own record says
    found = provenance()
    terms = {"data": run.data, "split": run.split, "inputs": run.inputs, "cells": cells}
    about = {"version": VERSION, "commit": found["commit"], "dirty": found["dirty"], "licence": _LICENCE}
    return ReleaseRecord.model_validate(about | terms)


def _write_texts(scratch: Path, root: Path, release: ReleaseRecord, store: Store) -> None:
    (scratch / index.RELEASE_FILE).write_text(to_json(release.model_dump()), encoding="utf-8")
    (scratch / "DATA_CARD.md").write_text(card.data_card(root / card.DATA_CARD, store), encoding="utf-8")
    (scratch / "README.md").write_text(card.readme(release), encoding="utf-8")


def _copy_all(folder: Path, pattern: str, out: Path) -> None:
    for path in sorted(folder.rglob(pattern)):
        # DVC and editors leave hidden files
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            _copy(path, out / path.relative_to(folder))


def _copy(path: Path, out: Path) -> None:
    """Copy a file's bytes, a link's target too; permissions are those of a new file."""
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(path, out)
    except FileNotFoundError:
        raise InputError(path, "is missing", REPRO) from None
