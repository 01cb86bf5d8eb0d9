"""Inputs of a network from the graph store: pose and touch arrays, and sizes and edges of their graphs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from deepgrasp.choices import POSE, TOUCH, Stream
from deepgrasp.geometry import graph
from deepgrasp.geometry.patches import cut_patches
from deepgrasp.inputs import fusion
from deepgrasp.inputs.graph_choice import FUSED, GraphChoice
from deepgrasp.inputs.streams import JOINT, compute_streams, distinct, widths, with_streams
from deepgrasp.skeleton import HAND_VERTICES, SIDES, arms, rest_direction
from deepgrasp.spec import InputSpec
from deepgrasp.store.layout import POSE_NODES, unpack_touch

_BLOCK = 64  # sequences unpacked at once: 16 MB at 80 frames


class InputStore(Protocol):
    """The part of a graph store that inputs are read from."""

    @property
    def frames(self) -> int: ...
    @property
    def meshes(self) -> Mapping[str, NDArray[Any]]: ...
    def read(self, name: str, rows: Any = None) -> NDArray[Any]: ...


def load_inputs(
    store: InputStore, rows: Any, graphs: GraphChoice, streams: Sequence[Stream] = JOINT
) -> dict[str, NDArray[np.float32]]:
    """Input arrays of the given rows, by modality; of several streams one behind the other along the last axis.

    Returns:
        ``pose`` ``[N, T, V, 4]``: axis-angle (radians) and bone length (m) of each node; a fingertip does not turn.
        ``touch`` ``[N, T, P, 1]``: 0 or 1 for a vertex, or the touched fraction of a patch; right hand first.
        ``fused`` ``[N, T, V + P, 5]`` in place of both: each stream of both, see :func:`deepgrasp.inputs.fusion.join`.
        Widths of other streams: :data:`deepgrasp.inputs.streams.STREAMS`.

    Raises:
        InputError: an impossible number of patches.
    """
    found: dict[str, NDArray[np.float32]] = {}
    if graphs.modalities != TOUCH:
        found[POSE] = _pose(store, rows, graphs.pose_nodes)
    if graphs.modalities != POSE:
        labels = [hand_patches(store, side, graphs.patches) for side in graphs.sides]
        found[TOUCH] = _touch(store, np.asarray(rows), [SIDES.index(side) for side in graphs.sides], labels)
    specs = _recorded(store, graphs)
    if graphs.fused:
        # differences and postures before the graphs are joined: a vertex minus a wrist's angle would mean nothing
        views = zip(*(compute_streams(found[kind], specs[kind], streams) for kind in (POSE, TOUCH)), strict=True)
        return {FUSED: np.concatenate([fusion.join(pose, touch) for pose, touch in views], -1)}
    return {
        kind: np.concatenate(compute_streams(x, specs[kind], distinct(specs[kind], streams)), -1)
        for kind, x in found.items()
    }


def input_specs(store: InputStore, graphs: GraphChoice, streams: Sequence[Stream] = JOINT) -> dict[str, InputSpec]:
    """Sizes, streams and directed edges of each modality's graph, as a network is told them.

    The hands of a touch graph are not joined: they are two surfaces. Nor are those of a pose graph without arms.
    Of a fused graph both hold once the wrists are taken away, see :func:`deepgrasp.inputs.fusion.join_specs`.
    """
    specs = _recorded(store, graphs)
    if graphs.fused:
        wrists = [graphs.pose_nodes.index(f"{side}_wrist") for side in graphs.sides]
        features = [sum(pair) for pair in zip(*(widths(specs[kind], streams) for kind in (POSE, TOUCH)), strict=True)]
        return {FUSED: with_streams(fusion.join_specs(specs[POSE], specs[TOUCH], wrists), streams, features)}
    named = {kind: distinct(spec, streams) for kind, spec in specs.items()}
    return {kind: with_streams(spec, named[kind], widths(spec, named[kind])) for kind, spec in specs.items()}


def _recorded(store: InputStore, graphs: GraphChoice) -> dict[str, InputSpec]:
    """The graphs of pose and of touch with their features as they are stored, each for itself."""
    specs: dict[str, InputSpec] = {}
    if graphs.modalities != TOUCH:
        names = graphs.pose_nodes
        rest = tuple(map(rest_direction, names))
        specs[POSE] = replace(_spec(len(names), 4, store.frames, graph.arm_edges(names)), rest=rest)
    if graphs.modalities != POSE:
        per_hand = HAND_VERTICES if graphs.patches is None else graphs.patches
        # Two hands are two graphs in one array. As one graph of 1556 nodes, an adaptive layer would learn 3 V^2 = 7.3
        # million numbers of which half join hands that no edge joins.
        edges = [_touch_edges(store, side, graphs.patches) + k * per_hand for k, side in enumerate(graphs.sides)]
        specs[TOUCH] = _spec(per_hand * len(graphs.sides), 1, store.frames, np.concatenate(edges))
    return specs


def _pose(store: InputStore, rows: Any, names: tuple[str, ...]) -> NDArray[np.float32]:
    # fingertips have a length but no angle
    turning = [name for name in names if name in _TURNING]
    angles = store.read("pose", rows)[:, :, [_TURNING[name] for name in turning]]
    pose = np.zeros((*angles.shape[:2], len(names), 4), dtype=np.float32)  # [N, T, V, 4]
    pose[:, :, : len(turning), :3] = angles  # tips come last
    # a person's bones are the same in all frames: stored once, repeated here
    pose[..., 3] = store.read("bones", rows)[:, None, [POSE_NODES.index(name) for name in names]]
    return pose


_TURNING = {name: k for k, name in enumerate(arms("both"))}


def hand_patches(store: InputStore, side: str, patches: int | None) -> NDArray[np.int64]:
    """Patch ``[778]`` of each vertex of a hand; every vertex its own if ``patches`` is None or 778."""
    if patches is None or patches == HAND_VERTICES:
        return np.arange(HAND_VERTICES)
    # by the bytes of the faces: arrays have no hash for the cache
    return _cut(store.meshes[f"{side}_faces"].tobytes(), patches)


@lru_cache(maxsize=8)  # the inputs and their specs ask for the same cut
def _cut(faces: bytes, patches: int) -> NDArray[np.int64]:
    labels = cut_patches(graph.mesh_edges(np.frombuffer(faces, dtype=np.int64)), HAND_VERTICES, patches)
    # shared by all who ask: nobody may change it
    labels.flags.writeable = False
    return labels


def _touch_edges(store: InputStore, side: str, patches: int | None) -> graph.Edges:
    # from the model file's own faces: no table of a licensed mesh is part of this project
    labels = hand_patches(store, side, patches)
    return _surface(store.meshes[f"{side}_faces"].tobytes(), labels.tobytes(), patches or HAND_VERTICES)


@lru_cache(maxsize=8)  # every batch of a part that is streamed asks for the parents of its nodes
def _surface(faces: bytes, labels: bytes, nodes: int) -> graph.Edges:
    edges = graph.mesh_edges(np.frombuffer(faces, dtype=np.int64))
    return graph.directed(graph.quotient(edges, np.frombuffer(labels, dtype=np.int64)), nodes)


def _touch(
    store: InputStore, rows: NDArray[np.int64], hands: list[int], labels: list[NDArray[np.int64]]
) -> NDArray[np.float32]:
    nodes = [int(label.max()) + 1 for label in labels]
    touch = np.empty((len(rows), store.frames, sum(nodes), 1), dtype=np.float32)
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        # block by block: the vertices of all sequences take far more memory than the patches that are made of them
        bits = unpack_touch(store.read("touch", rows[block])[:, :, hands])  # [n, T, hands, 778]
        pooled = [_pool(bits[:, :, k], label) for k, label in enumerate(labels)]
        touch[block] = np.concatenate(pooled, axis=-1)[..., None]
    return touch


def _pool(bits: NDArray[np.uint8], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """Fraction ``[..., P]`` of each patch's vertices ``[..., 778]`` that touch: whole counts, then one division."""
    sizes = np.bincount(labels)
    if len(sizes) == len(labels):
        return bits.astype(np.float32)
    # [778, P]: counts of ones are exact in single precision, whatever the order in which they are added
    member = np.zeros((len(labels), len(sizes)), dtype=np.float32)
    member[np.arange(len(labels)), labels] = 1
    return np.asarray(bits.astype(np.float32) @ member / sizes, dtype=np.float32)


def _spec(nodes: int, features: int, frames: int, edges: graph.Edges) -> InputSpec:
    pairs = tuple((int(tail), int(head)) for tail, head in edges)
    return InputSpec(nodes=nodes, features=features, frames=frames, edges=pairs)
