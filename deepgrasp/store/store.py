"""Opens and reads a graph store: a safetensors shard a subject, one of meshes, a manifest; memory-mapped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.errors import InputError, check_machine, in_a_line
from deepgrasp.files import check_is_file, parse_json
from deepgrasp.store.arrays import STORE_REMEDY, Arrays, check_hash, check_shard, check_size, map_arrays, release
from deepgrasp.store.columns import Records, check_digits, column, parts_of
from deepgrasp.store.folds import FOLD_PARTS, FoldIds, SequenceRecord, balanced_subset, check_disjoint
from deepgrasp.store.layout import EvenRows
from deepgrasp.store.manifest import COLUMNS_SCHEMA, STORE_SCHEMA, content_hash, problem_of

MANIFEST = "manifest.json"
MESHES, EXTRAS = "meshes", "extras"
RELEASE_AFTER = 2**25  # bytes; the system maps up to twenty times as much around what is read


@dataclass(frozen=True)
class Store:
    """An open graph store. Rows are numbered through all shards, in the order of ``sequences``.

    Attributes:
        chosen: how many frames of each window are read; None = all, if all windows have as many. See :meth:`view`.
    """

    path: Path
    manifest: Mapping[str, Any]
    chosen: int | None = None

    @property
    def sequences(self) -> list[SequenceRecord]:
        """Records with ``id``, ``subject``, ``object``, ``action`` and numbers of frames, by row."""
        return list(self.manifest["sequences"])

    def view(self, frames: int | None) -> "Store":
        """The store, of which ``frames`` evenly spaced frames a window are read; None = all that are stored.

        What is read of whole windows is what preparing with as many frames would have stored.

        Raises:
            InputError: a stored window has fewer.
        """
        # the shortest decides: spacing would take a frame twice rather than fail
        stored = column(self.manifest["sequences"], "frames")
        if frames is not None and frames > (shortest := min(stored)):
            problem = f"{frames} frames, the store has {shortest} of {self._ids[stored.index(shortest)]}"
            raise InputError("inputs.frames", problem, "choose fewer, or prepare with more")
        return replace(self, chosen=frames)

    @cached_property
    def frames(self) -> int:
        """Number of frames of every window that is read.

        Raises:
            InputError: whole windows are stored, which differ in length, and no number was chosen.
        """
        if self.chosen is not None:
            return self.chosen
        # frames are not cut to the shortest in silence: how many a network sees is a choice, and part of a result
        if len(counts := set(column(self.manifest["sequences"], "frames"))) > 1:
            problem = f"null, but the store holds whole windows of {min(counts)} to {max(counts)} frames"
            raise InputError("inputs.frames", problem, "say how many frames a network sees")
        return int(counts.pop())

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
        """Points, diameters and symmetries of the objects, and faces of the hands, by name; lengths in metres."""
        # in memory: some 0.2 MB for 51 objects, which every score of a pose reads
        return {name: np.array(array) for name, array in self._shard(MESHES).items()}

    def rows(self, ids: Iterable[str]) -> NDArray[np.int64]:
        """Rows ``[N]`` of the named sequences.

        Raises:
            InputError: the store has no such sequence.
        """
        try:
            return np.array([self._row[name] for name in ids], dtype=np.int64)
        except KeyError as error:
            raise InputError(
                self.path, f"no sequence {error.args[0]!r}", "see the manifest for its sequences"
            ) from None

    def fold(self, split: str, k: int, recordings: int | None = None) -> FoldIds:
        """Ids of the sequences of fold ``k`` of a split, by part: train, validation, test.

        A literal split (by object) has one fold, which every replicate uses.

        Args:
            recordings: train on so many only, see :func:`deepgrasp.store.folds.balanced_subset`.

        Raises:
            InputError: the split is unknown, has fewer folds, or is impossible with these sequences.
        """
        if recordings is not None:
            whole = self.fold(split, k)
            people = [self.manifest["sequences"][row]["subject"] for row in self.rows(whole["train"])]
            return whole | {"train": balanced_subset(whole["train"], people, recordings, k)}
        # told with the reason that preparing has noted, not as an unknown split
        if reason := self.manifest["impossible"].get(split):
            raise InputError(self.path, f"no split by {split} ({reason})", "add sequences, or choose another split")
        folds = self.manifest["folds"].get(split, [])
        if len(folds) == 1:
            # a negative number stays one, and is refused below
            k = min(k, 0)
        if not 0 <= k < len(folds):
            known = ", ".join(f"{name} ({len(each)})" for name, each in sorted(self.manifest["folds"].items()))
            raise InputError(self.path, f"no fold {k} of a split by {split}", f"it has, with so many folds, {known}")
        if isinstance(folds[k], str):  # of a large store, see deepgrasp.store.columns
            part_of = parts_of(folds[k])
            return {part: [self._ids[row] for row in np.flatnonzero(part_of == n)] for n, part in enumerate(FOLD_PARTS)}
        return FoldIds(folds[k])

    def read(self, name: str, rows: ArrayLike | None = None) -> NDArray[Any]:
        """Rows (default: all) of a stored array, in the order asked for; only these are read from the disk.

        Returns:
            ``[N, ...]``, or ``[N, frames, ...]`` of an array that has a value a frame.
        """
        wanted = np.arange(len(self._row)) if rows is None else np.atleast_1d(np.asarray(rows, dtype=np.int64))
        # negative rows count from the end, as in numpy
        wanted = wanted + len(self._row) * (wanted < 0)
        # [N]: the last shard that does not begin after the row
        shards = np.searchsorted(self._starts, wanted, side="right") - 1
        first = self._shard(self._names[0])[name]
        frames = (self.frames,) if name in self.manifest["framewise"] else ()
        # [N, ...], or [N, frames, ...] of an array with a value a frame
        found = np.empty((len(wanted), *frames, *first.shape[1:]), dtype=first.dtype)
        # shard by shard, each once, and in place: rows of a shuffled batch come back in the order of the batch
        order = np.argsort(shards, kind="stable")
        for mine in np.split(order, np.flatnonzero(np.diff(shards[order])) + 1) if len(order) else ():
            k = shards[mine[0]]
            found[mine] = self._rows_of(self._names[k], name)[wanted[mine] - self._starts[k]]
        self._count(found.nbytes)
        return found

    def _count(self, read: int) -> None:
        """Give the maps' pages back once so many bytes were read: the system counts them as this process's memory."""
        self._read[0] += read
        if self._read[0] > RELEASE_AFTER:
            self._read[0] = 0
            for arrays in self._mapped.values():
                release(arrays)

    @cached_property
    def _read(self) -> list[int]:
        return [0]

    def whole(self, name: str, row: int) -> NDArray[Any]:
        """All stored frames ``[frames, ...]`` of one sequence, whatever the view."""
        record = self.manifest["sequences"][row]
        first = self._first_frames[record["shard"]][record["row"]]
        return np.array(self._shard(record["shard"])[name][first : first + record["frames"]])

    def extras(self, name: str) -> Arrays:
        """Extra arrays of a sequence by name, memory-mapped; see ``deepgrasp.prepare.extras``.

        Raises:
            InputError: nothing was, or its file is not what was written.
        """
        (row,) = self.rows([name])
        entry = self.manifest["sequences"][row].get(EXTRAS)
        if entry is None:
            raise InputError(self.path, f"no extras of {name!r}", "name them in prepare.extras and prepare again")
        path = self.path / EXTRAS / f"{name}.safetensors"
        check_size(path, entry)
        return map_arrays(path)

    def _rows_of(self, shard: str, name: str) -> EvenRows | NDArray[Any]:
        """An array of a shard to be indexed by rows: gives ``[n, ...]`` or ``[n, frames, ...]``."""
        if (shard, name) not in self._by_row:
            array, first = self._shard(shard)[name], self._first_frames[shard]
            if name in self.manifest["framewise"]:
                whole = (np.diff(first) == self.frames).all()  # the usual case is a block copy a row
                shape = (len(first) - 1, self.frames, *array.shape[1:])
                self._by_row[shard, name] = array.reshape(shape) if whole else EvenRows(array, first, self.frames)
            else:
                self._by_row[shard, name] = array
        return self._by_row[shard, name]

    @cached_property
    def _by_row(self) -> dict[tuple[str, str], EvenRows | NDArray[Any]]:
        # a cache in a frozen dataclass: cached_property writes past its __setattr__, and `view` starts a new one
        return {}

    @cached_property
    def _first_frames(self) -> dict[str, NDArray[np.int64]]:
        """First frame of each row among all frames of its shard, and the end of the last row."""
        counts: dict[str, list[int]] = {name: [0] for name in self._names}
        for name, frames in zip(self._homes, column(self.manifest["sequences"], "frames"), strict=True):
            counts[name].append(frames)
        # [rows + 1] each
        return {name: np.cumsum(found) for name, found in counts.items()}

    @cached_property
    def _row(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self._ids)}

    @cached_property
    def _ids(self) -> list[str]:
        return column(self.manifest["sequences"], "id")

    @cached_property
    def _homes(self) -> list[str]:
        return column(self.manifest["sequences"], "shard")

    @cached_property
    def _names(self) -> list[str]:
        return list(dict.fromkeys(self._homes))

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        counts = [self.manifest["shards"][name]["rows"] for name in self._names]
        return np.cumsum([0, *counts[:-1]])

    @cached_property
    def _mapped(self) -> dict[str, Arrays]:
        return {}

    def _shard(self, name: str) -> Arrays:
        # opened when first asked for and kept: a shuffled batch reads from every shard
        if name not in self._mapped:
            path = self.path / f"{name}.safetensors"
            # beside the store and not in it, where DVC would see it as a change of the data
            check_hash(path, self.manifest["shards"][name], self.path.with_name(f".{self.path.name}.checked.json"))
            self._mapped[name] = map_arrays(path)
        return self._mapped[name]


def open_store(path: Path) -> Store:
    """The store of a folder, checked: its form, hash, sizes of the shards, and that parts of every fold are disjoint.

    The content of a shard is held against its hash when the shard is first used, see
    :func:`deepgrasp.store.arrays.check_hash`; extras are held against their size alone.

    Raises:
        InputError: there is no store, it is not whole, or it was changed after it was written.
    """
    check_is_file(path / MANIFEST)
    try:
        manifest = parse_json((path / MANIFEST).read_bytes(), finite=True)
        if not isinstance(manifest, dict) or manifest.get("schema") not in (STORE_SCHEMA, COLUMNS_SCHEMA):
            raise InputError(path / MANIFEST, f"not a manifest of schema {STORE_SCHEMA}", STORE_REMEDY)
        unchanged = manifest.get("hash") == content_hash(manifest)
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(path, "no graph store here", "prepare one first") from None
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        check_machine(path / MANIFEST, error)
        raise InputError(path / MANIFEST, f"not readable ({in_a_line(error)})", STORE_REMEDY) from None
    if not unchanged:
        raise InputError(path / MANIFEST, "changed after it was written", STORE_REMEDY)
    # A hash can be made anew, so what it covers is not believed: everything that is used has the form that is expected.
    columns = manifest["schema"] == COLUMNS_SCHEMA
    if problem := problem_of(manifest, columns=columns):
        raise InputError(path / MANIFEST, problem, STORE_REMEDY)
    if columns:
        manifest["sequences"] = Records(manifest["sequences"])
    # The manifest's hash covers the hashes of all shards, so here sizes suffice: nothing but headers is read.
    forms = {
        name: check_shard(path / f"{name}.safetensors", entry, manifest["framewise"])
        for name, entry in manifest["shards"].items()
    }
    # where submitted code trains, the store says which targets of the test part it withholds
    withheld = str(manifest.get("withheld", ""))
    shared = {name: {key: form[key] for key in form if key not in withheld.split()} for name, form in forms.items()}
    counted = [shared[name] for name in dict.fromkeys(column(manifest["sequences"], "shard"))]
    if any(form != counted[0] for form in counted):
        raise InputError(path, "its shards hold different arrays", STORE_REMEDY)
    for split, folds in manifest["folds"].items():
        if columns:
            check_digits(manifest["sequences"].columns, folds, split)
        else:
            check_disjoint(manifest["sequences"], folds, split)
    return Store(path, manifest)
