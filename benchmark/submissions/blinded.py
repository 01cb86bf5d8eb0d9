"""A graph store for submitted code: one fold, under ids that tell nothing, its test windows without their targets."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.pipeline.schema import Run
from deepgrasp.choices import POSE, TOUCH
from deepgrasp.store.arrays import map_arrays, save_arrays
from deepgrasp.store.manifest import content_hash, manifest_text
from deepgrasp.store.splits import FOLD_PARTS
from deepgrasp.store.store import MANIFEST, MESHES, Store

_SEEN = {POSE: (POSE, "bones"), TOUCH: (TOUCH,)}  # arrays that each modality is made of
TEST = FOLD_PARTS[-1]
# what the manifest says of recordings: a name such as s1/mug_drink_1 is the answer
OF_RECORDINGS = ("sequences", "skipped", "shards", "folds", "impossible", "source_hash", "hash")


def write_blinded(store: Store, run: Run, out: Path) -> tuple[list[str], NDArray[np.int64]]:
    """Write the run's fold into ``out``, with the frames and, for the test part, the modalities that the run sees.

    Returns:
        The ids of the ``N`` test windows inside, in order, and for each its place ``[N]`` in the fold.
    """
    store = store.view(run.inputs["frames"])
    fold = store.fold(run.split, run.replicate)
    names = sorted(map_arrays(store.path / f"{store.sequences[0]['shard']}.safetensors"))
    modalities = [POSE, TOUCH] if run.inputs["modalities"] == "both" else [run.inputs["modalities"]]
    # A fold stands in the order of its ids, so that a window's place tells its object: the test part is shuffled, anew
    # each time. Training and validation keep their order, which decides what is drawn into a batch.
    shuffled = np.random.default_rng().permutation(len(fold[TEST]))
    out.mkdir(parents=True)
    manifest: dict[str, Any] = {key: value for key, value in store.manifest.items() if key not in OF_RECORDINGS}
    # left out, not overwritten: whoever asks for a target of the test part gets an error
    seen = [array for modality in modalities for array in _SEEN[modality]]
    manifest["withheld"] = " ".join(name for name in names if name not in seen)
    manifest |= {"sequences": [], "skipped": [], "shards": {}, "folds": {run.split: [{}]}, "impossible": {}}
    for part in FOLD_PARTS:
        rows = store.rows(fold[part])
        wanted = seen if part == TEST else names
        rows = rows[shuffled] if part == TEST else rows
        manifest["shards"][part] = _save(out / f"{part}.safetensors", store, rows, wanted)
        # the part's name in place of person, object and intent: parts stay disjoint, and nothing is told
        told = {key: part for key, value in store.sequences[0].items() if isinstance(value, str)}
        sizes = {"frames": store.frames, "n_frames": store.frames}
        records = [told | sizes | {"id": f"{part}-{row:05}", "row": row} for row in range(len(rows))]
        manifest["sequences"] += records
        manifest["folds"][run.split][0][part] = [record["id"] for record in records]
    manifest["shards"][MESHES] = save_arrays(out / f"{MESHES}.safetensors", store.meshes)
    manifest["hash"] = content_hash(manifest)
    (out / MANIFEST).write_text(manifest_text(manifest), encoding="utf-8")
    return manifest["folds"][run.split][0][TEST], shuffled


def _save(path: Path, store: Store, rows: NDArray[np.int64], names: Sequence[str]) -> dict[str, Any]:
    arrays = {name: store.read(name, rows) for name in names}
    for name in set(names) & set(store.manifest["framewise"]):
        arrays[name] = arrays[name].reshape(-1, *arrays[name].shape[2:])  # [N, T, ...] -> [N * T, ...], as stored
    return save_arrays(path, arrays) | {"rows": len(rows), "frames": len(rows) * store.frames}
