"""The network around an encoder: standardised inputs, one encoder a modality, one head a task."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from deepgrasp.errors import InputError
from deepgrasp.inputs.standardise import Standardiser, Statistics
from deepgrasp.loading import encoder_blamed
from deepgrasp.spec import InputSpec

EVALUATION_BATCH = 64
"""How many samples a trained network answers at once, everywhere: another number rounds otherwise."""
Output = int | tuple[int, ...]
"""What a head gives: a number of classes, or the shape of one frame's regression, such as ``(38, 3)`` joints."""


class Readout(nn.Module):
    """Reduces encoders' features to about as many numbers for every kind of encoder, so that heads are alike.

    A graph encoder is read per node: each modality's nodes are reduced to ``numbers // V'`` channels and laid side by
    side, because a mean over nodes forgets which finger did what. A sequence encoder has one node, which is reduced
    only if it has more than ``numbers`` channels.
    """

    def __init__(self, sizes: Sequence[torch.Size], numbers: int) -> None:
        super().__init__()
        # about `numbers` from every encoder: otherwise whoever has more nodes would have a larger head
        kept = [min(channels, max(1, numbers // nodes)) for *_, nodes, channels in sizes]
        self.reduce = nn.ModuleList(
            nn.Identity() if k == size[-1] else nn.Linear(size[-1], k) for k, size in zip(kept, sizes, strict=True)
        )
        self.width = sum(k * size[-2] for k, size in zip(kept, sizes, strict=True))

    def forward(self, features: Sequence[Tensor]) -> list[Tensor]:
        """Readout ``[B, T', V' k]`` of each modality from its features ``[B, T', V', C]``."""
        return [reduce(each).flatten(2) for reduce, each in zip(self.reduce, features, strict=True)]


class SequenceHead(nn.Module):
    """Logits of a whole sequence: the readout of the mean over frames, dropout, one linear map."""

    def __init__(self, readout: Readout, classes: int, *, dropout: float) -> None:
        super().__init__()
        self.readout = readout
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(readout.width, classes)

    def forward(self, features: Sequence[Tensor], frames: int) -> Tensor:
        """Logits ``[B, classes]`` from features ``[B, T', V', C]`` of each modality."""
        # the mean over frames first: reducing 80 frames would cost 80 times as much and, being linear, give the same
        read = self.readout([each.mean(1, keepdim=True) for each in features])  # [B, 1, V' k] each
        return self.linear(self.dropout(torch.cat(read, 2)[:, 0]))


class FrameHead(nn.Module):
    """A regression for every frame: the readout, interpolated to all frames, one linear map, natural units."""

    def __init__(self, readout: Readout, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.readout = readout
        self.linear = nn.Linear(readout.width, math.prod(shape))
        self.natural = Standardiser(shape)

    def forward(self, features: Sequence[Tensor], frames: int) -> Tensor:
        """Regression ``[B, T, *shape]`` in natural units from features ``[B, T', V', C]`` of each modality."""
        # an encoder's frames may be fewer than those of its input: strides leave some out
        joined = torch.cat([_to_frames(each, frames) for each in self.readout(features)], 2)
        # learned in standardised units, where all joints are of one size; given in metres, as losses and scores want it
        return self.natural.inverse(self.linear(joined).unflatten(2, self.natural.mean.shape))


class Network(nn.Module):
    """One encoder per modality and one head per task.

    Args:
        specs: sizes of each modality's input.
        make_encoder: gives an entrant's encoder, ``[B, T, V, F]`` to ``[B, T', V', C]``, for a spec.
        outputs: what each task's head gives, see :data:`Output`.
        readout: numbers a frame that a head reads from each modality, see :class:`Readout`.
        dropout: before the classifiers.

    Raises:
        InputError: an encoder fails, or its features have another form.
    """

    def __init__(
        self,
        specs: Mapping[str, InputSpec],
        make_encoder: Callable[[InputSpec], nn.Module],
        outputs: Mapping[str, Output],
        *,
        readout: int = 256,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.standardise = nn.ModuleDict({m: Standardiser((s.nodes, s.features)) for m, s in specs.items()})
        self.encoders = nn.ModuleDict({m: make_encoder(s) for m, s in specs.items()})
        sizes = [_feature_size(self.encoders[m], s) for m, s in specs.items()]
        self.heads = nn.ModuleDict()
        for task, out in outputs.items():
            # each head has a readout of its own: in joint training a task must not take its channels from another
            if isinstance(out, int):
                self.heads[task] = SequenceHead(Readout(sizes, readout), out, dropout=dropout)
            else:
                self.heads[task] = FrameHead(Readout(sizes, readout), out)

    def set_statistics(self, inputs: Mapping[str, Statistics], targets: Mapping[str, Statistics]) -> None:
        """Take the training data's statistics: of each modality, ``[V, F]``, and each regression task, ``[*shape]``."""
        for modality, standardiser in self.standardise.items():
            cast(Standardiser, standardiser).set(inputs[modality])
        for task, head in self.heads.items():
            if isinstance(head, FrameHead):
                head.natural.set(targets[task])

    def standardised(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The standardised inputs ``[B, T, V, F]`` by modality: no weight changes them, so once a part is enough."""
        return {modality: standardise(inputs[modality]) for modality, standardise in self.standardise.items()}

    def forward(self, inputs: Mapping[str, Tensor], *, standardised: bool = False) -> dict[str, Tensor]:
        """Logits ``[B, classes]`` or regressions ``[B, T, *shape]`` by task, from inputs ``[B, T, V, F]``.

        Args:
            inputs: by modality; where ``standardised`` is true, rows of what :meth:`standardised` made of them.
        """
        known = inputs if standardised else self.standardised(inputs)
        features = [encoder(known[modality]) for modality, encoder in self.encoders.items()]  # [B, T', V', C] each
        frames = next(iter(known.values())).shape[1]
        return {task: head(features, frames) for task, head in self.heads.items()}


def count_parameters(network: nn.Module) -> int:
    """Number of trainable parameters."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)


def _feature_size(encoder: nn.Module, spec: InputSpec) -> torch.Size:
    """Shape ``[1, T', V', C]`` of an encoder's features, found on zeros: no random number is drawn."""
    # Batch norms must not see these zeros, and dropout must not draw: a run would depend on it.
    encoder.eval()
    with torch.no_grad(), encoder_blamed(type(encoder)):
        features = encoder(torch.zeros(1, spec.frames, spec.nodes, spec.features))
    encoder.train()
    # told from [B, C, T, V] by the numbers: an axis in the wrong place would be read as another
    right = features.ndim == 4 and features.shape[0] == 1 and features.shape[2] in (1, spec.nodes)
    if not right or not 1 <= features.shape[1] <= spec.frames or features.shape[3] < 1:
        raise InputError(
            type(encoder).__name__,
            f"made features {list(features.shape)} of {[1, spec.frames, spec.nodes, spec.features]}",
            "return [batch, frames, nodes, channels]; a sequence encoder has one node",
        )
    return features.shape


def _to_frames(features: Tensor, frames: int) -> Tensor:
    """Features of all frames ``[B, T, D]`` by linear interpolation of ``[B, T', D]``; first and last frames coincide.

    A matrix product, because the gradient of torch's own interpolation is not deterministic on a GPU.
    """
    known = features.shape[1]
    if known == frames:
        return features
    at = torch.linspace(0, known - 1, frames, device=features.device)  # place of each frame among the known ones
    weights = F.relu(1 - (at[:, None] - torch.arange(known, device=features.device)).abs())  # [T, T'], rows sum to 1
    return weights.to(features.dtype) @ features
