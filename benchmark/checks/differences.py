"""Why a score changed: in what two runs of one cell differ, by what each says of itself."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Raw = Mapping[str, Any]  # a run as JSON: an older commit's schema may be another

NOT_RECORDED = "not recorded"


def differences(before: Raw, after: Raw) -> list[str]:
    """What differs between two runs and can move a score, such as ``recipe.batch 32 -> 16``; empty if nothing does.

    Compared are data, split, inputs, recipe, hyper-parameters, packages, code, environment, device, the processor's
    instructions and image, in this order, which goes from what somebody chose to where it happened to run. The commit
    is not: most commits change no code that a cell runs, and the hash of that code says so. Results of older versions
    lack some entries; those are ``not recorded``, which is told only if the other run has them - and always of the
    code, because without it an empty list would promise too much.
    """
    found = list(_changed("data", _hash(before["data"]["hash"]), _hash(after["data"]["hash"])))
    found += _changed("split", before["split"], after["split"])
    for section in ("inputs", "recipe", "hyperparameters"):
        found += _entries(section, before[section], after[section])
    ours, theirs = before["provenance"], after["provenance"]
    found += _changed("python", ours.get("python"), theirs.get("python"))
    found += _entries("packages", ours.get("packages") or {}, theirs.get("packages") or {})
    # the code before device and image: it is the likelier cause
    code = [_hash(each.get("code")) for each in (ours, theirs)]
    found += [f"code {NOT_RECORDED}"] if code == [None, None] else _changed("code", *code)
    found += _entries("environment", ours.get("environment") or {}, theirs.get("environment") or {})
    for name in ("device", "cpu", "image"):
        found += _changed(name, ours.get(name), theirs.get(name))
    return found


def differences_text(found: Sequence[str]) -> str:
    """The differences as text for one cell of a table; says so where there is none."""
    return "; ".join(found) or "nothing that is recorded"


def _entries(section: str, before: Raw, after: Raw) -> Iterator[str]:
    """Differences of two mappings, entry by entry; a nested mapping, such as the losses' weights, is opened."""
    # a submitted row says nothing of its recipe or packages: one word instead of one for each setting
    if section in ("recipe", "packages") and bool(before) != bool(after):
        yield f"{section} {NOT_RECORDED}"
        return
    # keys of both: a removed setting is a difference too
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _entries(f"{section}.{key}", old, new)
        else:  # where an entry is None, that is its value: no limit, no patience
            old, new = (str(each[key]) if key in each else None for each in (before, after))
            yield from _changed(f"{section}.{key}", old, new)


def _changed(name: str, before: str | None, after: str | None) -> Iterator[str]:
    if before != after:
        yield f"{name} {before or NOT_RECORDED} -> {after or NOT_RECORDED}"


def _hash(value: str | None) -> str | None:
    """The first 8 digits of a hash: enough to tell hashes apart in a table."""
    return value and value[:8]
