"""The attention STGCN as we would build it: it sees postures, and what links its nodes is learned in factors."""

from functools import partialmethod

from deepgrasp.stgcn.attention_stgcn import AttentionSTGCN


class Best(AttentionSTGCN):
    """The variant that we stand behind; see :class:`AttentionSTGCN` for its hyper-parameters."""

    # partialmethod: only what differs stands here, and all other knobs stay open to params.yaml
    __init__ = partialmethod(
        AttentionSTGCN.__init__,
        streams=("posture", "motion"),
        components="separate",
        strides=(1, 1),
        adaptive="low-rank",
    )
