"""Weights of torch-geometric-temporal's block for ours: with them both compute the same function."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from deepgrasp.errors import InputError

SUBSETS = tuple(f"gcn1.conv_d.{k}" for k in range(3))
EMBEDDINGS = tuple(f"gcn1.conv_{side}.{k}" for side in "ab" for k in range(3))
NORMS = (  # ours, its batch norm there, the convolutions before it there
    ("graph", "gcn1.bn", SUBSETS),
    ("graph.shortcut", "gcn1.down.1", ("gcn1.down.0",)),
    ("temporal", "tcn1.bn", ("tcn1.conv",)),
    ("shortcut", "residual.bn", ("residual.conv",)),
)
MATRICES = (  # ours, the 1x1 convolutions that it joins, along which axis
    ("graph.project", SUBSETS, 1),
    ("graph.receive.embed", EMBEDDINGS, 0),
    ("graph.shortcut.linear", ("gcn1.down.0",), 0),
    ("shortcut.linear", ("residual.conv",), 0),
)


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
    for ours, norm, convolutions in NORMS:
        if f"{norm}.weight" in weights:
            parts = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
            state |= {f"{ours}.norm.{part}": weights[f"{norm}.{part}"] for part in parts}
            # a bias before a norm changes nothing but the norm's running mean: ours has none
            biases = torch.stack([weights[f"{name}.bias"] for name in convolutions]).sum(0)
            state[f"{ours}.norm.running_mean"] = state[f"{ours}.norm.running_mean"] - biases
    for ours, matrices, dim in MATRICES:
        if f"{matrices[0]}.weight" in weights:
            # [out, in, 1, 1] of a 1x1 convolution to [out, in]
            state[f"{ours}.weight"] = torch.cat([weights[f"{name}.weight"] for name in matrices], dim)[:, :, 0, 0]
    # [C, C, kernel, 1] there, [C, C, 1, kernel] here
    state["temporal.conv.weight"] = weights["tcn1.conv.weight"].transpose(2, 3)
    if "gcn1.PA" in weights:
        state |= {"graph.receive.adjacency": weights["gcn1.PA"], "graph.receive.alpha": weights["gcn1.alpha"]}
        state["graph.receive.embed.bias"] = torch.cat([weights[f"{name}.bias"] for name in EMBEDDINGS])
    for ours, theirs in (("spatial", "conv_sa"), ("temporal", "conv_ta"), ("squeeze", "fc1c"), ("excite", "fc2c")):
        if f"gcn1.{theirs}.weight" in weights:
            state |= {f"attention.{ours}.{part}": weights[f"gcn1.{theirs}.{part}"] for part in ("weight", "bias")}
    return state
