"""A manifest of many sequences by columns: each key's values as one list, each fold as a digit a sequence."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from deepgrasp.choices import HELD_OUT
from deepgrasp.store.folds import FOLD_PARTS, SequenceRecord, check_parts

FROM = 10_000
"""As many sequences are written by columns. Fewer are a record each, which people read, and whose hashes are known."""


class Records(Sequence[SequenceRecord]):
    """Records of sequences, made from the columns ``{key: [value of each]}`` when they are asked for."""

    def __init__(self, columns: Mapping[str, list[Any]]) -> None:
        self.columns = columns
        # a key that only some records have is null for the others
        self._gaps = any(None in values for values in columns.values())

    def __len__(self) -> int:
        return len(self.columns["id"])

    @overload
    def __getitem__(self, place: int) -> SequenceRecord: ...
    @overload
    def __getitem__(self, place: slice) -> "Records": ...
    def __getitem__(self, place: int | slice) -> "SequenceRecord | Records":
        if isinstance(place, slice):
            return Records({key: values[place] for key, values in self.columns.items()})
        return self._record(values[place] for values in self.columns.values())

    def __iter__(self) -> Iterator[SequenceRecord]:
        return map(self._record, zip(*self.columns.values(), strict=True))

    def _record(self, values: Any) -> SequenceRecord:
        made = dict(zip(self.columns, values, strict=True))
        return {key: value for key, value in made.items() if value is not None} if self._gaps else made


def column(sequences: Sequence[SequenceRecord] | Mapping[str, list[Any]], key: str) -> list[Any]:
    """The value of a key of every sequence, of records, or of columns as they are."""
    if isinstance(sequences, Records):
        sequences = sequences.columns
    return sequences[key] if isinstance(sequences, Mapping) else [record[key] for record in sequences]


def to_columns(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest with ``sequences`` as ``{key: [value of each]}`` and every fold as digits: 0 train, 1 validation...

    200,000 records with the ids of 21 folds are 150 MB of JSON, and half a minute to check. This is a tenth of it.
    """
    records = manifest["sequences"]
    keys = dict.fromkeys(key for record in records for key in record)
    row = {record["id"]: place for place, record in enumerate(records)}
    folds: dict[str, list[str]] = {}
    for split, made in manifest["folds"].items():
        folds[split] = []
        for fold in made:
            digits = np.zeros(len(records), np.uint8)
            for number, part in enumerate(FOLD_PARTS):
                digits[[row[name] for name in fold[part]]] = number
            folds[split].append((digits + ord("0")).tobytes().decode())
    columns = {key: [record.get(key) for record in records] for key in keys}
    return {**manifest, "sequences": columns, "folds": folds}


def parts_of(digits: str) -> NDArray[np.uint8]:
    """The number of each sequence's part ``[N]`` in a fold that is written in digits."""
    return np.frombuffer(digits.encode(), np.uint8) - np.uint8(ord("0"))


def check_digits(columns: Mapping[str, list[Any]], folds: Sequence[str], split: str) -> None:
    """Check that no held-out person or object is in two parts of a fold; digits hold every sequence exactly once.

    Args:
        folds: of each fold a digit a sequence, see :func:`parts_of`.

    Raises:
        InputError: as :func:`deepgrasp.store.folds.check_disjoint`.
    """
    apart = HELD_OUT[split]
    number = {name: place for place, name in enumerate(dict.fromkeys(columns[apart]))} if apart else {}
    value = list(map(number.__getitem__, columns[apart])) if apart else []
    for k, fold in enumerate(folds):
        check_parts(parts_of(fold), value, list(number), f"{split} fold {k}", apart)
