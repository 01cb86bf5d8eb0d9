"""The attention STGCN with our own choices: a stack for each hand, and a learned adjacency of low rank."""

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
    """The blocks of ``stgcn`` on postures and their motion as one input, a stack for each hand, all frames kept.

    What each of these choices adds was measured by leaving it out (docs/model.md).

    Args: those of :class:`AttentionSTGCN`.
    """

    # partialmethod: only what differs stands here, and all other knobs stay open to params.yaml
    __init__ = partialmethod(
        AttentionSTGCN.__init__,
        merge="input",
        components="separate",
        strides=(1, 1),
        adaptive="low-rank",
    )
