"""The attention STGCN in the published sizes: what the other variants are measured against."""

from deepgrasp.spec import InputSpec
from deepgrasp.stgcn.attention_stgcn import PUBLISHED, AttentionSTGCN


class Published(AttentionSTGCN):
    """Two blocks of 128 and 256 channels with a kernel of 9 frames and dropout 0.5; see the profile `paper`.

    Args:
        backend: ``native``, or ``pyg-temporal`` for the library's block.
    """

    def __init__(self, spec: InputSpec, *, backend: str = "native") -> None:
        # sizes are no arguments: a variant with others would no longer be the published one
        super().__init__(spec, backend=backend, **PUBLISHED)
