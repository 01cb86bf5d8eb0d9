"""From the graph store to what a network sees: pose and touch arrays, and the graph each lives on."""

from functools import lru_cache
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from deepgrasp import graph
from deepgrasp.errors import InputError
from deepgrasp.features import unpack_touch
from deepgrasp.skeleton import HAND_VERTICES, SIDES, arms
from deepgrasp.spec import InputSpec
from deepgrasp.store import Store

Modalities = Literal["both", "touch", "pose"]
Hands = Literal["both", "right", "left"]

_BLOCK = 64  # sequences unpacked at once: 16 MB at 80 frames


def load_inputs(
    store: Store, rows: Any, *, modalities: Modalities, hands: Hands, patches: int | None
) -> dict[str, NDArray[np.float32]]:
    """Inputs of the given rows, by modality.

    Args:
        patches: touch nodes a hand; None or 778 is every vertex.

    Returns:
        ``pose`` ``[N, T, V, 4]``: axis-angle (radians) and bone length (m) of each joint of the chosen arms.
        ``touch`` ``[N, T, P, 1]``: 0 or 1 for a vertex, or the touched fraction of a patch; right hand first.

    Raises:
        InputError: an unknown choice, or an impossible number of patches.
    """
    sides = _check(modalities, hands)
    found = {}
    if modalities != "touch":
        columns = [arms("both").index(name) for name in arms(hands)]
        found["pose"] = store.read("pose", rows)[:, :, columns]
    if modalities != "pose":
        labels = [hand_patches(store, side, patches) for side in sides]
        found["touch"] = _touch(store, np.asarray(rows), [SIDES.index(side) for side in sides], labels)
    return found


def input_specs(store: Store, *, modalities: Modalities, hands: Hands, patches: int | None) -> dict[str, InputSpec]:
    """Sizes and directed edges of each modality's graph; the same arguments as :func:`load_inputs`.

    The hands of a touch graph are not joined: they are two surfaces.
    """
    sides = _check(modalities, hands)
    specs = {}
    if modalities != "touch":
        names = arms(hands)
        specs["pose"] = _spec(len(names), 4, store.frames, graph.arm_edges(names))
    if modalities != "pose":
        per_hand = HAND_VERTICES if patches is None else patches
        edges = [_touch_edges(store, side, patches) + k * per_hand for k, side in enumerate(sides)]
        specs["touch"] = _spec(per_hand * len(sides), 1, store.frames, np.concatenate(edges))
    return specs


def hand_patches(store: Store, side: str, patches: int | None) -> NDArray[np.int64]:
    """Patch ``[778]`` of each vertex of a hand; every vertex its own if ``patches`` is None or 778."""
    if patches is None or patches == HAND_VERTICES:
        return np.arange(HAND_VERTICES)
    return _cut(store.meshes[f"{side}_faces"].tobytes(), patches)


@lru_cache(maxsize=8)  # the inputs and their specs ask for the same cut
def _cut(faces: bytes, patches: int) -> NDArray[np.int64]:
    labels = graph.patches(graph.mesh_edges(np.frombuffer(faces, dtype=np.int64)), HAND_VERTICES, patches)
    labels.flags.writeable = False
    return labels


def _touch_edges(store: Store, side: str, patches: int | None) -> graph.Edges:
    edges = graph.mesh_edges(store.meshes[f"{side}_faces"])
    labels = hand_patches(store, side, patches)
    return graph.directed(graph.quotient(edges, labels), HAND_VERTICES if patches is None else patches)


def _touch(
    store: Store, rows: NDArray[np.int64], hands: list[int], labels: list[NDArray[np.int64]]
) -> NDArray[np.float32]:
    nodes = [int(label.max()) + 1 for label in labels]
    touch = np.empty((len(rows), store.frames, sum(nodes), 1), dtype=np.float32)
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        bits = unpack_touch(store.read("touch", rows[block])[:, :, hands])  # [n, T, hands, 778]
        pooled = [_pool(bits[:, :, k], label) for k, label in enumerate(labels)]
        touch[block] = np.concatenate(pooled, axis=-1)[..., None]
    return touch


def _pool(bits: NDArray[np.uint8], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """Fraction ``[..., P]`` of each patch's vertices ``[..., 778]`` that touch: whole counts, then one division."""
    sizes = np.bincount(labels)
    if len(sizes) == len(labels):
        return bits.astype(np.float32)
    member = np.zeros((len(labels), len(sizes)), dtype=np.float32)
    member[np.arange(len(labels)), labels] = 1
    return np.asarray(bits.astype(np.float32) @ member / sizes, dtype=np.float32)


def _spec(nodes: int, features: int, frames: int, edges: graph.Edges) -> InputSpec:
    pairs = tuple((int(tail), int(head)) for tail, head in edges)
    return InputSpec(nodes=nodes, features=features, frames=frames, edges=pairs)


def _check(modalities: str, hands: str) -> tuple[str, ...]:
    for key, value, known in (("modalities", modalities, Modalities), ("hands", hands, Hands)):
        if value not in get_args(known):
            raise InputError(f"inputs.{key}", f"{value!r} is unknown", f"choose {' or '.join(get_args(known))}")
    return SIDES if hands == "both" else (hands,)
