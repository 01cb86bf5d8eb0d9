"""Activations of a network's layers for chosen recordings, read in blocks: memory does not grow with their number."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from deepgrasp.errors import InputError
from deepgrasp.inputs.modalities import load_inputs
from deepgrasp.library.parts import PartDataset
from deepgrasp.library.trained import TrainedModel
from deepgrasp.network.network import EVALUATION_BATCH
from deepgrasp.representations.layers import Layer

Floats = NDArray[np.float32]


class LayerActivations(NamedTuple):
    """What layers of a network hold of some recordings.

    Attributes:
        sequences: their ids.
        layers: ``[n, T', units]`` of each layer by name, or ``[n, units]`` of one without an axis of frames.
    """

    sequences: tuple[str, ...]
    layers: dict[str, Floats]


def activations(model: TrainedModel, part: PartDataset, layers: Sequence[Layer]) -> Iterator[LayerActivations]:
    """Activations of the layers for all recordings of a part, in its order, a block at a time.

    They are those of ``model.embed``, with the axis of recordings first, then that of frames, and the others as one of
    units in C order. ``layer.frames`` says on which frames of the window the steps are centred.
    """
    for start in range(0, len(part), EVALUATION_BATCH):
        rows = range(start, min(start + EVALUATION_BATCH, len(part)))
        # the inputs alone: part.read would read all targets too
        found = load_inputs(part.store, part.rows[rows.start : rows.stop], part.graphs, part.streams)
        # of all layers: which are asked for does not change the work
        outputs = model.embed({kind: torch.from_numpy(x) for kind, x in found.items()})
        arrays = {layer.name: layer.flat(outputs[layer.name]) for layer in layers}  # [n, T', units]
        yield LayerActivations(part.sequences[rows.start : rows.stop], arrays)


def recordings(model: TrainedModel, sequences: Sequence[str]) -> PartDataset:
    """Any recordings as a part that the network can read, whether it was trained on them or not.

    Raises:
        InputError: none are named, or there is no such recording.
    """
    if not sequences:
        raise InputError("recordings", "none are named", "name some, such as s1/mug_drink_1")
    rows = model.data.store.rows(sequences)
    # not resident: a block is read when it is asked for
    return replace(model.fold().test, sequences=tuple(sequences), rows=rows, resident=False)


def held_out(model: TrainedModel) -> tuple[PartDataset, tuple[str, ...]]:
    """Recordings of people on whom the network was not trained, and who of these are tested.

    They are the validation and the test part of its fold. Where the people are the same in all parts (the published
    random split) the recordings are still new to it.
    """
    fold = model.fold()
    both = recordings(model, (*fold.test.sequences, *fold.validation.sequences))
    return both, tuple(dict.fromkeys(fold.test.subjects))
