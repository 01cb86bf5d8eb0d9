"""Activations of several layers at the same frames of a window, read so that memory stays bounded."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from deepgrasp.library.parts import PartDataset
from deepgrasp.library.trained import TrainedModel
from deepgrasp.representations.activations import activations
from deepgrasp.representations.layers import Layer

MOST_FRAMES = 12  # of a window
MEMORY = 2**29  # bytes of activations that are held at once

T = TypeVar("T")


class Seen(NamedTuple):
    """A layer at the frames that are looked at, ``[n, S, units]``; ``S`` is 1 of one without an axis of frames."""

    layer: Layer
    values: NDArray[np.float32]


def evenly(items: Sequence[T], most: int) -> list[T]:
    """At most so many of the items, evenly spaced."""
    if len(items) <= most:
        return list(items)
    return [items[k] for k in np.round(np.linspace(0, len(items) - 1, most)).astype(int)]


def looked_at(layers: Sequence[Layer]) -> list[int]:
    """Frames of the window that all layers give, so that all are asked about the same moments; evenly spaced."""
    timed = [set(layer.frames) for layer in layers if layer.time is not None]
    return evenly(sorted(set.intersection(*timed)), MOST_FRAMES) if timed else []


def read_layers(
    model: TrainedModel, part: PartDataset, layers: Sequence[Layer], frames: Sequence[int]
) -> Iterator[Seen]:
    """Each layer at the frames, of all recordings of a part.

    As many layers at once as :data:`MEMORY` holds, one at least: for the others the network runs again.
    """
    for group in _groups(layers, 4 * len(part) * max(1, len(frames))):  # float32
        blocks: dict[str, list[NDArray[np.float32]]] = {layer.name: [] for layer in group}
        for block in activations(model, part, group):
            for layer in group:
                values = block.layers[layer.name]
                steps = [frame // layer.stride for frame in frames]
                # a copy of few frames, so that all of them need not be kept
                blocks[layer.name].append(values[:, None] if layer.time is None else values[:, steps])
        for layer in group:
            # taken out: what was joined is not held twice while it is looked at
            yield Seen(layer, np.concatenate(blocks.pop(layer.name)))


def _groups(layers: Sequence[Layer], unit: int) -> Iterator[list[Layer]]:
    """Layers in order, so many together as fit into memory; ``unit`` is what a unit takes, bytes."""
    group: list[Layer] = []
    for layer in layers:
        if group and unit * sum(each.units for each in (*group, layer)) > MEMORY:
            yield group
            group = []
        group.append(layer)
    if group:
        yield group
