"""Activations on disk, for whoever regresses recordings of neurons onto them: one safetensors file a network."""

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from deepgrasp.library.parts import PartDataset
from deepgrasp.library.trained import TrainedModel
from deepgrasp.representations.activations import activations
from deepgrasp.representations.layers import Layer

_FRAMES = "frame"
"""The array of the frames' numbers; all others are layers."""


def write_activations(
    path: Path, model: TrainedModel, part: PartDataset, layers: Sequence[Layer], about: dict[str, Any]
) -> None:
    """Write ``[n, T', units]`` of each layer (``[n, units]`` without an axis of frames), float32, and ``frame``.

    Written block by block, so memory does not grow with the number of recordings. ``frame`` ``[n, T]`` has the numbers
    of a window's frames in its recording. The metadata hold, as JSON, ``sequences`` (ids, in the order of the rows),
    ``subjects``, ``layers`` (of each its ``shape``, the axes that ``units`` is of, and ``frames``, the places in the
    window on which its steps are centred) and what ``about`` says.
    """
    shapes = {layer.name: (len(part), *(() if layer.time is None else (layer.steps,)), layer.units) for layer in layers}
    # little-endian in the file, whatever the machine; the writer of safetensors would want all arrays in memory
    numbers = np.asarray(part.store.read("frame", part.rows), "<i8")
    # the format takes text alone as metadata
    header: dict[str, Any] = {"__metadata__": {"about": json.dumps(about_file(part, layers) | about, sort_keys=True)}}
    first = numbers.nbytes
    header[_FRAMES] = {"dtype": "I64", "shape": numbers.shape, "data_offsets": (0, first)}
    places = {}
    for name, shape in shapes.items():
        places[name] = first
        last = first + 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": (first, last)}
        first = last
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # arrays begin at a multiple of eight
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + numbers.tobytes())
        done = 0
        # a block has a few rows of every layer, and in the file the rows of a layer lie together
        for block in activations(model, part, layers):
            for name, values in block.layers.items():
                file.seek(8 + len(text) + places[name] + done * 4 * int(np.prod(shapes[name][1:])))
                file.write(values.astype("<f4", copy=False).tobytes())
            done += len(block.sequences)


def about_file(part: PartDataset, layers: Sequence[Layer]) -> dict[str, Any]:
    """What the rows and the layers are."""
    return {
        "sequences": list(part.sequences),
        "subjects": list(part.subjects),
        "layers": {layer.name: {"shape": list(layer.shape), "frames": list(layer.frames)} for layer in layers},
    }
