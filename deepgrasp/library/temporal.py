"""Windows as signals of PyTorch Geometric Temporal: a signal a window (or a batch of them), a snapshot a frame."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepgrasp.choices import POSE, TOUCH
from deepgrasp.errors import InputError
from deepgrasp.library.parts import PartDataset
from deepgrasp.library.pyg import check_known
from deepgrasp.tasks.action import TASK as ACTION
from deepgrasp.temporal_library import temporal_module

Array = NDArray[Any]


_CLASSES: Any = temporal_module("signal")


def signals(part: PartDataset, kind: str = POSE, task: str = ACTION.name, batch: int | None = None) -> Iterator[Any]:
    """Signals of the windows of a part, in its order; snapshots are frames.

    Of ``pose`` each is a ``StaticGraphTemporalSignal``: the bones stay. Of ``touch`` it is a
    ``DynamicGraphTemporalSignal``: one more node, the last, is the object, with zeros as its features; besides the
    edges of the hands' surfaces, whose weight is 1, each frame has an edge to it from every node that touches in that
    frame, and its weight is the touched fraction.

    A snapshot has ``x [V, F]``, ``edge_index [2, E]``, ``edge_attr [E]`` and ``y``: a class ``[1]``, the same in all
    frames, or the frame's own target ``[1, ...]``. ``subject`` and ``sequence`` are attributes of the signal, of a
    batch tuples.

    Args:
        batch: so many windows side by side in a signal (``...SignalBatch``, whose ``batch [V]`` says which node is
            whose); the last one may be smaller. Default: one window, without ``batch``.

    Raises:
        InputError: no such input or task, or a batch of no windows.
    """
    check_known("input", kind, tuple(part.specs))
    check_known("task", task, part.tasks)
    if batch is not None and batch < 1:
        raise InputError(f"batch={batch}", "is no number of windows", "give 1 or more, or none")
    edges = part.edges(kind).numpy()
    for start in range(0, len(part), batch or 1):
        indices = range(start, min(start + (batch or 1), len(part)))
        inputs, targets = part.read(indices)
        yield _signal(part, inputs[kind], targets[task], edges, indices, kind, single=batch is None)


def _signal(part: PartDataset, x: Tensor, y: Tensor, edges: Array, indices: range, kind: str, *, single: bool) -> Any:
    count, frames, nodes = x.shape[:3]
    if kind == TOUCH:
        # [n, T, P], as recorded: of standardised touch, zero is not that nothing touches
        touched = x[..., 0].numpy() if part.normalisers is None else _recorded(part, indices)
        x = torch.cat([x, torch.zeros_like(x[:, :, :1])], 2)  # [n, T, P, F] -> [n, T, P + 1, F]
        graphs = [_touching(edges, touched[:, t], nodes) for t in range(frames)]
        nodes += 1
    else:
        graphs = [_side_by_side([edges] * count, nodes)] * frames  # the bones stay: one graph for all frames
    features = [x[:, t].reshape(count * nodes, -1).numpy() for t in range(frames)]
    # a class [n] is the same in all frames
    answers = [(y[:, t] if y.ndim > 1 else y).numpy() for t in range(frames)]  # [n, ...] each
    which = np.repeat(np.arange(count), nodes)  # [n V]
    indexes, weights = [graph[0] for graph in graphs], [graph[1] for graph in graphs]
    names: dict[str, Any] = {}
    if kind == TOUCH and single:
        signal = _CLASSES.DynamicGraphTemporalSignal(indexes, weights, features, answers)
    elif kind == TOUCH:
        signal = _CLASSES.DynamicGraphTemporalSignalBatch(indexes, weights, features, answers, [which] * frames)
    elif single:
        signal = _CLASSES.StaticGraphTemporalSignal(indexes[0], weights[0], features, answers)
    else:
        signal = _CLASSES.StaticGraphTemporalSignalBatch(indexes[0], weights[0], features, answers, which)
    for name in ("subjects", "sequences"):
        found = tuple(getattr(part, name)[k] for k in indices)
        names[name.removesuffix("s")] = found[0] if single else found
    # not as a keyword of the class: it would take text for a feature of every snapshot
    vars(signal).update(names)
    return signal


def _recorded(part: PartDataset, indices: range) -> Array:
    """The touched fraction ``[n, T, P]`` of windows whose inputs are normalised."""
    from deepgrasp.inputs.modalities import load_inputs

    return load_inputs(part.store, part.rows[list(indices)], part.graphs)[TOUCH][..., 0]


def _touching(edges: Array, touched: Array, nodes: int) -> tuple[Array, Array]:
    """Edges and weights of one frame of several windows ``[n, P]``: the surfaces, and whatever touches the object."""
    found, weights = [], []
    for each in touched:
        (tips,) = np.nonzero(each)
        contact = np.stack([tips, np.full_like(tips, nodes)])  # the object is the node behind the last
        found.append(np.concatenate([edges, contact], axis=1))
        weights.append(np.concatenate([np.ones(edges.shape[1]), each[tips]]))
    return _side_by_side(found, nodes + 1)[0], np.concatenate(weights).astype(np.float32)


def _side_by_side(edges: Sequence[Array], nodes: int) -> tuple[Array, Array]:
    """One graph of several that have as many nodes each: edges ``[2, E]``, and weights of 1."""
    joined = np.concatenate([each + k * nodes for k, each in enumerate(edges)], axis=1)
    return joined, np.ones(joined.shape[1], np.float32)
