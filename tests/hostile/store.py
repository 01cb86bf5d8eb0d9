"""The door of the graph store: its manifest and its shards."""

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from deepgrasp.store.manifest import content_hash
from deepgrasp.store.store import open_store
from deepgrasp.store.writer import write_store
from tests.deepgrasp.store.test_store import HEADER, MESHES, shards
from tests.hostile.arrays import fingerprint
from tests.hostile.damage import Rng, harm_bytes, no_file
from tests.hostile.doors import Case, Door, Expected


@cache
def store_files() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = write_store(Path(folder) / "graphs", shards(), meshes=MESHES, header=HEADER)
        return {file.name: file.read_bytes() for file in path.iterdir()}


JUNK = (None, True, -1, 10**30, 0.5, "", "../x", [], {}, [[]], {"a": {}}, "NaN")


def make_store(rng: Rng | None) -> Case:
    files = store_files()
    if rng is None:
        return Case("whole", lambda folder: put(folder, files), "accepted")
    name = str(rng.choice(["manifest.json", "manifest.json", "s4.safetensors", "meshes.safetensors"]))
    if (kind := rng.random()) < 0.1:
        case = no_file(rng, f"graphs/{name}")
        return Case(case.what, lambda folder: (put(folder, files), case.write(folder)), case.expected)
    if name == "manifest.json" and kind < 0.8:
        what, forged = forge(rng, json.loads(files[name]))
        # what nobody reads may be anything
        return Case(what, lambda folder: put(folder, files | {name: forged}), "same")
    what, harmed = harm_bytes(rng, files[name])
    # not the manifest: it may hold other white space; every bit of a shard is in its hash
    expected: Expected = "same" if name == "manifest.json" or harmed == files[name] else "refused"
    return Case(f"{name}: {what}", lambda folder: put(folder, files | {name: harmed}), expected)


def put(folder: Path, files: dict[str, bytes]) -> None:
    (folder / "graphs").mkdir()
    for name, data in files.items():
        (folder / "graphs" / name).write_bytes(data)


def forge(rng: Rng, manifest: dict[str, Any]) -> tuple[str, bytes]:
    """A manifest with one value anywhere made junk, and its hash made anew."""
    holder: Any = manifest
    path: list[Any] = []
    while isinstance(holder, (dict, list)) and holder and (not path or rng.random() < 0.8):
        keys = sorted(holder) if isinstance(holder, dict) else range(len(holder))
        path.append(keys[int(rng.integers(len(keys)))])
        parent, holder = holder, holder[path[-1]]
    parent[path[-1]] = junk = JUNK[int(rng.integers(len(JUNK)))]
    manifest["hash"] = content_hash(manifest)
    return f"{'.'.join(map(str, path))} = {junk!r}", json.dumps(manifest).encode()


def read_store(folder: Path) -> str:
    store = open_store(folder / "graphs")
    arrays = [store.read(name) for name in ("pose", "touch", "object")] + list(store.meshes.values())
    rows = [[record[key] for key in ("id", "subject", "object", "action", "frames")] for record in store.sequences]
    folds = [store.fold("subject", k) for k in range(5)]
    return fingerprint(*arrays, json.dumps(rows), json.dumps(folds), store.kind)


DOORS = {"graph store": Door(make_store, read_store)}
