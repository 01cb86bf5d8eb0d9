"""The attention STGCN as we would build it: it sees postures, and what links its nodes is learned in factors."""

from collections.abc import Sequence

from deepgrasp.spec import InputSpec
from deepgrasp.stgcn.attention_stgcn import AttentionSTGCN


class Best(AttentionSTGCN):
    """The variant that we stand behind; see :class:`AttentionSTGCN` for its hyper-parameters."""

    def __init__(
        self,
        spec: InputSpec,
        *,
        streams: Sequence[str] = ("posture", "motion"),
        components: str = "separate",
        widths: Sequence[int] = (16, 32),
        strides: Sequence[int] = (1, 1),
        kernel: int = 3,
        dropout: float = 0.1,
        adaptive: str = "low-rank",
        rank: int = 8,
    ) -> None:
        super().__init__(
            spec,
            streams=streams,
            components=components,
            widths=widths,
            strides=strides,
            kernel=kernel,
            dropout=dropout,
            adaptive=adaptive,
            rank=rank,
        )
