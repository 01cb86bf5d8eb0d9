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


class Joint(nn.Module):
    """The features as they are; what every stream has: a part that nothing learned changes, and the rest."""

    def __init__(self, spec: InputSpec) -> None:
        super().__init__()

    def given(self, x: Tensor) -> Tensor:
        """What no weight changes, ``[B, T, V, F']`` of ``[B, T, V, F]``: computed once for all samples of a part."""
        return x

    def learned(self, given: Tensor) -> Tensor:
        """The stream from what :meth:`given` gave."""
        return given

    def forward(self, x: Tensor) -> Tensor:
        """``[B, T, V, F]`` to the same shape; in a posture to nine more features."""
        return self.learned(self.given(x))


class Bone(Joint):
    """Features of each node minus those of its parent; zero at a root (Shi et al. 2019, section 3.3).

    A node of a surface can have several parents: the first of them makes a spanning tree.
    """

    parents: Tensor

    def __init__(self, spec: InputSpec) -> None:
        super().__init__(spec)
        self.register_buffer("parents", torch.tensor(_parents(spec)), persistent=False)  # [V]

    def given(self, x: Tensor) -> Tensor:
        """The difference, ``[B, T, V, F]``."""
        # a root is its own parent, and so gets zero
        return x - x.index_select(2, self.parents)


class Motion(Joint):
    """Features in the next frame minus those in this one; zero in the last (Shi et al. 2020, section 3.4)."""

    def given(self, x: Tensor) -> Tensor:
        """The difference, ``[B, T, V, F]``."""
        return torch.cat([x[:, 1:], x[:, -1:]], 1) - x


class Posture(Joint):
    """Position and rotation of each node by forward kinematics from angles and lengths (Loper et al. 2015, eq. 3-4).

    An angle is relative to the parent, so that where a finger is takes the product of seven rotations, which a stack of
    convolutions can hardly learn. Here the products are given, and what no input tells is learned: in which direction
    each bone points at rest, from arms that are stretched out sideways (or, where the spec does not know, from chance).
    A root is the origin and its own turn is not followed: collars hang from the trunk, whose axes are those of the
    targets, and not from the neck.
    """

    back: Tensor
    chain: Tensor

    def __init__(self, spec: InputSpec) -> None:
        super().__init__(spec)
        self.natural = Standardiser((spec.nodes, spec.features))
        self.direction = nn.Parameter(torch.tensor(spec.rest).float() if spec.rest else torch.randn(spec.nodes, 3))
        # places are metres from the neck, entries of rotations are -1 to 1: brought to one scale for the blocks
        self.norm = nn.BatchNorm1d(spec.nodes * POSTURE)
        parents = _parents(spec)
        levels = graph.levels(parents)
        place = {node: k for level in levels for k, node in enumerate(level)}  # of a node within its level
        for k, level in enumerate(levels):
            self.register_buffer(f"nodes_{k}", torch.tensor(level), persistent=False)
            above = [place[parent] for parent in (parents[node] for node in level)]
            self.register_buffer(f"parents_{k}", torch.tensor(above), persistent=False)
        # nodes lie level after level while the chain is followed, and are put back at the end
        order = torch.tensor([node for level in levels for node in level])
        self.register_buffer("back", order.argsort(), persistent=False)
        self.depth = len(levels)
        # [V, V]: row v has ones at the bones between a root and node v, its own among them
        chain = torch.eye(spec.nodes)
        for node in order.tolist():
            chain[node] = chain[node] + chain[parents[node]] if parents[node] != node else 0
        self.register_buffer("chain", chain, persistent=False)

    def set_statistics(self, known: Statistics) -> None:
        """Take the statistics that the input was standardised with: angles are needed in radians, lengths in metres."""
        self.natural.set(known)

    def given(self, x: Tensor) -> Tensor:
        """All that follows from the angles and lengths alone, ``[B, T, V, F + 15]`` of ``[B, T, V, F]``.

        The features, the first two columns of each node's rotation (6), and the matrix (9) that takes the direction of
        a node's bone at rest to the bone as it lies: the rotation of its parent times the length, in metres.
        """
        with torch.autocast(x.device.type, enabled=False):  # bf16 has three digits: a hand would be off by millimetres
            natural = self.natural.inverse(x.to(self.natural.mean.dtype))
            above, turns = self._follow(natural)
            bones = above * natural[..., LENGTH, None]  # [B, T, V, 3, 3]
        return torch.cat([x.to(turns.dtype), turns[..., :2].flatten(3), bones.flatten(3)], 3)

    def learned(self, given: Tensor) -> Tensor:
        """``[B, T, V, F + 9]``: the features, and place (3) and the rotation's first two columns (6), normalised."""
        with torch.autocast(given.device.type, enabled=False):
            x, columns, bones = given.split([given.shape[-1] - 15, 6, 9], 3)
            # of length one, times a length in metres: what is learned cannot change how long a bone is
            direction = F.normalize(self.direction, dim=-1)
            lies = (bones.unflatten(3, (3, 3)) * direction[:, None]).sum(-1)  # [B, T, V, 3]
            # a place is the sum of the bones that lead to it: linear in what is learned
            seen = torch.cat([self.chain.to(lies.dtype) @ lies, columns], 3)  # [B, T, V, 9]
            seen = self.norm(seen.flatten(2).flatten(0, 1)).view(seen.shape)
        return torch.cat([x, seen], 3)

    def _follow(self, natural: Tensor) -> tuple[Tensor, Tensor]:
        """Rotations of each node's parent and of the node itself, each ``[B, T, V, 3, 3]``.

        The algorithm of ``deepgrasp.geometry.forward_kinematics.follow_chain`` in torch, level after level.
        """
        # the input as it was recorded: a standardised angle is no angle
        turn = rotation_matrix(natural[..., TURN])  # [B, T, V, 3, 3]
        roots = turn.index_select(2, self.get_buffer("nodes_0"))
        parents = [torch.eye(3, dtype=turn.dtype, device=turn.device).expand_as(roots)]
        turns = parents.copy()
        for k in range(1, self.depth):
            parents.append(turns[-1].index_select(2, self.get_buffer(f"parents_{k}")))  # [B, T, n, 3, 3]
            turns.append(parents[-1] @ turn.index_select(2, self.get_buffer(f"nodes_{k}")))
        above, own = (torch.cat(each, 2).index_select(2, self.back) for each in (parents, turns))
        return above, own


STREAMS: dict[str, Callable[[InputSpec], Joint]] = {
    "joint": Joint,
    "bone": Bone,
    "motion": Motion,
    "posture": Posture,
}
"""Each makes a module that takes ``[B, T, V, F]`` to the same shape, ``posture`` to :data:`POSTURE` more features;
``joint`` is the features as they are given. ``given`` of each is what an encoder need not compute in every step."""


def _parents(spec: InputSpec) -> list[int]:
    """The lowest parent of each node, or the node itself if it has none."""
    parents = list(range(spec.nodes))
    # from the highest parent to the lowest, which is written last and stays
    for parent, child in sorted(spec.edges, reverse=True):
        parents[child] = parent
    return parents
