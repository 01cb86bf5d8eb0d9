"""The layers of a network whose activations can be read: which axis is the recording, and which the frames."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from deepgrasp.library.trained import TrainedModel
from deepgrasp.network.layer_outputs import layer_outputs
from deepgrasp.network.network import Network
from deepgrasp.representations.patterns import matching

_BATCH = 2  # windows of zeros by which the axes are found
CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
INPUT_LAYERS, ENCODER_LAYERS = "standardise", "encoders"
"""First part of the names of what an encoder sees, and of what it gives."""


@dataclass(frozen=True)
class Layer:
    """A layer whose activations have an axis of recordings.

    Attributes:
        name: in the network, as ``model.embed`` has it.
        batch: its axis of recordings.
        time: its axis of frames; None of a layer that has one value a recording.
        shape: of the other axes, in their order: together they are the units.
        steps: frames that it gives of a window; 1 without an axis of frames.
        stride: of the frames of the window it gives every so many.
    """

    name: str
    batch: int
    time: int | None
    shape: tuple[int, ...]
    steps: int
    stride: int

    @property
    def units(self) -> int:
        """Numbers that it gives of a frame, or of a recording."""
        return int(np.prod(self.shape, dtype=int))

    @property
    def frames(self) -> tuple[int, ...]:
        """The frames of the window on which its steps are centred; none without an axis of frames."""
        return () if self.time is None else tuple(range(0, self.steps * self.stride, self.stride))

    @property
    def modality(self) -> str:
        """The modality to whose encoder the layer belongs, or whose input it is."""
        return self.name.split(".")[1]

    def flat(self, output: Tensor) -> NDArray[np.float32]:
        """An output as ``[B, T', units]``, or ``[B, units]`` without an axis of frames."""
        first = (self.batch,) if self.time is None else (self.batch, self.time)
        moved = output.movedim(first, tuple(range(len(first))))
        # one number a window or frame is a unit, too
        return moved.flatten(len(first)).cpu().numpy() if moved.ndim > len(first) else moved.cpu().numpy()[..., None]


def find_layers(model: TrainedModel) -> tuple[Layer, ...]:
    """The layers of a network that have an axis of recordings, in the order of computation.

    No layer says what its axes are, and entrants order them as they like. So the network runs on zeros: the axis that
    grows with the batch is that of recordings, and the one that grows with the frames that of frames. Of layers that
    give the same numbers, such as dropout and what is before it, the one with the shortest name is kept. Layers whose
    recordings and frames are one axis, or that give no tensor, are left out.
    """
    network = model.network
    frames = next(iter(model.specs.values())).frames
    # twice the frames, not one more, which a stride would swallow
    first, more = _outputs(model, _BATCH, frames), _outputs(model, _BATCH + 1, frames)
    try:
        longer = _outputs(model, _BATCH, 2 * frames)
    except (RuntimeError, IndexError, ValueError):
        longer = {}  # an encoder that has weights for each frame
    # equal places in memory: all outputs are held, so none was freed and used again
    names: dict[tuple[int, int], str] = {}
    for name, output in first.items():
        key = output.data_ptr(), output.numel()
        names[key] = min(names.get(key, name), name, key=lambda each: (each.count("."), each))
    found = []
    for name, output in first.items():
        if names[output.data_ptr(), output.numel()] != name:
            continue
        batch = _grown(output, more[name])
        # where frames cannot be varied: those layers alone whose axes the contract tells
        time = _grown(output, longer[name]) if longer else _by_contract(network, name)
        # an axis that grows with both has windows and frames mixed; one that is not as long as the batch, windows and
        # nodes
        if len(batch) == 1 and len(time) <= 1 and batch != time and output.shape[batch[0]] == _BATCH:
            axes = set(range(output.ndim)) - {*batch, *time}
            steps = output.shape[time[0]] if time else 1
            shape = tuple(output.shape[axis] for axis in sorted(axes))
            axis = time[0] if time else None
            # rounded up: every other of 15 frames are 8
            found.append(Layer(name, batch[0], axis, shape, steps, -(-frames // steps)))
    return tuple(found)


def chosen(layers: Sequence[Layer], patterns: Sequence[str]) -> tuple[Layer, ...]:
    """Layers whose names match one of the patterns, such as ``encoders.*``, in their order.

    Raises:
        InputError: a pattern matches none.
    """
    by_name = {layer.name: layer for layer in layers}
    found = matching(list(by_name), patterns, "layers, ", "no such layer", "see model.embed")
    return tuple(by_name[name] for name in found)


def main_layers(model: TrainedModel) -> tuple[Layer, ...]:
    """What each encoder sees, the layers that it is built of, and what it gives; all with an axis of frames.

    Built of: the first modules below the encoder that are no mere containers (lists, sequences, and a module that is
    the only one within another). The parts of a block of the attention STGCN are none of them, the block is.
    """
    names = set()
    for modality, encoder in model.network.encoders.items():
        names |= {f"{INPUT_LAYERS}.{modality}", f"{ENCODER_LAYERS}.{modality}"}
        names |= {name for name, _ in _built_of(encoder, f"{ENCODER_LAYERS}.{modality}")}
    return tuple(layer for layer in find_layers(model) if layer.name in names and layer.time is not None)


def _built_of(module: nn.Module, name: str) -> Iterator[tuple[str, nn.Module]]:
    children = [(f"{name}.{key}", child) for key, child in module.named_children()]
    for key, child in children:
        if isinstance(child, CONTAINERS) or (len(children) == 1 and any(True for _ in child.children())):
            yield from _built_of(child, key)
        else:
            yield key, child


def _outputs(model: TrainedModel, batch: int, frames: int) -> dict[str, Tensor]:
    # zeros: what the numbers are changes no axis
    zeros = {kind: torch.zeros(batch, frames, spec.nodes, spec.features) for kind, spec in model.specs.items()}
    return layer_outputs(model.network, lambda: model.network(zeros))


def _grown(one: Tensor, other: Tensor) -> list[int]:
    """Axes in which two outputs differ."""
    return [axis for axis in range(one.ndim) if one.shape[axis] != other.shape[axis]] if one.ndim == other.ndim else []


def _by_contract(network: Network, name: str) -> list[int]:
    # inputs and features are [B, T, V, F] by the contract of an entrant
    kind, _, modality = name.partition(".")
    return [1] if kind in (INPUT_LAYERS, ENCODER_LAYERS) and modality in network.encoders else []
