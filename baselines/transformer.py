"""A spatio-temporal Transformer: a node in a few frames is a token that attends to the other nodes, and over time."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from deepgrasp.errors import InputError
from deepgrasp.geometry.graph import normalised_adjacency
from deepgrasp.spec import HYPERPARAMETER, InputSpec, check_depth, check_fraction, check_names, check_sizes

SEARCH = {
    "width": (16, 32, 64),
    "layers": (1, 2, 3),
    "heads": (1, 2, 4),
    "patch": (1, 2, 3),
    "positions": (("code",), ("hops",), ("code", "hops")),
    "readout": (4, 6, 8),
}
POSITIONS = ("code", "hops")


class Transformer(nn.Module):
    """Attention among the nodes of a time, then among the times of a node (Plizzari et al. 2021, section 3).

    Both are scaled dot products of several heads (Vaswani et al. 2017, equation 1), normalised before and added to
    what they read, as is the perceptron that follows them (Xiong et al. 2020); this order, space before time within a
    layer, is the factorised self-attention of Arnab et al. 2021 (model 3), as are tokens of a few frames ("tubelets").
    A token knows its time by a learned code, and its node by ``positions``: a learned code each, or the graph alone,
    whose distance in edges adds a learned number to the product (Ying et al. 2021, equation 6).

    Ours: the sizes, and the readout, a perceptron of all nodes of a frame as in ``gcn``: each token tells its frames
    apart, since regressions ask for every one. It sees postures and motion, as Transformers on skeletons see joint
    positions and velocities.

    Args:
        width: of a token; a multiple of ``heads``.
        layers: of attention in space, attention in time and perceptron.
        heads: of each attention.
        positions: how a token knows its node: ``code``, ``hops``, both, or none.
        reach: edges beyond which all nodes are equally far.
        patch: frames of a token.
        readout: channels of each node that the perceptron of the frame reads.
        features: of that perceptron.
        dropout: fraction of the features that are dropped at the end.
    """

    hops: Tensor

    def __init__(
        self,
        spec: InputSpec,
        *,
        width: int = 32,
        layers: int = 2,
        heads: int = 2,
        positions: tuple[str, ...] = POSITIONS,
        reach: int = 6,
        patch: int = 2,
        readout: int = 6,
        features: int = 48,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        check_sizes(width=width, heads=heads, reach=reach, patch=patch, readout=readout, features=features)
        check_depth(layers=layers)
        check_fraction(dropout=dropout)
        check_names(POSITIONS, positions=positions)
        if width % heads:
            raise InputError(f"{HYPERPARAMETER}width", f"is {width}", f"give a multiple of heads, which is {heads}")
        self.heads, self.patch = heads, patch
        self.embed = nn.Linear(patch * spec.features, width)
        self.time_code = nn.Parameter(0.02 * torch.randn(-(-spec.frames // patch), 1, width))
        self.node_code = nn.Parameter(0.02 * torch.randn(spec.nodes, width)) if "code" in positions else None
        # from 0 to `reach` edges, and farther; nothing is known of them at first
        self.nearness = nn.Parameter(torch.zeros(layers, heads, reach + 2)) if "hops" in positions else None
        self.register_buffer("hops", torch.from_numpy(distances(spec, reach)), persistent=False)  # [V, V]
        # in space and in time, a layer: before, the map to queries, keys and values, and the one back
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2 * layers))
        self.asked = nn.ModuleList(nn.Linear(width, 3 * width) for _ in range(2 * layers))
        self.told = nn.ModuleList(nn.Linear(width, width) for _ in range(2 * layers))
        self.perceptrons = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
            for _ in range(layers)
        )
        self.reduce = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, patch * readout))
        self.read = nn.Sequential(nn.Linear(spec.nodes * readout, features), nn.LayerNorm(features), nn.ReLU())
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T, 1, features]``."""
        h = self.embed(self.patches(x)) + self.time_code  # [B, S, V, width]
        if self.node_code is not None:
            h = h + self.node_code
        for k, perceptron in enumerate(self.perceptrons):
            near = None if self.nearness is None else self.nearness[k][:, self.hops]  # [heads, V, V]
            h = h + self.attend(2 * k, h, near)
            h = h + self.attend(2 * k + 1, h.transpose(1, 2)).transpose(1, 2)
            h = h + perceptron(h)
        # each token's frames apart again: [B, S, V, patch readout] to [B, T, V readout]
        nodes = self.reduce(h).unflatten(3, (self.patch, -1)).transpose(2, 3).flatten(1, 2)[:, : x.shape[1]].flatten(2)
        return self.dropout(self.read(nodes)).unsqueeze(2)

    def patches(self, x: Tensor) -> Tensor:
        """What each token sees: ``[B, T, V, F]`` to ``[B, S, V, patch F]``, with frames of zeros after the last."""
        filled = F.pad(x, (0, 0, 0, 0, 0, -x.shape[1] % self.patch))  # [B, S patch, V, F]
        return filled.unflatten(1, (-1, self.patch)).transpose(2, 3).flatten(3)

    def attend(self, k: int, h: Tensor, near: Tensor | None = None) -> Tensor:
        """What the ``k``-th attention makes of tokens that see each other: ``[B, groups, tokens, width]``, as it came.

        Args:
            near: added to the products of queries and keys, ``[heads, tokens, tokens]``.
        """
        # [B, G, N, 3 width] to three of [B, G, heads, N, width / heads]
        queries, keys, values = (
            each.unflatten(-1, (self.heads, -1)).transpose(2, 3)
            for each in self.asked[k](self.norms[k](h)).chunk(3, -1)
        )
        products = (queries * queries.shape[-1] ** -0.5) @ keys.transpose(-1, -2)  # [B, G, heads, N, N]
        weights = (products if near is None else products + near).softmax(-1)
        return self.told[k]((weights @ values).transpose(2, 3).flatten(3))  # [B, G, N, width]


def distances(spec: InputSpec, reach: int) -> NDArray[np.int64]:
    """Edges between each two nodes, ``[V, V]``; ``reach + 1`` where they are more, or no way leads there."""
    linked = normalised_adjacency(spec.edges, spec.nodes) > 0  # each node with itself too
    found = np.full(linked.shape, reach + 1)
    near = np.eye(spec.nodes, dtype=bool)
    for k in range(reach + 1):
        found[near & (found > k)] = k
        near = (near.astype(np.float32) @ linked) > 0
    return found
