"""Streams: what a stack of blocks looks at, the features themselves or their differences over bones or over frames."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from deepgrasp.spec import InputSpec


class Bone(nn.Module):
    """Features of each node minus those of its parent; zero at a root (Shi et al. 2019, section 3.3).

    A node of a surface can have several parents: the first of them makes a spanning tree.
    """

    parents: Tensor

    def __init__(self, spec: InputSpec) -> None:
        super().__init__()
        self.register_buffer("parents", torch.tensor(_parents(spec)), persistent=False)  # [V]

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to the same shape."""
        return x - x.index_select(2, self.parents)


class Motion(nn.Module):
    """Features in the next frame minus those in this one; zero in the last (Shi et al. 2020, section 3.4)."""

    def __init__(self, spec: InputSpec) -> None:
        super().__init__()

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to the same shape."""
        return torch.cat([x[:, 1:], x[:, -1:]], 1) - x


def _joint(spec: InputSpec) -> nn.Module:
    return nn.Identity()


STREAMS: dict[str, Callable[[InputSpec], nn.Module]] = {"joint": _joint, "bone": Bone, "motion": Motion}
"""Each makes a module that takes ``[B, T, V, F]`` to the same shape; ``joint`` is the features as they are given."""


def _parents(spec: InputSpec) -> list[int]:
    """The lowest parent of each node, or the node itself if it has none."""
    parents = list(range(spec.nodes))
    for parent, child in sorted(spec.edges, reverse=True):
        parents[child] = parent
    return parents
