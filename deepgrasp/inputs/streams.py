"""Streams that any entrant may ask for: features as recorded, their differences along bones or frames, the posture."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from deepgrasp.choices import Stream
from deepgrasp.geometry.forward_kinematics import follow_chain
from deepgrasp.geometry.rotations import rotation_matrix
from deepgrasp.spec import InputSpec

Floats = NDArray[np.float32]

TURN, LENGTH = slice(0, 3), 3
"""Features of a pose graph's nodes: axis-angle, then bone length."""
POSTURE = 9  # features of a node's posture: its place, and the first two columns of its rotation
JOINT: tuple[Stream, ...] = ("joint",)
"""What an entrant sees that asks for nothing else."""


def joint(x: Floats, spec: InputSpec) -> Floats:
    """The features as they are recorded, ``[N, T, V, F]``."""
    return x


def bone(x: Floats, spec: InputSpec) -> Floats:
    """Bone stream ``[N, T, V, F]`` of features ``x``: each node's minus its parent's (Shi et al. 2019, section 3.3).

    Zero at a root. A node of a surface can have several parents: the first of them makes a spanning tree.
    """
    # a root is its own parent, and so gets zero
    return x - x[:, :, spec.parents]


def motion(x: Floats, spec: InputSpec) -> Floats:
    """Motion stream ``[N, T, V, F]`` of features ``x``: the next frame's minus this one's; zero in the last frame.

    Source: Shi et al. 2020, section 3.4.
    """
    return np.diff(x, axis=1, append=x[:, -1:])


def posture(x: Floats, spec: InputSpec) -> Floats:
    """Where each node is and how it is turned, ``[N, T, V, 9]``: metres, and two columns of a rotation.

    Forward kinematics (Loper et al. 2015, eq. 3-4) from the recorded angles and bone lengths, with each bone pointing
    at rest as ``spec.rest`` says: nothing is learned, and of a person only the lengths are used. Arms are followed from
    the neck, in the axes of the trunk; hands without arms from the wrist, in its own axes. A graph without bones, such
    as touch, has no posture: its features stand for it.
    """
    if not spec.rest:
        return x
    parents = spec.parents
    turns = np.moveaxis(rotation_matrix(x[..., TURN]), 2, 0).copy()  # [V, N, T, 3, 3]
    roots = [node for node, parent in enumerate(parents) if node == parent]
    own = turns[roots]
    # a root's turn is shown but not followed: collars hang from the trunk, whose axes are the targets', not the neck
    turns[roots] = np.eye(3)
    lengths = np.moveaxis(x[..., LENGTH, None], 2, 0)  # [V, N, T, 1]
    bones = np.array(spec.rest)[:, None, None] * lengths.astype(np.float64)  # [V, N, T, 3]
    places, rotations = follow_chain(turns, bones, parents, 0.0)
    rotations[roots] = own
    seen = np.concatenate([places, rotations[..., :2].reshape(*places.shape[:-1], 6)], -1)  # [V, N, T, 9]
    return np.ascontiguousarray(np.moveaxis(seen, 0, 2), np.float32)


STREAMS: dict[str, Callable[[Floats, InputSpec], Floats]] = dict(
    zip(get_args(Stream), (joint, bone, motion, posture), strict=True)
)
"""Each takes recorded features ``[N, T, V, F]`` and their graph to the stream, as wide as the features or, for a
``posture``, :data:`POSTURE`."""


def compute_streams(x: Floats, spec: InputSpec, streams: Sequence[Stream]) -> list[Floats]:
    """Each stream ``[N, T, V, F']`` of recorded features ``[N, T, V, F]``, in natural units."""
    return [STREAMS[name](x, spec) for name in streams]


def distinct(spec: InputSpec, streams: Sequence[Stream]) -> tuple[Stream, ...]:
    """The streams of a graph, none of them twice: without bones ``posture`` is ``joint``."""
    return tuple(dict.fromkeys("joint" if name == "posture" and not spec.rest else name for name in streams))


def widths(spec: InputSpec, streams: Sequence[Stream]) -> tuple[int, ...]:
    """Features of each stream of a graph, of which ``spec`` tells the recorded ones."""
    return tuple(POSTURE if name == "posture" and spec.rest else spec.features for name in streams)


def with_streams(spec: InputSpec, streams: Sequence[Stream], features: Sequence[int]) -> InputSpec:
    """The spec of the streams laid side by side, each with so many features."""
    return replace(spec, features=sum(features), stream_features=tuple(zip(streams, features, strict=True)))
