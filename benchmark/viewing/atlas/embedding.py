"""Recordings as points on a plane: those that move alike, or look alike to a model, lie near each other."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepgrasp import references
from deepgrasp.errors import InputError
from deepgrasp.store.columns import column
from deepgrasp.store.store import Store

Floats = NDArray[np.float64]
Method = Literal["pca", "umap"]
_FRAMES = 12  # of a window: more tell hardly more of a movement
NEIGHBOURS = 15  # that UMAP keeps together


class Features(NamedTuple):
    """What recordings are compared by.

    Attributes:
        ids: of the N recordings.
        values: ``[N, K]``.
        told: what the values are, in words.
        parts: of each recording, whether a model was trained on it; empty where there is no model.
    """

    ids: tuple[str, ...]
    values: Floats
    told: str
    parts: tuple[str, ...] = ()


class Plane(NamedTuple):
    """Places of recordings.

    Attributes:
        places: ``[N, 2]``, -1 to 1, the same scale in both directions.
        told: how they were found, in words.
    """

    places: Floats
    told: str


def arm_features(store: Store) -> Features:
    """Where the joints of both arms are from the neck, in frames that are evenly spaced over the window, in metres."""
    # a store may hold fewer, of which none is taken twice
    frames = min(_FRAMES, min(column(store.manifest["sequences"], "frames")))
    seen = store.view(frames)
    blocks = [
        seen.read("body", rows).reshape(len(rows), -1)  # [n, T J 3]
        for rows in np.array_split(np.arange(len(store.sequences)), -(-len(store.sequences) // 256))
    ]
    ids = tuple(record["id"] for record in store.sequences)
    told = f"poses: the joints of both arms in {frames} frames of the window"
    # double: components come from products of thousands of numbers
    return Features(ids, np.concatenate(blocks).astype(float), told)


def model_features(cell: str, runs: Path, store: Store) -> Features:
    """What a trained encoder makes of each recording: its features, in the mean over frames and nodes, scaled alike.

    Args:
        cell: ``task/model/replicate``, such as ``action/best/0``.

    Raises:
        InputError: no such cell, or it was trained on other data.
    """
    # here: a page of poses needs no torch
    from deepgrasp.inputs.graph_choice import GraphChoice
    from deepgrasp.library.opening import Data
    from deepgrasp.library.trained import load_model
    from deepgrasp.network.network import EVALUATION_BATCH

    task, model, replicate = cell_parts(cell)
    trained = load_model(model, task=task, replicate=replicate, runs=runs, data=Data(store, GraphChoice()))
    names = [f"encoders.{name}" for name, _ in trained.network.encoders.named_children()]
    values: list[NDArray[np.float32]] = []
    ids: list[str] = []
    parts: list[str] = []
    for name, part in zip(("trained on", "validation", "test"), trained.fold(), strict=True):
        inputs, _ = part.all
        for start in range(0, len(part), EVALUATION_BATCH):
            batch = {kind: x[start : start + EVALUATION_BATCH] for kind, x in inputs.items()}  # [B, T, V, F]
            layers = trained.embed(batch)
            # [B, T, V, C] of each input, in the mean over time and nodes
            values.append(np.concatenate([layers[each].mean(dim=(1, 2)).numpy() for each in names], axis=1))
        ids += part.sequences
        parts += [name] * len(part)
    found = np.concatenate(values).astype(float)  # [N, K]
    spread = found.std(axis=0)
    # a feature of large numbers would else decide alone what is near; one that never varies tells nothing
    scaled = (found - found.mean(axis=0))[:, spread > 0] / spread[spread > 0]
    return Features(tuple(ids), scaled, f"what {cell} makes of it: {scaled.shape[1]} features", tuple(parts))


def cell_parts(cell: str) -> tuple[str, str, int]:
    """Task, model and replicate of the name of a cell.

    Raises:
        InputError: it is no such name, or that of a reference row, which has no network.
    """
    task, _, rest = cell.partition("/")
    model, _, replicate = rest.partition("/")
    if not (task and model and replicate.isdigit()):
        raise InputError(f"cell {cell!r}", "is no cell", "give task/model/replicate, such as action/best/0")
    if model in references.names():
        raise InputError(f"cell {cell!r}", "is a reference row, without a network", "name a trained cell")
    return task, model, int(replicate)


def plane(features: Features, method: Method = "pca") -> Plane:
    """Places on a plane by principal components, or by UMAP (McInnes et al. 2018) of them.

    Raises:
        InputError: UMAP, and it is not installed; or fewer than three recordings.
    """
    # two lie on a line whatever they are, and UMAP needs two neighbours of each
    if len(features.values) < 3:
        raise InputError("explore", f"{len(features.values)} recordings", "a map needs three at least")
    if method == "umap":
        # of 50 components: neighbours are found sooner than among thousands of features, and the rest is mostly noise
        return Plane(_within(_umap(principal_components(features.values, 50)[0])), f"UMAP of {features.told}")
    places, shares = principal_components(features.values, 2)
    return Plane(_within(places), f"PCA of {features.told}; across {shares[0]:.0%} of the variance, up {shares[1]:.0%}")


def principal_components(values: Floats, count: int) -> tuple[Floats, Sequence[float]]:
    """Scores ``[N, count]`` on the first principal components of ``[N, K]``, and their shares of the variance.

    The sign is so that the score farthest from 0 is positive: the same data give the same picture.
    """
    centred = values - values.mean(axis=0)
    # the smaller of both products: their eigenvalues other than 0 are the same
    small = centred @ centred.T if len(centred) < centred.shape[1] else centred.T @ centred
    count = min(count, *centred.shape)
    size, vectors = np.linalg.eigh(small)
    # the largest first, where eigh has the smallest; rounding may leave a 0 a little below it
    size, vectors = np.maximum(size[::-1][:count], 0), vectors[:, ::-1][:, :count]
    scores = vectors * np.sqrt(size) if len(centred) < centred.shape[1] else centred @ vectors
    # a little more than 0, whose sign would wipe out the column
    scores *= np.sign(scores[np.abs(scores).argmax(axis=0), np.arange(count)] + 1e-300)
    total = float((centred**2).sum()) or 1.0  # all are equal: nothing to share
    return scores, [float(each) / total for each in size]


def _umap(values: Floats) -> Floats:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own, about threads: with a seed it uses one
            from umap import UMAP

            # a seed: the same recordings give the same page
            found = UMAP(n_neighbors=min(NEIGHBOURS, len(values) - 1), random_state=0).fit_transform(values)
    except ImportError:
        remedy = "`pip install umap-learn` (extra `umap`), or leave out --method: PCA needs nothing"
        raise InputError("package umap-learn", "is not installed", remedy) from None
    return np.asarray(found, float)


def _within(places: Floats) -> Floats:
    low, high = places.min(axis=0), places.max(axis=0)
    # by the longer side: a centimetre across is one upwards, too
    return np.asarray((places - (low + high) / 2) * 2 / (float((high - low).max()) or 1.0))
