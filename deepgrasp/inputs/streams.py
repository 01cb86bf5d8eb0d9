"""Streams of an encoder's input: the features, their differences along bones or frames, or the posture."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from deepgrasp.geometry import graph
from deepgrasp.geometry.rotations_torch import rotation_matrix
from deepgrasp.inputs.standardise import Standardiser, Statistics
from deepgrasp.spec import InputSpec

TURN, LENGTH = slice(0, 3), slice(3, 4)
"""Features of a pose graph's nodes: axis-angle, then bone length. Graphs of touch alone have fewer than four."""


POSTURE = 9  # features of a node's posture: place and two columns of its rotation


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
        # a root is its own parent, and so gets zero
        return x - x.index_select(2, self.parents)


class Motion(nn.Module):
    """Features in the next frame minus those in this one; zero in the last (Shi et al. 2020, section 3.4)."""

    def __init__(self, spec: InputSpec) -> None:
        super().__init__()

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to the same shape."""
        return torch.cat([x[:, 1:], x[:, -1:]], 1) - x


class Posture(nn.Module):
    """Position and rotation of each node by forward kinematics from angles and lengths (Loper et al. 2015, eq. 3-4).

    An angle is relative to the parent, so that where a finger is takes the product of seven rotations, which a stack of
    convolutions can hardly learn. Here the products are given, and what no input tells is learned: in which direction
    each bone points at rest, from arms that are stretched out sideways (or, where the spec does not know, from chance).
    A root is the origin and its own turn is not followed: collars hang from the trunk, whose axes are those of the
    targets, and not from the neck.
    """

    back: Tensor

    def __init__(self, spec: InputSpec) -> None:
        super().__init__()
        self.natural = Standardiser((spec.nodes, spec.features))
        self.direction = nn.Parameter(torch.tensor(spec.rest).float() if spec.rest else torch.randn(spec.nodes, 3))
        # places are metres from the neck, entries of rotations are -1 to 1: brought to one scale for the blocks
        self.norm = nn.BatchNorm1d(spec.nodes * POSTURE)
        levels = graph.levels(_parents(spec))
        place = {node: k for level in levels for k, node in enumerate(level)}  # of a node within its level
        for k, level in enumerate(levels):
            self.register_buffer(f"nodes_{k}", torch.tensor(level), persistent=False)
            above = [place[parent] for parent in (_parents(spec)[node] for node in level)]
            self.register_buffer(f"parents_{k}", torch.tensor(above), persistent=False)
        # nodes lie level after level while the chain is followed, and are put back at the end
        order = torch.tensor([node for level in levels for node in level])
        self.register_buffer("back", order.argsort(), persistent=False)
        self.depth = len(levels)

    def set_statistics(self, known: Statistics) -> None:
        """Take the statistics that the input was standardised with: angles are needed in radians, lengths in metres."""
        self.natural.set(known)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to ``[B, T, V, F + 9]``: also place (3) and the rotation's first two columns, normalised."""
        with torch.autocast(x.device.type, enabled=False):  # bf16 has three digits: a hand would be off by millimetres
            places, turns = self._follow(self.natural.inverse(x.to(self.natural.mean.dtype)))
            seen = torch.cat([places, turns[..., :2].flatten(3)], 3).index_select(2, self.back)  # [B, T, V, 9]
            seen = self.norm(seen.flatten(2).flatten(0, 1)).view(seen.shape)
        return torch.cat([x, seen.to(x.dtype)], 3)

    def _follow(self, natural: Tensor) -> tuple[Tensor, Tensor]:
        """Places ``[B, T, V, 3]`` and rotations ``[B, T, V, 3, 3]``, level after level from the roots.

        The algorithm of ``deepgrasp.geometry.forward_kinematics.follow_chain``, which writes each level into one array;
        autograd does not allow that, so that here each level is an array of its own until the end.
        """
        # the input as it was recorded: a standardised angle is no angle
        turn = rotation_matrix(natural[..., TURN])  # [B, T, V, 3, 3]
        # a direction of length one times a length in metres: what is learned cannot change how long a bone is
        bone = natural[..., LENGTH] * F.normalize(self.direction, dim=-1)  # [B, T, V, 3]
        roots = self.get_buffer("nodes_0")
        places = [torch.zeros_like(bone[:, :, roots])]
        turns = [torch.eye(3, dtype=turn.dtype, device=turn.device).expand(*places[0].shape, 3)]
        for k in range(1, self.depth):
            nodes, parents = self.get_buffer(f"nodes_{k}"), self.get_buffer(f"parents_{k}")
            above = turns[-1].index_select(2, parents)  # [B, T, n, 3, 3]
            hangs = (above @ bone.index_select(2, nodes)[..., None])[..., 0]
            places.append(places[-1].index_select(2, parents) + hangs)
            turns.append(above @ turn.index_select(2, nodes))
        return torch.cat(places, 2), torch.cat(turns, 2)


def _joint(spec: InputSpec) -> nn.Module:
    return nn.Identity()


STREAMS: dict[str, Callable[[InputSpec], nn.Module]] = {
    "joint": _joint,
    "bone": Bone,
    "motion": Motion,
    "posture": Posture,
}
"""Each makes a module that takes ``[B, T, V, F]`` to the same shape, ``posture`` to :data:`POSTURE` more features;
``joint`` is the features as they are given."""


def _parents(spec: InputSpec) -> list[int]:
    """The lowest parent of each node, or the node itself if it has none."""
    parents = list(range(spec.nodes))
    # from the highest parent to the lowest, which is written last and stays
    for parent, child in sorted(spec.edges, reverse=True):
        parents[child] = parent
    return parents
