"""Attention graph layers: adaptive graph convolution, spatial-temporal-channel attention and temporal convolution.

The layers are those of 2s-AGCN (Shi et al. 2019, CVPR) and MS-AAGCN (Shi et al. 2020, TIP); with the weights of
torch-geometric-temporal's ``AAGCN`` (:func:`from_aagcn`) a :class:`GraphBlock` computes the same function. Tensors
are ``[B, V, T, C]`` = batch, nodes, frames, channels: with the nodes before the frames the sum over neighbours is one
matrix product, with the channels last a 1x1 convolution is another, and neither copies its input.
"""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class GraphConvolution(nn.Module):
    """Adaptive graph convolution ``sum_k (A_k + alpha B_k) x W_k`` with a shortcut (Shi et al. 2020, eq. 4 and 5).

    ``A_k`` is learned, from the given partition of the graph; ``B_k = tanh(theta_k(x) phi_k(x)^T)`` compares each pair
    of nodes of the sample at hand. The four or more small convolutions per subset are two matrix products here.

    Args:
        adjacency: ``[K, V, V]``, column ``v`` holds the weights with which node ``v`` receives.
        adaptive: learn ``A_k`` and add ``B_k``; otherwise the given adjacency is fixed.
        embedding: ``theta`` and ``phi`` have ``channels_out // embedding`` channels.
        branch_scale: initial scale of the branch beside the shortcut. The published 1e-6 starts from the shortcut
            alone, and the graph is silent for the first epochs.
    """

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        adjacency: Tensor,
        *,
        adaptive: bool = True,
        embedding: int = 4,
        branch_scale: float = 1.0,
    ) -> None:
        super().__init__()
        subsets = len(adjacency)
        if adaptive:
            self.adjacency = nn.Parameter(adjacency.clone())
            self.alpha = nn.Parameter(torch.zeros(1))
            self.embed = nn.Linear(channels_in, 2 * subsets * max(1, channels_out // embedding))
            _he_fan_out(self.embed, channels_out // embedding)
        else:  # not saved: it comes from the InputSpec
            self.register_buffer("adjacency", adjacency.clone(), persistent=False)
        self.adaptive = adaptive
        self.project = nn.Linear(subsets * channels_in, channels_out, bias=False)  # the norm has the bias
        nn.init.normal_(self.project.weight, 0, math.sqrt(2 / (channels_out * channels_in * subsets)))
        self.norm = nn.BatchNorm1d(channels_out)
        nn.init.constant_(self.norm.weight, branch_scale)
        self.shortcut = nn.Identity() if channels_in == channels_out else Projection(channels_in, channels_out)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, V, T, C]`` to ``[B, V, T, C']``."""
        batch, nodes, frames, channels = x.shape
        received = torch.matmul(self._weights(x), x.reshape(batch, nodes, frames * channels))  # [B, K V, T C]
        subsets = received.view(batch, -1, nodes, frames, channels).permute(0, 2, 3, 1, 4)  # [B, V, T, K, C]
        branch = _by_channel(self.norm, self.project(subsets.flatten(3)))
        return (branch + self.shortcut(x)).relu_()

    def _weights(self, x: Tensor) -> Tensor:
        """Weight of sender ``w`` at receiver ``v`` in subset ``k``: ``[B, K V, V]``, or ``[K V, V]`` if fixed."""
        if not self.adaptive:
            return self.adjacency.transpose(1, 2).flatten(0, 1)
        batch, nodes, frames, _ = x.shape
        subsets = len(self.adjacency)
        pairs = self.embed(x).view(batch, nodes, frames, 2, subsets, -1).permute(3, 0, 4, 1, 2, 5)
        sender, receiver = pairs.flatten(4)  # each [B, K, V, T I]
        alike = torch.tanh(receiver @ sender.transpose(2, 3) / sender.shape[-1])  # [B, K, V, V]
        return (self.adjacency.transpose(1, 2) + self.alpha * alike).flatten(1, 2)


class Attention(nn.Module):
    """Spatial, then temporal, then channel attention, each ``y + y * gate`` (Shi et al. 2020, section 3.3).

    Every gate needs only means, and the mean of a gated tensor is a weighted mean of the original one: the three gates
    are found from two reductions and applied together.

    Args:
        nodes: sets the reach of the spatial gate: the largest odd number of nodes.
    """

    def __init__(self, channels: int, nodes: int) -> None:
        super().__init__()
        reach = nodes - 1 if nodes % 2 == 0 else nodes
        self.spatial = nn.Conv1d(channels, 1, reach, padding=(reach - 1) // 2)
        self.temporal = nn.Conv1d(channels, 1, 9, padding=4)
        self.squeeze = nn.Linear(channels, channels // 2)
        self.excite = nn.Linear(channels // 2, channels)
        nn.init.xavier_normal_(self.spatial.weight)
        nn.init.kaiming_normal_(self.squeeze.weight)
        for zero in (self.temporal.weight, self.excite.weight):
            nn.init.zeros_(zero)
        for layer in (self.spatial, self.temporal, self.squeeze, self.excite):
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]

    def forward(self, y: Tensor) -> Tensor:
        """``[B, V, T, C]`` to the same shape."""
        batch, nodes, frames, channels = y.shape
        spatial = 1 + torch.sigmoid(self._over_nodes(y.mean(2)))  # [B, 1, V]
        by_frame = (spatial @ y.flatten(2) / nodes).view(batch, frames, channels)
        temporal = 1 + torch.sigmoid(self.temporal(by_frame.transpose(1, 2)))  # [B, 1, T]
        pooled = temporal @ by_frame / frames  # [B, 1, C]
        channel = 1 + torch.sigmoid(self.excite(F.relu(self.squeeze(pooled))))
        return y * (spatial.transpose(1, 2) * temporal).unsqueeze(3) * channel.unsqueeze(2)

    def _over_nodes(self, y: Tensor) -> Tensor:
        """The spatial convolution, ``[B, V, C]`` to ``[B, 1, V]``, with input and kernel in each other's places.

        Both are as long as the graph is large. Torch is some twenty times slower with one output channel than with
        one per sample.
        """
        side = y.shape[1] - 1 - self.spatial.padding[0]  # type: ignore[operator]
        kernel = F.pad(self.spatial.weight, (side, side))
        gates = F.conv1d(kernel, y.transpose(1, 2)).transpose(0, 1).flip(2)
        return gates + self.spatial.bias  # type: ignore[operator]


class ChannelDropout(nn.Module):
    """Drop whole channels of a sample (Tompson et al. 2015): a value dropped alone is betrayed by its neighbours."""

    def __init__(self, fraction: float) -> None:
        super().__init__()
        self.fraction = fraction

    def forward(self, x: Tensor) -> Tensor:
        """``[B, ..., C]`` to the same shape; in evaluation the input itself."""
        if not self.training or not self.fraction:
            return x
        kept = F.dropout(x.new_ones(x.shape[0], *[1] * (x.ndim - 2), x.shape[-1]), self.fraction)
        return x * kept


class TemporalConvolution(nn.Module):
    """Convolution over the frames of each node, then batch norm; ``ceil(T / stride)`` frames come out."""

    def __init__(self, channels: int, *, kernel: int = 9, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, (1, kernel), (1, stride), (0, (kernel - 1) // 2), bias=False)
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_out")
        self.norm = nn.BatchNorm1d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, V, T, C]`` to ``[B, V, T', C]``."""
        return _by_channel(self.norm, self.conv(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1))


class Projection(nn.Module):
    """Shortcut to another width or frame rate: every ``stride``-th frame, a linear map and batch norm."""

    def __init__(self, channels_in: int, channels_out: int, *, stride: int = 1) -> None:
        super().__init__()
        self.stride = stride
        self.linear = nn.Linear(channels_in, channels_out, bias=False)
        _he_fan_out(self.linear, channels_out)
        self.norm = nn.BatchNorm1d(channels_out)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, V, T, C]`` to ``[B, V, T', C']``."""
        return _by_channel(self.norm, self.linear(x[:, :, :: self.stride]))


class GraphBlock(nn.Module):
    """Graph convolution, attention and temporal convolution with a shortcut over all: one block of MS-AAGCN.

    Args:
        adjacency: ``[K, V, V]``, see :class:`GraphConvolution`, which also explains ``embedding`` and ``branch_scale``.
        kernel: frames that the temporal convolution sees; odd.
        stride: keep every ``stride``-th frame.
    """

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        adjacency: Tensor,
        *,
        kernel: int = 9,
        stride: int = 1,
        adaptive: bool = True,
        attention: bool = True,
        embedding: int = 4,
        branch_scale: float = 1.0,
    ) -> None:
        super().__init__()
        self.graph = GraphConvolution(
            channels_in, channels_out, adjacency, adaptive=adaptive, embedding=embedding, branch_scale=branch_scale
        )
        self.attention = Attention(channels_out, adjacency.shape[-1]) if attention else nn.Identity()
        self.temporal = TemporalConvolution(channels_out, kernel=kernel, stride=stride)
        same = channels_in == channels_out and stride == 1
        self.shortcut = nn.Identity() if same else Projection(channels_in, channels_out, stride=stride)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, V, T, C]`` to ``[B, V, ceil(T / stride), C']``."""
        return (self.temporal(self.attention(self.graph(x))) + self.shortcut(x)).relu_()


def from_aagcn(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The state of a :class:`GraphBlock` from that of torch-geometric-temporal's ``AAGCN`` with the same sizes."""
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
            state[f"{ours}.weight"] = torch.cat([weights[f"{name}.weight"] for name in matrices], dim)[:, :, 0, 0]
    state["temporal.conv.weight"] = weights["tcn1.conv.weight"].transpose(2, 3)
    if "gcn1.PA" in weights:
        state |= {"graph.adjacency": weights["gcn1.PA"], "graph.alpha": weights["gcn1.alpha"]}
        state["graph.embed.bias"] = torch.cat([weights[f"{name}.bias"] for name in _AAGCN_EMBEDDINGS])
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
    ("graph.embed", _AAGCN_EMBEDDINGS, 0),
    ("graph.shortcut.linear", ("gcn1.down.0",), 0),
    ("shortcut.linear", ("residual.conv",), 0),
)


def _by_channel(norm: nn.BatchNorm1d, x: Tensor) -> Tensor:
    """Batch norm over all but the last axis, as rows of a matrix: the layout that CPUs normalise fastest."""
    return norm(x.flatten(0, 2)).view(x.shape)


def _he_fan_out(layer: nn.Linear, fan_out: int) -> None:
    """He's normal initialisation for a map of ``fan_out`` outputs that shares its matrix with others, as published."""
    nn.init.normal_(layer.weight, 0, math.sqrt(2 / max(1, fan_out)))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
