"""The research code's training procedure, as published, and the same samples through our loop.

There a sample is six files that are read again for every batch of two; every step runs under anomaly detection. Here
the data lie on the device and batches are larger. Both train the published sizes to tell 51 objects apart.
"""

import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from benchmark import params as parameters
from benchmark.params import Budget
from benchmark.pipeline.examples import Examples, Tensors
from benchmark.pipeline.loop import fit
from benchmark.speed.contenders import CASES, PUBLISHED_FRAMES, has_bf16, model
from deepgrasp.choices import POSE, TOUCH
from deepgrasp.network import losses
from deepgrasp.network.network import Network
from deepgrasp.skeleton import HAND_VERTICES
from deepgrasp.spec import InputSpec
from deepgrasp.stgcn.attention_stgcn import PUBLISHED, AttentionSTGCN
from deepgrasp.tasks.object import TASK as OBJECT
from deepgrasp.tasks.targets import ClassTarget

_CLASSES = 51
_NODES = {"rarm": 20, "larm": 20, "rhand": 15, "lhand": 15, "body": 55, "obj": 1}  # in each of a sample's files
CPU = torch.device("cpu")


def write_samples(folder: Path, count: int) -> None:
    """``count`` folders with six files and a label each, smaller than the published ones: no vertices of the body."""
    generator = torch.Generator().manual_seed(0)
    for k in range(count):
        (folder / f"{k}").mkdir()
        for name, nodes in _NODES.items():
            pose = torch.rand(PUBLISHED_FRAMES, nodes, 3, generator=generator)
            edges = torch.rand(PUBLISHED_FRAMES, nodes, 1, generator=generator, dtype=torch.double)
            # the label of the touched part, 0 where nothing touches
            contact = torch.randint(0, 56, (PUBLISHED_FRAMES, HAND_VERTICES), generator=generator).to(torch.int8)
            torch.save({"fullpose": pose, "edges": edges, "contact": contact}, folder / f"{k}/{name}_data.pt")
        np.save(folder / f"{k}/label.npy", k % _CLASSES)


class Samples(Dataset[tuple[Tensors, Tensor]]):
    """Reads a sample's files whenever it is asked for it.

    Args:
        inputs: of the keys of :data:`benchmark.speed.contenders.CASES`.
    """

    def __init__(self, folder: Path, inputs: Sequence[str]) -> None:
        self.folders, self.inputs = sorted(folder.iterdir()), inputs

    def __len__(self) -> int:
        return len(self.folders)

    def __getitem__(self, k: int) -> tuple[Tensors, Tensor]:
        """Pose of both arms ``[T, 39, 4]``, touch of both hands ``[T, 1556, 1]``, and the label."""
        # all six, also those that the inputs do not need: so does the research code
        files = {name: torch.load(self.folders[k] / f"{name}_data.pt", weights_only=True) for name in _NODES}
        right, left = (torch.cat([files[arm]["fullpose"], files[arm]["edges"].float()], 2) for arm in ("rarm", "larm"))
        touch = torch.cat([files["rhand"]["contact"], files["lhand"]["contact"]], 1)
        whole = {
            POSE: torch.cat([right, left[:, :-1]], 1),  # one neck for both
            TOUCH: (touch > 0).float().unsqueeze(2),
        }
        return {name: whole[name] for name in self.inputs}, torch.from_numpy(np.load(self.folders[k] / "label.npy"))


class Classifier(nn.Module):
    """The library's blocks for each input, the mean over nodes and frames, and one linear map."""

    def __init__(self, inputs: Sequence[str]) -> None:
        super().__init__()
        self.blocks = nn.ModuleDict({name: model(CASES[name], "library float32") for name in inputs})
        self.linear = nn.Linear(len(inputs) * PUBLISHED["widths"][-1], _CLASSES)

    def forward(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """``[B, T, V, F]`` of each input to logits ``[B, 51]``."""
        # copied: of one feature the library would get a view that it cannot view again
        moved = {name: x.permute(0, 3, 1, 2).clone(memory_format=torch.contiguous_format) for name, x in inputs.items()}
        read = [blocks(moved[name]).mean((2, 3)) for name, blocks in self.blocks.items()]  # each [B, C]
        return self.linear(torch.cat(read, 1))


def research_epoch(folder: Path, inputs: Sequence[str] = (POSE,), device: torch.device = CPU) -> None:
    """One epoch of the published procedure."""
    network = Classifier(inputs).to(device).train()
    # slow on purpose: anomaly detection and batches of two are what was published
    optimiser = torch.optim.Adam(network.parameters(), lr=0.01)
    with torch.autograd.set_detect_anomaly(True):
        for x, label in DataLoader(Samples(folder, inputs), batch_size=2, shuffle=True):
            optimiser.zero_grad()
            logits = network({name: each.to(device) for name, each in x.items()})
            nn.functional.cross_entropy(logits, label.to(device)).backward()
            optimiser.step()


def our_epoch(folder: Path, out: Path) -> None:
    """One epoch of the benchmark's loop on a CPU, from reading the same data to the trained network."""
    inputs, labels = read_samples(folder, [POSE])
    changes = {
        "budget": Budget.of("epochs", 1),
        "batch": 16,
        "precision": "bf16" if has_bf16() else "no",
        "device": "cpu",
    }
    our_training(inputs, labels, changes, {}, out)


def our_training(
    inputs: Tensors, labels: Tensor, changes: Mapping[str, object], knobs: Mapping[str, object], out: Path
) -> list[float]:
    """Seconds of each epoch of the benchmark's loop, validated on two of the samples; the first one warms up.

    Args:
        inputs: ``[N, T, V, F]`` of each input, on the device.
        labels: ``[N]``.
        changes: to the recipe of params.yaml.
        knobs: of :class:`deepgrasp.stgcn.attention_stgcn.AttentionSTGCN`, besides the published sizes.
    """
    # not validated again: what is changed here are constants
    recipe = parameters.load_params().train.model_copy(update=dict(changes))
    accelerator = Accelerator(cpu=recipe.device == "cpu", mixed_precision=recipe.precision)

    def encoder(spec: InputSpec) -> AttentionSTGCN:
        return AttentionSTGCN(spec, **PUBLISHED | dict(knobs))

    network = Network({name: CASES[name].spec for name in inputs}, encoder, {OBJECT.name: _CLASSES})
    # two samples: validation is part of an epoch, but its size is not what is raced
    first = {name: each[:2] for name, each in inputs.items()}
    parts = {"train": _examples(inputs, labels), "validation": _examples(first, labels[:2])}
    # by the callback of the loop: the loop itself stays the one that boards are made with
    ends = [time.perf_counter()]
    fit(network, parts, recipe, 0, accelerator, out, lambda done, of: ends.append(time.perf_counter()))
    return [end - start for start, end in pairwise(ends)]


def read_samples(folder: Path, inputs: Sequence[str]) -> tuple[Tensors, Tensor]:
    """All samples ``[N, T, V, F]`` of each input and their labels ``[N]``."""
    samples = Samples(folder, inputs)
    # one batch of all: the research code's own files, read once
    whole: tuple[Tensors, Tensor] = next(iter(DataLoader(samples, batch_size=len(samples))))
    return whole


def _examples(inputs: Tensors, labels: Tensor) -> Examples:
    targets = {OBJECT.name: ClassTarget(labels.cpu().numpy(), tuple(f"{k}" for k in range(_CLASSES)))}
    tensors = {name: each.to(labels.device) for name, each in losses.tensors(targets).items()}
    return Examples(tuple(f"{k}" for k in range(len(labels))), inputs, targets, tensors)
