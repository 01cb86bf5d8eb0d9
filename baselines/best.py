"""The attention STGCN with our own choices: no gates, and links between joints learned in factors."""

from functools import partialmethod

from deepgrasp.stgcn.attention_stgcn import AttentionSTGCN

SEARCH = {
    "merge": ("concat", "sum", "input"),
    "components": ("joined", "shared", "separate"),
    "widths": ((16, 32), (32, 32), (32, 64)),
    "kernel": (3, 5),
    "adaptive": ("full", "low-rank"),
    "attention": (("spatial", "temporal", "channel"), ("channel",), ()),
}


class Best(AttentionSTGCN):
    """The blocks of ``stgcn`` without gates, a stack for postures and one for their motion, all frames kept.

    Without attention, because a search with equal trials found it better so (docs/experiments.md, Tuning). What each of
    the choices adds was measured by leaving it out (docs/model.md).

    Args: those of :class:`AttentionSTGCN`.
    """

    # partialmethod: only what differs stands here, and all other knobs stay open to params.yaml
    __init__ = partialmethod(
        AttentionSTGCN.__init__,
        strides=(1, 1),
        kernel=5,
        adaptive="low-rank",
        attention=(),
    )
