"""The graph store: a safetensors shard per subject, one of meshes, a manifest; written atomically, memory-mapped."""

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.errors import InputError
from deepgrasp.files import replaced
from deepgrasp.splits import Fold, check_disjoint, make_folds

SCHEMA = 2
MANIFEST = "manifest.json"
MESHES = "meshes"
REMEDY = "prepare the graph store again"
_TYPES = {"F32": "<f4", "I64": "<i8", "U8": "u1", "BOOL": "?"}

Arrays = Mapping[str, NDArray[Any]]
Record = dict[str, Any]


@dataclass(frozen=True)
class Shard:
    """The sequences of one subject, in the store's order.

    Attributes:
        sequences: records with ``id``, ``subject``, ``object``, ``action``, ``first``, ``last``, ``n_frames``.
        skipped: records ``id``, ``problem`` of files that could not be read.
        arrays: first axis = sequences.
    """

    name: str
    sequences: Sequence[Record]
    skipped: Sequence[Record]
    arrays: Arrays


@dataclass(frozen=True)
class Store:
    """An open graph store. Rows are numbered through all shards, in the order of ``sequences``."""

    path: Path
    manifest: Mapping[str, Any]

    @property
    def sequences(self) -> list[Record]:
        return list(self.manifest["sequences"])

    @property
    def frames(self) -> int:
        return int(self.manifest["prepare"]["frames"])

    @property
    def hash(self) -> str:
        """SHA-256 of the content: the same on every machine and at every path."""
        return str(self.manifest["hash"])

    @property
    def kind(self) -> str:
        """``grab`` or ``synthetic``: results of the two never share a board."""
        return str(self.manifest["kind"])

    @cached_property
    def meshes(self) -> dict[str, NDArray[Any]]:
        return {name: np.array(array) for name, array in _map(self.path / f"{MESHES}.safetensors").items()}

    def rows(self, ids: Iterable[str]) -> NDArray[np.int64]:
        """Row of each named sequence."""
        try:
            return np.array([self._row[name] for name in ids], dtype=np.int64)
        except KeyError as error:
            raise InputError(
                self.path, f"no sequence {error.args[0]!r}", "see the manifest for its sequences"
            ) from None

    def fold(self, split: str, k: int) -> Fold:
        """Ids of the sequences of fold ``k`` of a split, by part: train, validation, test.

        A literal split (by object) has one fold, which every replicate uses.

        Raises:
            InputError: the split is unknown, has fewer folds, or is impossible with these sequences.
        """
        if reason := self.manifest["impossible"].get(split):
            raise InputError(self.path, f"no split by {split} ({reason})", "add sequences, or choose another split")
        folds = self.manifest["folds"].get(split, [])
        if len(folds) == 1:
            k = min(k, 0)
        if not 0 <= k < len(folds):
            known = ", ".join(sorted(self.manifest["folds"]))
            raise InputError(self.path, f"no fold {k} of a split by {split}", f"it has splits by {known}")
        return Fold(folds[k])

    def read(self, name: str, rows: ArrayLike | None = None) -> NDArray[Any]:
        """The rows (default: all) of an array, in the order asked for. Only these rows are read from the disk."""
        wanted = np.arange(len(self._row)) if rows is None else np.atleast_1d(np.asarray(rows, dtype=np.int64))
        wanted = wanted + len(self._row) * (wanted < 0)
        shards = np.searchsorted(self._starts, wanted, side="right") - 1
        first = self._shard(self._names[0])[name]
        found = np.empty((len(wanted), *first.shape[1:]), dtype=first.dtype)
        for k in np.unique(shards):
            mine = shards == k
            found[mine] = self._shard(self._names[k])[name][wanted[mine] - self._starts[k]]
        return found

    @cached_property
    def _row(self) -> dict[str, int]:
        return {record["id"]: row for row, record in enumerate(self.manifest["sequences"])}

    @cached_property
    def _names(self) -> list[str]:
        return list(dict.fromkeys(record["shard"] for record in self.manifest["sequences"]))

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        counts = [self.manifest["shards"][name]["rows"] for name in self._names]
        return np.cumsum([0, *counts[:-1]])

    @cached_property
    def _mapped(self) -> dict[str, Arrays]:
        return {}

    def _shard(self, name: str) -> Arrays:
        if name not in self._mapped:
            self._mapped[name] = _map(self.path / f"{name}.safetensors")
        return self._mapped[name]


