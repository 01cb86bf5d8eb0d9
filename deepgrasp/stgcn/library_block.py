"""torch-geometric-temporal's block with our arguments, and its weights for ours: to compare the native layers with."""

import importlib.util
from collections.abc import Collection, Mapping
from functools import cache
from types import ModuleType
from typing import Any, cast

import torch
from torch import Tensor, nn

from deepgrasp.errors import InputError
from deepgrasp.spec import HYPERPARAMETER
from deepgrasp.stgcn.attention import KINDS
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
        attention: Collection[str] = KINDS,
        adaptive: str = "full",
        rank: int = 8,
        embedding: int = 4,
        branch_scale: float = 1.0,
    ) -> None:
        super().__init__()
        remedy = "choose it, or the native backend"
        if 0 < len(attention) < len(KINDS):
            raise InputError(f"{HYPERPARAMETER}attention", f"{LIBRARY} has all of {', '.join(KINDS)} or none", remedy)
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


def from_aagcn(block: Any, weights: Mapping[str, Tensor] | None = None) -> dict[str, Tensor]:
    """The state of a :class:`GraphBlock` from torch-geometric-temporal's ``AAGCN`` with the same sizes.

    Args:
        weights: instead of the block's own, such as their gradients.

    Raises:
        InputError: the block has no residual connection, ours always has one; its weights alone do not tell.
    """
    # without one the library's is a function that gives zero
    if not isinstance(block.residual, nn.Module) and not torch.is_tensor(block.residual(torch.ones(1))):
        raise InputError("AAGCN", "has residual=False", "build it with one, as ours is")
    weights = block.state_dict() if weights is None else weights
    state: dict[str, Tensor] = {}
    for ours, norm, convolutions in _AAGCN_NORMS:
        if f"{norm}.weight" in weights:
            parts = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
            state |= {f"{ours}.norm.{part}": weights[f"{norm}.{part}"] for part in parts}
            # a bias before a norm changes nothing but the norm's running mean: ours has none
            biases = torch.stack([weights[f"{name}.bias"] for name in convolutions]).sum(0)
            state[f"{ours}.norm.running_mean"] = state[f"{ours}.norm.running_mean"] - biases
    for ours, matrices, dim in _AAGCN_MATRICES:
        if f"{matrices[0]}.weight" in weights:
            # [out, in, 1, 1] of a 1x1 convolution to [out, in]
            state[f"{ours}.weight"] = torch.cat([weights[f"{name}.weight"] for name in matrices], dim)[:, :, 0, 0]
    # [C, C, kernel, 1] there, [C, C, 1, kernel] here
    state["temporal.conv.weight"] = weights["tcn1.conv.weight"].transpose(2, 3)
    if "gcn1.PA" in weights:
        state |= {"graph.receive.adjacency": weights["gcn1.PA"], "graph.receive.alpha": weights["gcn1.alpha"]}
        state["graph.receive.embed.bias"] = torch.cat([weights[f"{name}.bias"] for name in _AAGCN_EMBEDDINGS])
    for ours, theirs in (("spatial", "conv_sa"), ("temporal", "conv_ta"), ("squeeze", "fc1c"), ("excite", "fc2c")):
        if f"gcn1.{theirs}.weight" in weights:
            state |= {f"attention.{ours}.{part}": weights[f"gcn1.{theirs}.{part}"] for part in ("weight", "bias")}
    return state


_AAGCN_SUBSETS = tuple(f"gcn1.conv_d.{k}" for k in range(3))
_AAGCN_EMBEDDINGS = tuple(f"gcn1.conv_{side}.{k}" for side in "ab" for k in range(3))
_AAGCN_NORMS = (  # ours, its batch norm there, the convolutions before it there
    ("graph", "gcn1.bn", _AAGCN_SUBSETS),
    ("graph.shortcut", "gcn1.down.1", ("gcn1.down.0",)),
    ("temporal", "tcn1.bn", ("tcn1.conv",)),
    ("shortcut", "residual.bn", ("residual.conv",)),
)
_AAGCN_MATRICES = (  # ours, the 1x1 convolutions that it joins, along which axis
    ("graph.project", _AAGCN_SUBSETS, 1),
    ("graph.receive.embed", _AAGCN_EMBEDDINGS, 0),
    ("graph.shortcut.linear", ("gcn1.down.0",), 0),
    ("shortcut.linear", ("residual.conv",), 0),
)
