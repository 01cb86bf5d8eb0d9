"""Channel-wise topology refinement: a graph convolution whose channels each have a graph of their own."""

import torch
from torch import Tensor, nn

from deepgrasp.stgcn.aggregation import he_fan_out
from deepgrasp.stgcn.branches import ChannelNorm, ConvolutionShortcut, mixed


class TopologyRefinement(nn.Module):
    """``relu(norm(sum_k R_k W_k x) + shortcut)`` with ``R_k = A_k + alpha xi_k(M_k)`` (Chen et al. 2021, eq. 5 to 7).

    ``A_k`` is shared by all samples and channels, starts from the given graph and is learned. ``M_k[i, j] =
    tanh(psi_k(x_i) - phi_k(x_j))`` compares nodes by few channels, meaned over the frames; ``xi_k`` takes these to as
    many graphs as there are channels. Node ``i`` receives ``R_k[i, j]`` of what node ``j`` has.

    Args:
        adjacency: ``[K, V, V]``, column ``v`` holds the weights with which node ``v`` receives.
        reduced: channels by which nodes are compared.
    """

    def __init__(self, before: int, after: int, adjacency: Tensor, *, reduced: int) -> None:
        super().__init__()
        subsets = len(adjacency)
        self.adjacency = nn.Parameter(adjacency.clone())  # [K, V, V]
        self.alpha = nn.Parameter(torch.zeros(1))
        self.compare = nn.Linear(before, 2 * subsets * reduced)  # all psi_k, then all phi_k
        self.expand = nn.Parameter(torch.empty(subsets, after, reduced))  # xi_k
        self.expand_bias = nn.Parameter(torch.zeros(subsets, after))
        self.project = nn.Linear(before, subsets * after)  # W_k
        he_fan_out(self.compare, reduced)
        he_fan_out(self.project, after)
        nn.init.normal_(self.expand, 0, (2 / after) ** 0.5)
        self.norm = ChannelNorm(after)
        self.shortcut = nn.Identity() if before == after else ConvolutionShortcut(before, after)

    def forward(self, x: Tensor) -> Tensor:
        """``[C, B, T, V]`` to ``[C', B, T, V]``."""
        sent = mixed(self.project, x).unflatten(0, (len(self.adjacency), -1))  # [K, C', B, T, V]
        received = (sent @ self.graphs(x)).sum(0)
        return (self.norm(received) + self.shortcut(x)).relu_()

    def graphs(self, x: Tensor) -> Tensor:
        """``R_k`` of each sample and channel: ``[K, C', B, V, V]``, column ``v`` for what node ``v`` receives."""
        subsets, _, reduced = self.expand.shape
        # the mean first: the maps are linear, and of one frame they cost less
        pairs = mixed(self.compare, x.mean(2)).unflatten(0, (2, subsets, reduced))
        receiver, sender = pairs  # each [K, R, B, V]
        alike = torch.tanh(receiver.unsqueeze(-2) - sender.unsqueeze(-1))  # [K, R, B, V, V]
        # beside the comparisons the shared graph, and a one for the bias: a single product makes the sum
        shared = self.adjacency[:, None, None].expand(-1, 1, x.shape[1], -1, -1)
        seen = torch.cat([alike, shared, torch.ones_like(shared)], 1)  # [K, R + 2, B, V, V]
        refine, bias = self.alpha * self.expand, self.alpha * self.expand_bias.unsqueeze(2)
        maps = torch.cat([refine, torch.ones_like(bias), bias], 2)  # [K, C', R + 2]
        return (maps @ seen.flatten(2)).unflatten(2, seen.shape[2:])