def open_store(path: Path) -> Store:
    """Open a store and check schema, hash, sizes of the shards, and that the parts of every fold are disjoint.

    Raises:
        InputError: there is no store, it is not whole, or it was changed after it was written.
    """
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(path, "no graph store here", "prepare one first") from None
    except ValueError as error:
        raise InputError(path / MANIFEST, f"not readable ({error})", REMEDY) from None
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise InputError(path / MANIFEST, f"not a manifest of schema {SCHEMA}", REMEDY)
    if manifest.get("hash") != _content_hash(manifest):
        raise InputError(path / MANIFEST, "changed after it was written", REMEDY)
    for name, entry in manifest["shards"].items():
        _check_shard(path / f"{name}.safetensors", entry)
    for split, folds in manifest["folds"].items():
        check_disjoint(manifest["sequences"], folds, split)
    return Store(path, manifest)


def write_store(path: Path, shards: Iterable[Shard], *, meshes: Arrays, header: Mapping[str, Any]) -> Path:
    """Write a store as a whole or not at all: it is built beside its path and renamed when complete.

    Args:
        shards: consumed one by one, so that memory holds one subject's graphs.
        header: what the manifest says besides sequences, shards and folds.

    Raises:
        InputError: too few sequences for any split.
    """
    with replaced(path) as scratch:
        manifest = _write_files(scratch, shards, meshes) | dict(header)
        manifest["schema"] = SCHEMA
        manifest["folds"], manifest["impossible"] = make_folds(manifest["sequences"])
        manifest["hash"] = _content_hash(manifest)
        (scratch / MANIFEST).write_text(_json(manifest), encoding="utf-8")
    return path


def _write_files(folder: Path, shards: Iterable[Shard], meshes: Arrays) -> dict[str, Any]:
    manifest: dict[str, Any] = {"sequences": [], "skipped": [], "shards": {}}
    for shard in shards:
        manifest["skipped"] += shard.skipped
        if shard.sequences:
            manifest["shards"][shard.name] = _save(folder / f"{shard.name}.safetensors", shard.arrays)
            manifest["shards"][shard.name]["rows"] = len(shard.sequences)
            places = ({"shard": shard.name, "row": row} for row in range(len(shard.sequences)))
            manifest["sequences"] += [
                dict(record) | place for record, place in zip(shard.sequences, places, strict=True)
            ]
    manifest["shards"][MESHES] = _save(folder / f"{MESHES}.safetensors", meshes)
    return manifest


def _save(path: Path, arrays: Arrays) -> dict[str, Any]:
    from safetensors.numpy import save

    data = save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
    path.write_bytes(data)
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _content_hash(manifest: Mapping[str, Any]) -> str:
    content = {key: value for key, value in manifest.items() if key != "hash"}
    return hashlib.sha256(_json(content).encode()).hexdigest()


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, sort_keys=True, allow_nan=False) + "\n"


def _check_shard(path: Path, entry: Mapping[str, Any]) -> None:
    if not path.is_file() or path.stat().st_size != entry["bytes"]:
        size = path.stat().st_size if path.is_file() else 0
        raise InputError(path, f"{size} bytes, the manifest says {entry['bytes']}", REMEDY)
    lengths = {len(array) for array in _map(path).values()} if "rows" in entry else set()
    if lengths - {entry.get("rows")}:
        raise InputError(path, f"{max(lengths)} rows, the manifest says {entry['rows']}", REMEDY)


def _map(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays of a safetensors file as views of one memory map: only what is used is read."""
    try:
        data = np.memmap(path, dtype=np.uint8, mode="r")
        (size,) = struct.unpack("<Q", data[:8].tobytes())
        header = json.loads(data[8 : 8 + size].tobytes())
        body = data[8 + size :]
        return {
            name: body[slice(*entry["data_offsets"])].view(_TYPES[entry["dtype"]]).reshape(entry["shape"])
            for name, entry in header.items()
            if name != "__metadata__"
        }
    except (OSError, ValueError, struct.error, KeyError) as error:
        raise InputError(path, f"not a readable shard ({type(error).__name__}: {error})", REMEDY) from None
