"""Writes a graph store shard by shard: one shard in memory at a time, complete or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from deepgrasp.errors import InputError
from deepgrasp.files import replaced
from deepgrasp.store import columns
from deepgrasp.store.arrays import Arrays, save_arrays
from deepgrasp.store.folds import SequenceRecord
from deepgrasp.store.manifest import COLUMNS_SCHEMA, STORE_SCHEMA, content_hash, manifest_text
from deepgrasp.store.splits import make_folds
from deepgrasp.store.store import MANIFEST, MESHES


@dataclass(frozen=True)
class Shard:
    """Sequences of one subject, in the store's order: all of them, or as many as one file holds.

    Attributes:
        sequences: records with ``id``, ``subject``, ``object``, ``action``, ``n_frames`` (of the recording), ``frames``
            (of its window, as stored).
        skipped: records ``id``, ``problem`` of files that could not be read.
        arrays: first axis = sequences.
        framewise: first axis = the frames of one sequence after the other's.
    """

    name: str
    sequences: Sequence[SequenceRecord]
    skipped: Sequence[SequenceRecord]
    arrays: Arrays
    framewise: Arrays


def write_store(path: Path, shards: Iterable[Shard], *, meshes: Arrays, header: Mapping[str, Any]) -> Path:
    """Write a store complete or not at all, and return its path: it is built beside its place and then renamed.

    Args:
        shards: consumed one by one, so that memory holds the graphs of one.
        header: what the manifest says besides sequences, shards and folds.

    Raises:
        InputError: too few sequences for any split.
    """
    with replaced(path) as scratch:
        fill_store(scratch, shards, meshes=meshes, header=header)
    return path


def fill_store(folder: Path, shards: Iterable[Shard], *, meshes: Arrays, header: Mapping[str, Any]) -> None:
    """Write a store's files into a folder that the caller makes appear when it is complete.

    Raises:
        InputError: as :func:`write_store`.
    """
    manifest = _write_files(folder, shards, meshes) | dict(header)
    manifest["schema"] = STORE_SCHEMA
    try:
        manifest["folds"], manifest["impossible"] = make_folds(manifest["sequences"])
    except InputError as error:
        # skipped recordings are the likely reason why a fold lacks people: the message names the first
        if not (skipped := manifest["skipped"]):
            raise
        problem = f"{error.problem}; {len(skipped)} sequences were skipped, the first, {skipped[0]['id']}:"
        raise InputError(error.where, f"{problem} {skipped[0]['problem']}", "mend these, or skip fewer") from None
    if len(manifest["sequences"]) >= columns.FROM:
        manifest = columns.to_columns(manifest) | {"schema": COLUMNS_SCHEMA}
    # last: it covers all that stands above
    manifest["hash"] = content_hash(manifest)
    (folder / MANIFEST).write_text(manifest_text(manifest), encoding="utf-8")


def _write_files(folder: Path, shards: Iterable[Shard], meshes: Arrays) -> dict[str, Any]:
    manifest: dict[str, Any] = {"sequences": [], "skipped": [], "shards": {}, "framewise": []}
    for shard in shards:
        manifest["skipped"] += shard.skipped
        if shard.sequences:  # none if all were skipped
            # the same names in every shard: which arrays have an axis of frames
            manifest["framewise"] = sorted(shard.framewise)
            _check_finite(shard)
            # a file a subject: GRAB as a file a sequence would be 1335 small ones, which DVC hashes and copies slowly
            entry = save_arrays(folder / f"{shard.name}.safetensors", {**shard.arrays, **shard.framewise})
            entry |= {"rows": len(shard.sequences), "frames": sum(record["frames"] for record in shard.sequences)}
            manifest["shards"][shard.name] = entry
            # where a reader finds the sequence; every other list goes by the order of `sequences`
            places = ({"shard": shard.name, "row": row} for row in range(len(shard.sequences)))
            manifest["sequences"] += [
                dict(record) | place for record, place in zip(shard.sequences, places, strict=True)
            ]
    manifest["shards"][MESHES] = save_arrays(folder / f"{MESHES}.safetensors", meshes)
    return manifest


def _check_finite(shard: Shard) -> None:
    """Infinity in one frame makes every mean of a training NaN. Ranges keep it out; this is the last door."""
    for name, array in (*shard.arrays.items(), *shard.framewise.items()):
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            where = f"{shard.name}, {name}"
            raise InputError(where, "is not finite everywhere", "look at the recordings of this subject")
