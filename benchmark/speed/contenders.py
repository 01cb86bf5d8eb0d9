"""Both sides of the models' race: torch-geometric-temporal's blocks and ours, at the published sizes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from deepgrasp.choices import POSE, TOUCH
from deepgrasp.geometry.graph import arm_edges
from deepgrasp.skeleton import HAND_VERTICES, arms
from deepgrasp.spec import InputSpec
from deepgrasp.stgcn.attention_stgcn import PUBLISHED, AttentionSTGCN
from deepgrasp.stgcn.library_block import library_layers

PUBLISHED_FRAMES = 80  # as published
CONTENDERS = ("library float32", "native float32", "native bf16")


@dataclass(frozen=True)
class Case:
    """One input of the race: graph, batch size, and the options of our encoder for that graph."""

    spec: InputSpec
    batch: int
    knobs: Mapping[str, Any]


def touch_surfaces(vertices: int) -> InputSpec:
    """The touch of two hands: each a triangle lattice wound around a tube, six neighbours a vertex as on a mesh."""
    # 1, 13 and 14 apart: the next vertex around the tube, the one above, the one above and next
    hand = [(k - step, k) for step in (1, 13, 14) for k in range(step, vertices)]
    edges = [(tail + side, head + side) for side in (0, vertices) for tail, head in hand]
    return InputSpec(2 * vertices, 1, PUBLISHED_FRAMES, tuple(edges))


def joints() -> InputSpec:
    """The pose of both arms."""
    # both arms and hands, as published
    names = arms("both")
    return InputSpec(len(names), 4, PUBLISHED_FRAMES, tuple((int(tail), int(head)) for tail, head in arm_edges(names)))


CASES = {
    POSE: Case(joints(), 16, {}),
    TOUCH: Case(touch_surfaces(HAND_VERTICES), 2, {"components": "shared"}),
}


def has_bf16() -> bool:
    """Whether the processor has bf16 instructions; without them bf16 is emulated and slow."""
    # torch has no public question for it
    flags = Path("/proc/cpuinfo")
    return flags.exists() and any(name in flags.read_text(encoding="utf-8") for name in ("avx512_bf16", "amx_bf16"))


def model(case: Case, side: str) -> nn.Module:
    """The library's two blocks with dropout as the research code has them, or ours."""
    if side.startswith("native"):
        return AttentionSTGCN(case.spec, **PUBLISHED, **case.knobs)
    edges, modules = torch.tensor(case.spec.edges).T, []
    first, second = PUBLISHED["widths"]
    for before, after in ((case.spec.features, first), (first, second)):
        modules += [library_layers().AAGCN(before, after, edges, case.spec.nodes), nn.Dropout(PUBLISHED["dropout"])]
    return nn.Sequential(*modules)


def random_input(case: Case, side: str, batch: int) -> Tensor:
    """Random input as the side wants it, ``[B, T, V, F]`` or the library's ``[B, F, T, V]``."""
    x = torch.rand(batch, case.spec.frames, case.spec.nodes, case.spec.features)
    # contiguous: a permuted view would be copied inside every step of the library and slow it down
    return x if side.startswith("native") else x.permute(0, 3, 1, 2).clone(memory_format=torch.contiguous_format)


class Step:
    """One training step without an optimiser: forward, and backward from a gradient of ones."""

    def __init__(self, case: Case, side: str) -> None:
        # the same weights and inputs in each process, so that rounds can be compared
        torch.manual_seed(0)
        self.model, self.x, self.low = model(case, side), random_input(case, side, case.batch), side.endswith("bf16")

    def __call__(self) -> None:
        self.model.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=self.low):
            features = self.model(self.x)
        # ones instead of a loss: its cost would be the same on both sides
        features.backward(torch.ones_like(features))


def million_multiply_adds(case: Case, side: str = "native") -> float:
    """Millions of multiply-adds of one sample of the case through a side's model."""
    return millions(model(case, side), random_input(case, side, 1))


def millions(encoder: nn.Module, x: Tensor) -> float:
    """Millions of multiply-adds of one sample, forward; counted without computing anything."""
    from torch.utils.flop_counter import FlopCounterMode

    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        encoder.eval().to("meta")(x[:1].to("meta"))
    # two operations are one multiply-add
    return counter.get_total_flops() / 2e6
