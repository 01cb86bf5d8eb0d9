"""The attention STGCN as an entrant; `deepgrasp.stgcn` has the model and explains its hyper-parameters."""

from deepgrasp.stgcn import AttentionSTGCN


class STGCN(AttentionSTGCN):
    """Adaptive graph convolutions with spatial, temporal and channel attention (Shi et al. 2020)."""
