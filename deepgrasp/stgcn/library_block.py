"""torch-geometric-temporal's block with our arguments: to compare the native layers with."""

import importlib.util
from collections.abc import Collection
from functools import cache
from types import ModuleType
from typing import Any, cast

import torch
from torch import Tensor, nn

from deepgrasp.errors import InputError
from deepgrasp.spec import HYPERPARAMETER
from deepgrasp.stgcn.attention import ATTENTION_KINDS
from deepgrasp.temporal_library import temporal_module

LIBRARY = "torch-geometric-temporal"


@cache
def library_layers() -> ModuleType:
    """The library's module ``nn.attention.tsagcn``, which holds ``AAGCN`` and its units.

    Raises:
        InputError: the library is not installed.
    """
    if importlib.util.find_spec("torch_geometric_temporal") is None:
        remedy = f"`pip install --no-deps {LIBRARY}`, or choose native"
        raise InputError(f"{HYPERPARAMETER}backend", f"pyg-temporal needs {LIBRARY}, which is not installed", remedy)
    return temporal_module("nn.attention.tsagcn")


class LibraryBlock(nn.Module):
    """torch-geometric-temporal's ``AAGCN`` with the arguments and tensors of :class:`GraphBlock`.

    The arithmetic is the library's. Its units are built with what its block leaves at defaults (kernel, embedding,
    scale of the branch) and with our adjacency, because its own cannot be made for one node or an isolated last one;
    a plain tensor and two lambdas that keep it from being moved to a device and pickled are replaced.

    Raises:
        InputError: the library is not installed, or has no such variant.
    """

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        adjacency: Tensor,
        *,
        kernel: int = 9,
        stride: int = 1,
        attention: Collection[str] = ATTENTION_KINDS,
        adaptive: str = "full",
        rank: int = 8,
        embedding: int = 4,
        branch_scale: float = 1.0,
    ) -> None:
        super().__init__()
        remedy = "choose it, or the native backend"
        if 0 < len(attention) < len(ATTENTION_KINDS):
            raise InputError(
                f"{HYPERPARAMETER}attention", f"{LIBRARY} has all of {', '.join(ATTENTION_KINDS)} or none", remedy
            )
        if adaptive == "low-rank":
            raise InputError(f"{HYPERPARAMETER}adaptive", f"{LIBRARY} has full or off", remedy)
        if adaptive == "full" and channels_out < embedding:
            # it would compare nodes by no channel at all, which fails on the first sample; the native block takes one
            problem = f"{embedding} is more than a width, {channels_out}"
            remedy = f"choose {channels_out} at most, or the native backend"
            raise InputError(f"{HYPERPARAMETER}embedding", problem, remedy)
        layers, knobs = library_layers(), {"adaptive": adaptive == "full", "attention": bool(attention)}
        # two nodes and an edge: its units are replaced below by those with the true graph
        any_graph = torch.tensor([[0], [1]])
        block = layers.AAGCN(channels_in, channels_out, any_graph, 2, stride=stride, **knobs)
        block.gcn1 = layers.UnitGCN(channels_in, channels_out, adjacency.clone(), coff_embedding=embedding, **knobs)
        # its block takes no kernel: here its temporal unit gets ours
        block.tcn1 = layers.UnitTCN(channels_out, channels_out, kernel_size=kernel, stride=stride)
        # the library starts from 1e-6: for some epochs the graph looks dead
        nn.init.constant_(block.gcn1.bn.weight, branch_scale)
        self.aagcn = _portable(block)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, V, T, C]`` to ``[B, V, ceil(T / stride), C']``."""
        # there [B, C, T, V] and views of it; with one feature .contiguous() would copy nothing and the views fail
        y = self.aagcn(x.permute(0, 3, 2, 1).clone(memory_format=torch.contiguous_format))
        return y.permute(0, 3, 2, 1)


def _portable(block: Any) -> nn.Module:
    """The library's block with its plain tensor as a buffer and its lambdas as modules, to be moved and pickled."""
    unit = block.gcn1
    fixed = unit.A  # a plain attribute there: with adaptive=off it stays on the CPU
    del unit.A
    unit.register_buffer("A", fixed, persistent=False)
    for owner, name in ((block, "residual"), (unit, "down")):
        if not isinstance(getattr(owner, name), nn.Module):
            # lambdas for equal widths cannot be pickled
            setattr(owner, name, nn.Identity())
    return cast(nn.Module, block)
