"""The attention STGCN as an entrant; `deepgrasp.stgcn` has the model."""

from deepgrasp.stgcn.attention_stgcn import AttentionSTGCN


class STGCN(AttentionSTGCN):
    """Adaptive graph convolutions with spatial, temporal and channel attention (Shi et al. 2020)."""
