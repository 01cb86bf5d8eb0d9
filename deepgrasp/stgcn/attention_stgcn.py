"""The attention STGCN: stacks of attention graph blocks that encode any graph, of arms or of hand surfaces."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from deepgrasp.errors import InputError
from deepgrasp.geometry.graph import partition_adjacency
from deepgrasp.network.channel_dropout import ChannelDropout
from deepgrasp.spec import HYPERPARAMETER, InputSpec, check_fraction, check_names, check_odd, check_sizes
from deepgrasp.stgcn.attention import ATTENTION_KINDS
from deepgrasp.stgcn.blocks import GraphBlock
from deepgrasp.stgcn.separate_graphs import SeparateGraphs

PUBLISHED: dict[str, Any] = {"widths": (128, 256), "strides": (1, 1), "kernel": 9, "dropout": 0.5, "branch_scale": 1e-6}
"""The published sizes. The defaults suit a few hundred short sequences on a CPU."""

CHOICES = {
    "backend": ("native", "pyg-temporal"),
    "merge": ("concat", "sum", "input"),
    "components": ("joined", "shared", "separate"),
    "adaptive": ("full", "low-rank", "off", "none"),
}


class AttentionSTGCN(nn.Module):
    """Attention STGCN: graph blocks and dropout in turn, a stack for each stream; gives features of nodes and frames.

    The blocks are those of MS-AAGCN, and so is a stack for each stream (Shi et al. 2020).

    Args:
        backend: ``native``, or ``pyg-temporal`` for the library's block (:class:`LibraryBlock`).
        merge: each stream of the input has a stack of its own, whose features' channels are laid side by side
            (``concat``) or added (``sum``); or one stack sees all streams as one ``input``.
        components: a graph that falls apart is ``joined`` in one adjacency as published, or its parts are graphs of
            their own with ``shared`` or ``separate`` weights (:class:`deepgrasp.stgcn.separate_graphs.SeparateGraphs`).
        widths: channels of each block.
        strides: keep every n-th frame in each block.
        kernel: frames that each temporal convolution sees; odd.
        dropout: fraction of the channels that are dropped after each block.
        adaptive: the adjacency is learned and depends on the sample in ``full``, in factors (``low-rank``), or ``off``:
            the given graph; ``none``: no links at all, every node sees itself alone.
        rank: columns of these factors.
        attention: those of :data:`deepgrasp.stgcn.attention.ATTENTION_KINDS` that each block has.
        embedding: if adaptive in full, nodes are compared by ``width // embedding`` channels.
        branch_scale: how loud the graph is at first beside the shortcut; the published 1e-6 needs many epochs.

    Raises:
        InputError: an unknown choice, an even kernel, a length of ``strides`` other than that of ``widths``, numbers
            below one, or what the backend or the graph does not allow.
    """

    def __init__(
        self,
        spec: InputSpec,
        *,
        backend: str = "native",
        merge: str = "concat",
        components: str = "joined",
        widths: Sequence[int] = (16, 32),
        strides: Sequence[int] = (2, 1),
        kernel: int = 3,
        dropout: float = 0.1,
        adaptive: str = "full",
        rank: int = 8,
        attention: Sequence[str] = ATTENTION_KINDS,
        embedding: int = 4,
        branch_scale: float = 1.0,
    ) -> None:
        super().__init__()
        chosen = {"backend": backend, "merge": merge, "components": components, "adaptive": adaptive}
        for key, value in chosen.items():
            if value not in CHOICES[key]:
                remedy = f"choose {' or '.join(CHOICES[key])}"
                raise InputError(f"{HYPERPARAMETER}{key}", f"{value!r} is unknown", remedy)
        check_names(ATTENTION_KINDS, attention=attention)
        check_odd(kernel=kernel)  # with an even one the shortcut does not fit
        check_sizes(2, widths=widths)  # at one channel a gate's hidden layer would have none
        check_sizes(strides=strides, embedding=embedding, rank=rank)
        if len(strides) != len(widths):
            problem = f"has {len(strides)} for {len(widths)} widths"
            raise InputError(f"{HYPERPARAMETER}strides", problem, "give one a block")
        check_fraction(dropout=dropout)
        # each knob reaches the layers that it names; in the published code the tuned kernel reached only the shortcut
        fixed = "off" if adaptive == "none" else adaptive
        block = {"kernel": kernel, "attention": attention, "adaptive": fixed, "rank": rank}
        block |= {"embedding": embedding, "branch_scale": branch_scale}

        make_block: Callable[..., nn.Module] = GraphBlock
        if backend == "pyg-temporal":
            from deepgrasp.stgcn.library_block import LibraryBlock  # torch-geometric takes seconds to import

            make_block = LibraryBlock

        def stack(part: InputSpec) -> nn.Module:
            """Blocks and dropout in turn, ``[B, V, T, F]`` to ``[B, V, T', C]``."""
            modules: list[nn.Module] = []
            edges = () if adaptive == "none" else part.edges
            adjacency = torch.from_numpy(partition_adjacency(edges, part.nodes))  # [K, V, V]
            # zip ends with the widths: the last of them feeds no block
            for before, after, stride in zip((part.features, *widths), widths, strides, strict=False):
                modules += [make_block(before, after, adjacency, stride=stride, **block), ChannelDropout(dropout)]
            return nn.Sequential(*modules)

        def encoder(view: InputSpec) -> nn.Module:
            # [B, V, T, F] either way: stacks of parts are put together again in the order of the nodes
            return stack(view) if components == "joined" else SeparateGraphs(view, stack, shared=components == "shared")

        # weights of its own for each stream: they see different quantities
        self.features = [spec.features]
        if merge != "input":
            self.features = [each.stop - each.start for each in spec.streams.values()]
        self.encoders = nn.ModuleList(encoder(replace(spec, features=n, stream_features=())) for n in self.features)
        self.merge = merge

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T', V, C]``.

        ``T'`` is ``T`` divided by all strides, rounded up; ``C`` is the last width, times the number of streams if they
        are concatenated.
        """
        # nodes before frames, so that sums over neighbours are matrix products
        views = x.transpose(1, 2).split(self.features, 3)  # of each stream [B, V, T, F']
        features = [encode(each) for encode, each in zip(self.encoders, views, strict=True)]
        merged = torch.cat(features, 3) if self.merge == "concat" else sum(features[1:], features[0])
        return merged.transpose(1, 2)
