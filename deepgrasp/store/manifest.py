"""Checks that a manifest has the form in which it is written: a forged one ends in one line, not inside of a reader."""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from deepgrasp.choices import HELD_OUT
from deepgrasp.store.folds import PARTS

# A type; a list of one form; {str: form}, which has any keys; or a dict of the keys that must be there, others may be.
_FORM = {
    "hash": str,
    "kind": str,
    "framewise": [str],
    "sequences": [
        {"id": str, "subject": str, "object": str, "action": str, "frames": int, "shard": str, "row": int}
    ],
    "shards": {str: {"bytes": int, "sha256": str}},
    "folds": {str: [{part: [str] for part in PARTS}]},
    "impossible": {str: str},
}  # fmt: skip
KINDS = ("grab", "synthetic")  # results of the two never share a board
# what may be a part of a path: no folder above, no other place
_NAME = re.compile(r"\w[\w.+-]*")


def problem_of(manifest: Mapping[str, Any]) -> str | None:
    """What is wrong with the form of a manifest, or None."""
    if problem := _unlike(manifest, _FORM, "the manifest"):
        return problem
    if manifest["kind"] not in KINDS:
        return f"kind {manifest['kind']!r} is unknown"
    sequences, shards = manifest["sequences"], manifest["shards"]
    names = [*shards, *(part for record in sequences for part in record["id"].split("/"))]
    if odd := [name for name in names if _NAME.fullmatch(name) is None]:
        return f"{odd[0]!r} is no name of a shard or a sequence"
    if unknown := [name for name in manifest["folds"] if name not in HELD_OUT]:
        return f"split {unknown[0]!r} is unknown"
    counted = {name: entry for name, entry in shards.items() if "rows" in entry}  # of all but the meshes
    by_shard: dict[str, list[dict[str, Any]]] = {name: [] for name in counted}
    for record in sequences:
        if record["shard"] not in counted:
            return f"{record['id']} lies in shard {record['shard']!r}, which is not there"
        by_shard[record["shard"]].append(record)
    for name, records in by_shard.items():
        rows, frames = [record["row"] for record in records], [record["frames"] for record in records]
        entry = {"rows": counted[name]["rows"], "frames": counted[name].get("frames")}
        if (
            rows != list(range(len(rows)))
            or min(frames, default=0) < 1
            or entry != {"rows": len(rows), "frames": sum(frames)}
        ):
            return f"shard {name!r} does not hold the rows and frames of its sequences"
    # one shard after the other: that is how a reader finds the row of a shard among those of the store
    runs = [name for name, _ in groupby(record["shard"] for record in sequences)]
    if len(set(runs)) < len(runs):
        return "sequences of one shard are not in one place"
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
        parts = ((f"{where}[{place}]", item, form[0]) for place, item in enumerate(value))
    elif str in form:
        parts = ((f"{where}.{key}", item, form[str]) for key, item in value.items())
    elif missing := [key for key in form if key not in value]:
        return f"{where} has no {missing[0]}"
    else:
        parts = ((f"{where}.{key}", value[key], form[key]) for key in form)
    return next((problem for part, item, inner in parts if (problem := _unlike(item, inner, part))), None)
