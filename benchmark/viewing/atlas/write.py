"""Writes the page of all recordings of a graph store."""

from pathlib import Path

from benchmark.progress import Advance
from benchmark.viewing.allowed_place import check_page_place
from benchmark.viewing.atlas.atlas import atlas
from benchmark.viewing.atlas.embedding import Method, arm_features, model_features, plane
from benchmark.viewing.atlas.thumbnails import thumbnails
from deepgrasp.data_source import data_source
from deepgrasp.files import write_text
from deepgrasp.store.store import Store
from deepgrasp.view.recorded_scene import Recordings


def explore(
    store: Store,
    recordings: Recordings | None,
    out: Path,
    *,
    runs: Path,
    cell: str | None = None,
    method: Method = "pca",
    progress: Advance | None = None,
) -> int:
    """Write the page; returns how many recordings are on it.

    Args:
        recordings: to paint stills of; None: without stills.
        runs: the folder of runs.
        cell: whose features decide what is near; default: the poses themselves.

    Raises:
        InputError: no such cell, a page of licensed data outside of ``data/``, UMAP that is not installed, or a
            recording that cannot be read.
    """
    check_page_place(out, data_source(store.manifest))  # before the work
    features = arm_features(store) if cell is None else model_features(cell, runs, store)
    found = plane(features, method)
    stills = {}
    if recordings is not None:
        stills = dict(zip(features.ids, thumbnails(recordings, features.ids, progress), strict=True))
    # as the features have them: a model's recordings come part by part, not in the store's order
    rows = [int(row) for row in store.rows(features.ids)]
    write_text(out, atlas(store, features, found, stills, out, rows))
    return len(rows)
