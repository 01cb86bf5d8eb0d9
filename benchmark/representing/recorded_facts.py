"""What was true of recordings, frame by frame: what probes are asked, and what units may be tuned to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from deepgrasp.choices import TOUCH
from deepgrasp.data_source import data_source
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import load_inputs
from deepgrasp.library.parts import PartDataset
from deepgrasp.store.store import Store
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.targets import ClassTarget

Floats = NDArray[np.float32]
_PATCHES = 16  # of a hand, for contact where a network sees every vertex or none


@dataclass(frozen=True)
class Facts:
    """Of ``n`` recordings and ``T`` frames.

    Attributes:
        numbers: ``[n, T, K]`` each: joint angle (axis-angle, radians), joint position (metres from the neck), joint
            velocity (metres a second), contact (touched fraction of each patch).
        classes: labels ``[n]`` of each task that classifies.
        hands: position and velocity ``[n, T, 3]`` of each wrist, by side.
        frames: numbers of the frames in their recordings, ``[n, T]``.
    """

    numbers: Mapping[str, Floats]
    classes: Mapping[str, NDArray[np.int64]]
    hands: Mapping[str, tuple[Floats, Floats]]
    frames: NDArray[np.int64]


def facts_of(part: PartDataset) -> Facts:
    """The facts of a part's recordings; the joints are those of the hands that the network sees."""
    store, graphs = part.store, part.graphs
    # by what it asks: names of tasks stand in the files of tasks alone
    (task,) = (task for task in TASKS.values() if task.joints is not None)
    assert task.joints is not None
    names = task.joints(graphs.hands)
    places = np.asarray(part.target(task.name).regressed, np.float64)  # type: ignore[union-attr]  # [n, T, J, 3]
    frames = np.asarray(store.read("frame", part.rows))  # [n, T]
    moving = velocities(places, frames / data_source(store.manifest).framerate)  # [n, T, J, 3]
    numbers = {
        "joint angle": _flat(store.read("pose", part.rows)),
        "joint position": _flat(places),
        "joint velocity": _flat(moving),
        "contact": _flat(_touch(store, part.rows, graphs)),
    }
    targets = {name: part.target(name) for name in part.tasks}
    classes = {name: target.labels for name, target in targets.items() if isinstance(target, ClassTarget)}
    wrists = {side: names.index(f"{side}_wrist") for side in graphs.sides}
    hands = {
        side: (places[:, :, k].astype(np.float32), moving[:, :, k].astype(np.float32)) for side, k in wrists.items()
    }
    return Facts(numbers, classes, hands, frames)


def velocities(places: NDArray[np.float64], seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Velocities ``[n, T, ..., 3]`` of places at times ``[n, T]``: central differences, one-sided at both ends.

    Frames of a window need not be evenly spaced in time: of a contact window only touched frames are taken.
    """
    moved = [np.gradient(place, time, axis=0) for place, time in zip(places, seconds, strict=True)]
    return np.stack(moved)


def _touch(store: Store, rows: NDArray[np.int64], graphs: GraphChoice) -> Floats:
    patches = graphs.patches if graphs.patches and graphs.patches <= _PATCHES else _PATCHES
    seen = replace(graphs, modalities="touch", fusion="late", patches=patches)
    return load_inputs(store, rows, seen)[TOUCH]


def _flat(values: NDArray[np.floating]) -> Floats:
    """``[n, T, ...]`` as ``[n, T, K]``."""
    return values.reshape(*values.shape[:2], -1).astype(np.float32)
