"""The attention STGCN: a stack of attention graph blocks that encodes any graph, arms and hand surfaces alike."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from deepgrasp.errors import InputError
from deepgrasp.graph import partition_adjacency
from deepgrasp.layers import ChannelDropout, GraphBlock
from deepgrasp.spec import InputSpec


class AttentionSTGCN(nn.Module):
    """Graph blocks one after the other, each followed by dropout; features of every node and frame come out.

    The blocks are those of MS-AAGCN (Shi et al. 2020). The defaults suit a few hundred short sequences on a CPU; the
    published sizes are ``widths=(128, 256), strides=(1, 1), kernel=9, dropout=0.5, branch_scale=1e-6``.

    Args:
        widths: channels of each block.
        strides: keep every n-th frame in each block.
        kernel: frames that each temporal convolution sees; odd.
        dropout: fraction of the channels that are dropped after each block.
        adaptive: learn the adjacency and let it depend on the sample.
        attention: spatial, temporal and channel attention in each block.
        embedding: nodes are compared by ``width // embedding`` channels.
        branch_scale: how loud the graph is at first beside the shortcut; the published 1e-6 needs many epochs.

    Raises:
        InputError: an even kernel, a length of ``strides`` other than that of ``widths``, or numbers below one.
    """

    def __init__(
        self,
        spec: InputSpec,
        *,
        widths: Sequence[int] = (16, 32),
        strides: Sequence[int] = (2, 1),
        kernel: int = 3,
        dropout: float = 0.1,
        adaptive: bool = True,
        attention: bool = True,
        embedding: int = 4,
        branch_scale: float = 1.0,
    ) -> None:
        super().__init__()
        _check(widths, strides, kernel)
        adjacency = torch.from_numpy(partition_adjacency(spec.edges, spec.nodes))
        blocks: list[nn.Module] = []
        for before, after, stride in zip((spec.features, *widths), widths, strides, strict=False):
            block = GraphBlock(
                before,
                after,
                adjacency,
                kernel=kernel,
                stride=stride,
                adaptive=adaptive,
                attention=attention,
                embedding=embedding,
                branch_scale=branch_scale,
            )
            blocks += [block, ChannelDropout(dropout)]
        self.blocks = nn.Sequential(*blocks)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T', V, C]`` with the last width and ``T`` divided by all strides, rounded up."""
        return self.blocks(x.transpose(1, 2)).transpose(1, 2)


def _check(widths: Sequence[int], strides: Sequence[int], kernel: int) -> None:
    if kernel % 2 == 0 or kernel < 1:
        raise InputError("stgcn.kernel", f"{kernel} frames have no middle", "use a positive odd number")
    if not widths or len(strides) != len(widths):
        raise InputError("stgcn.strides", f"{len(strides)} strides for {len(widths)} widths", "give one per block")
    if min(*widths, *strides) < 1 or min(widths) < 2:
        raise InputError("stgcn.widths", "a width below 2 or a stride below 1", "use larger whole numbers")
