"""The research code's training procedure, as published, and the same number of samples through our loop.

There a sample is six files that are read again for every batch of two; every step runs under anomaly detection. Here
the data lie in memory and batches are larger. Both train the published sizes on pose, to tell 51 objects apart.
"""

from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from benchmark import params as parameters
from benchmark.loop import Part, fit
from benchmark.speed.sides import CASES, FRAMES, has_bf16, model
from deepgrasp import losses
from deepgrasp.network import Network
from deepgrasp.skeleton import HAND_VERTICES
from deepgrasp.spec import InputSpec
from deepgrasp.stgcn import PUBLISHED, AttentionSTGCN
from deepgrasp.tasks import ClassTarget

CLASSES = 51
NODES = {"rarm": 20, "larm": 20, "rhand": 15, "lhand": 15, "body": 55, "obj": 1}  # in each of a sample's files


def write_samples(folder: Path, count: int) -> None:
    """``count`` folders with six files and a label each, smaller than the published ones: no vertices of the body."""
    generator = torch.Generator().manual_seed(0)
    for k in range(count):
        (folder / f"{k}").mkdir()
        for name, nodes in NODES.items():
            pose = torch.rand(FRAMES, nodes, 3, generator=generator)
            edges = torch.rand(FRAMES, nodes, 1, generator=generator, dtype=torch.double)
            contact = torch.zeros(FRAMES, HAND_VERTICES, dtype=torch.int8)
            torch.save({"fullpose": pose, "edges": edges, "contact": contact}, folder / f"{k}/{name}_data.pt")
        np.save(folder / f"{k}/label.npy", k % CLASSES)


class Samples(Dataset[tuple[Tensor, Tensor]]):
    """Reads a sample's files whenever it is asked for it."""

    def __init__(self, folder: Path) -> None:
        self.folders = sorted(folder.iterdir())

    def __len__(self) -> int:
        return len(self.folders)

    def __getitem__(self, k: int) -> tuple[Tensor, Tensor]:
        """Pose of both arms ``[T, V, 4]`` and the label."""
        files = {name: torch.load(self.folders[k] / f"{name}_data.pt", weights_only=True) for name in NODES}
        right, left = (torch.cat([files[arm]["fullpose"], files[arm]["edges"].float()], 2) for arm in ("rarm", "larm"))
        pose = torch.cat([right, left[:, :-1]], 1)  # one neck for both: [T, 39, 4]
        return pose, torch.from_numpy(np.load(self.folders[k] / "label.npy"))


class Classifier(nn.Module):
    """The library's blocks, the mean over nodes and frames, and one linear map."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = model(CASES["pose"], "library float32")
        self.linear = nn.Linear(PUBLISHED["widths"][-1], CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, 4]`` to logits ``[B, 51]``."""
        return self.linear(self.blocks(x.permute(0, 3, 1, 2).contiguous()).mean((2, 3)))


def research_epoch(folder: Path) -> None:
    """One epoch of the published procedure."""
    network = Classifier().train()
    optimiser = torch.optim.Adam(network.parameters(), lr=0.01)
    with torch.autograd.set_detect_anomaly(True):
        for x, label in DataLoader(Samples(folder), batch_size=2, shuffle=True):
            optimiser.zero_grad()
            nn.functional.cross_entropy(network(x), label).backward()
            optimiser.step()


def our_epoch(folder: Path, out: Path) -> None:
    """One epoch of the benchmark's loop, from reading the same data to the restored best network."""
    whole = DataLoader(Samples(folder), batch_size=len(list(folder.iterdir())))
    poses, labels = next(iter(whole))
    train, validation = _part(poses, labels), _part(poses[:2], labels[:2])
    network = Network({"pose": CASES["pose"].spec}, _encoder, {"object": CLASSES})
    precision = "bf16" if has_bf16() else "no"
    recipe = parameters.load().train.model_copy(update={"epochs": 1, "batch": 16, "precision": precision})
    accelerator = Accelerator(cpu=True, mixed_precision=precision)
    fit(network, {"train": train, "validation": validation}, recipe, 0, accelerator, out, lambda done, of: None)


def _encoder(spec: InputSpec) -> AttentionSTGCN:
    return AttentionSTGCN(spec, **PUBLISHED)


def _part(poses: Tensor, labels: Tensor) -> Part:
    targets = {"object": ClassTarget(labels.numpy(), tuple(f"{k}" for k in range(CLASSES)))}
    return Part(tuple(f"{k}" for k in range(len(labels))), {"pose": poses}, targets, losses.tensors(targets))
