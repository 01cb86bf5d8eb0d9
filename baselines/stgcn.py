"""The attention STGCN as an entrant; `deepgrasp.stgcn` has the model."""

from deepgrasp.stgcn.attention_stgcn import AttentionSTGCN

SEARCH = {
    "widths": ((16, 32), (32, 32), (32, 64), (64, 64)),  # as many as there are strides
    "kernel": (3, 5, 9),
    "merge": ("concat", "sum", "input"),
    "adaptive": ("full", "low-rank", "off"),
}


class STGCN(AttentionSTGCN):
    """Adaptive graph convolutions with spatial, temporal and channel attention (Shi et al. 2020)."""
