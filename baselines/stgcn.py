"""The attention STGCN in a small size, on the inputs as recorded: the network that this benchmark is about."""

from deepgrasp.stgcn.attention_stgcn import AttentionSTGCN

SEARCH = {
    "widths": ((16, 32), (32, 32), (32, 64), (64, 64)),  # as many as there are strides
    "kernel": (3, 5, 9),
    "merge": ("concat", "sum", "input"),
    "adaptive": ("full", "low-rank", "off"),
}


class STGCN(AttentionSTGCN):
    """Adaptive graph convolutions with spatial, temporal and channel attention (Shi et al. 2020, MS-AAGCN).

    A block's graph convolution sums over three subsets of the graph, whose matrices are learned and refined for each
    sample; a gate each for nodes, frames and channels and a convolution over frames follow. Ours: two blocks of 16 and
    32 channels with a kernel of 3 frames, in place of the 128 and 256 with 9 that are published for this data.

    Args: those of :class:`AttentionSTGCN`.
    """
