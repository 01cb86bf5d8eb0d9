"""Checks that a manifest has the form in which it is written: a forged one ends in one line, not inside of a reader."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from deepgrasp.choices import HELD_OUT
from deepgrasp.files import PATH_PART
from deepgrasp.store.columns import column
from deepgrasp.store.folds import FOLD_PARTS

# raised when an array gets another meaning: an older store is refused, and prepared again in minutes
STORE_SCHEMA = 7
COLUMNS_SCHEMA = 8  # the same arrays; the manifest is written by columns, see deepgrasp.store.columns
# A type; a list of one form; {str: form}, which has any keys; or a dict of the keys that must be there, others may be.
_FORM: dict[str, Any] = {
    "hash": str,
    "kind": str,
    "framewise": [str],
    "prepare": {},
    "objects": [str],
    "actions": [str],
    "sequences": [
        {
            **{"id": str, "subject": str, "object": str, "action": str},
            **{"frames": int, "n_frames": int, "shard": str, "row": int},
        }
    ],
    "shards": {str: {"bytes": int, "sha256": str}},
    "folds": {str: [{part: [str] for part in FOLD_PARTS}]},
    "impossible": {str: str},
}  # fmt: skip
# of many sequences: a list for each key, and the digits of each fold
_COLUMNS = _FORM | {
    "sequences": {key: [kind] for key, kind in _FORM["sequences"][0].items()},
    "folds": {str: [str]},
}
_KINDS = ("grab", "synthetic")  # results of the two never share a board
_PATH = re.compile(rf"{PATH_PART.pattern}(/{PATH_PART.pattern})*", re.ASCII)


def problem_of(manifest: Mapping[str, Any], *, columns: bool) -> str | None:
    """What is wrong with the form of a manifest, or None; ``columns``: of one that is written by columns."""
    if problem := _unlike(manifest, _COLUMNS if columns else _FORM, "the manifest"):
        return problem
    if manifest["kind"] not in _KINDS:
        return f"kind {manifest['kind']!r} is unknown"
    if unknown := [name for name in manifest["folds"] if name not in HELD_OUT]:
        return f"split {unknown[0]!r} is unknown"
    shards, sequences = manifest["shards"], manifest["sequences"]
    ids, homes, rows, frames = (column(sequences, key) for key in ("id", "shard", "row", "frames"))
    if not ids:
        return "it has no sequences"
    if columns:
        if {len(values) for values in sequences.values()} != {len(ids)}:
            return "columns of its sequences differ in length"
        digits = set("".join(map(str, range(len(FOLD_PARTS)))))
        if any(len(fold) != len(ids) or set(fold) - digits for folds in manifest["folds"].values() for fold in folds):
            return "a fold does not say the part of every sequence"
    if not all(map(_PATH.fullmatch, (*shards, *ids))):
        names = [*shards, *(part for name in ids for part in name.split("/"))]
        odd = next(name for name in names if PATH_PART.fullmatch(name) is None)
        return f"{odd!r} is no name of a shard or a sequence"
    counted = {name: entry for name, entry in shards.items() if "rows" in entry}  # of all but the meshes
    # one shard after the other: that is how a reader finds the row of a shard among those of the store
    runs = [(name, len(list(group))) for name, group in groupby(homes)]
    if (lost := next((place for place, (name, _) in enumerate(runs) if name not in counted), None)) is not None:
        place = sum(length for _, length in runs[:lost])
        return f"{ids[place]} lies in shard {homes[place]!r}, which is not there"
    if len({name for name, _ in runs}) < len(runs):
        return "sequences of one shard are not in one place"
    first = 0
    for name, length in [*runs, *((name, 0) for name in counted if name not in dict(runs))]:
        mine = slice(first, first + length)
        entry = {"rows": counted[name]["rows"], "frames": counted[name].get("frames")}
        if (
            rows[mine] != list(range(length))
            or min(frames[mine], default=0) < 1
            or entry != {"rows": length, "frames": sum(frames[mine])}
        ):
            return f"shard {name!r} does not hold the rows and frames of its sequences"
        first += length
    return None


def _unlike(value: Any, form: Any, where: str) -> str | None:
    """How a value differs from a form, in words, or None."""
    if isinstance(form, type):
        # not isinstance: True would be a number
        return None if type(value) is form else f"{where} is no {form.__name__}"
    if type(value) is not type(form):
        return f"{where} is no {type(form).__name__}"
    parts: Iterable[tuple[str, Any, Any]]
    if isinstance(form, list):
        # a list of plain values in C: columns of a large store are long
        if isinstance(form[0], type) and set(map(type, value)) <= {form[0]}:
            return None
        parts = ((f"{where}[{place}]", item, form[0]) for place, item in enumerate(value))
    elif str in form:
        parts = ((f"{where}.{key}", item, form[str]) for key, item in value.items())
    elif missing := [key for key in form if key not in value]:
        return f"{where} has no {missing[0]}"
    else:
        parts = ((f"{where}.{key}", value[key], form[key]) for key in form)
    return next((problem for part, item, inner in parts if (problem := _unlike(item, inner, part))), None)


def content_hash(manifest: Mapping[str, Any]) -> str:
    """SHA-256 of a manifest without its own hash; as the manifest has the hash of every shard, it covers all arrays."""
    content = {key: value for key, value in manifest.items() if key != "hash"}
    return hashlib.sha256(manifest_text(content).encode()).hexdigest()


def manifest_text(value: Any) -> str:
    """JSON text of a manifest, in the one form in which it is written and hashed."""
    # on one line where people read nothing: with an indent Python writes ten times as slowly
    large = isinstance(value, Mapping) and value.get("schema") == COLUMNS_SCHEMA
    # sorted, since a hash must not depend on which key was set first; no NaN, which is no JSON
    return json.dumps(value, indent=None if large else 1, sort_keys=True, allow_nan=False) + "\n"
