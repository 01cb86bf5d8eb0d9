"""A store of the stand-in's kind with one recording of each of ten people, two frames each: written in milliseconds."""

from pathlib import Path

import numpy as np

from deepgrasp.store.store import Store, open_store
from deepgrasp.store.writer import Shard, write_store

FRAMEWISE = {"frame": (), "body": (39, 3), "lean": (3, 3), "pose": (39, 3), "touch": (2, 98)}
FRAMEWISE |= {"object_rotation": (3, 3), "object_translation": (3,)}
OF_RECORDING = {"action": (), "bones": (49,), "mesh": (), "object": ()}


def tiny_store(path: Path, kind: str = "synthetic") -> Store:
    shards = [
        Shard(
            name=person,
            sequences=[
                {
                    "id": f"{person}/mug_lift",
                    "subject": person,
                    "object": "mug",
                    "action": "lift",
                    "n_frames": 40,
                    "frames": 2,
                }
            ],
            skipped=[],
            arrays={name: np.zeros((1, *shape), np.float32) for name, shape in OF_RECORDING.items()},
            framewise={name: np.zeros((2, *shape), np.float32) for name, shape in FRAMEWISE.items()},
        )
        for person in (f"s{k}" for k in range(1, 11))
    ]
    header = {"kind": kind, "prepare": {"frames": 2}, "objects": ["mug"], "actions": ["lift"]}
    return open_store(write_store(path, shards, meshes={"diameter": np.ones(1, np.float32)}, header=header))
