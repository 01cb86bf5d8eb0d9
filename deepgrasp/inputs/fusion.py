"""Early fusion: pose and touch as one graph; a node has zeros for the features of the other kind."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from deepgrasp.spec import InputSpec

Floats = NDArray[np.floating]


def join(pose: Floats, touch: Floats, *, padding: float = 0.0) -> NDArray[np.float32]:
    """Joined array ``[..., V + P, F + 1]`` of pose ``[..., V, F]`` and touch ``[..., P, 1]``; pose first in both."""
    nodes, features = pose.shape[-2:]
    # one array with columns for both kinds: a graph layer has one set of weights, and must know a joint from a vertex
    joined = np.full((*pose.shape[:-2], nodes + touch.shape[-2], features + touch.shape[-1]), padding, dtype=np.float32)
    joined[..., :nodes, :features] = pose
    joined[..., nodes:, features:] = touch
    return joined


def split(values: Floats, nodes: int) -> tuple[Floats, Floats]:
    """Pose ``[..., V, F]`` and touch ``[..., P, 1]`` of a joined array, without padding: undoes :func:`join`."""
    return values[..., :nodes, :-1], values[..., nodes:, -1:]


def join_specs(pose: InputSpec, touch: InputSpec, wrists: Sequence[int]) -> InputSpec:
    """The graph of the joined arrays: all edges of both, and one from each wrist to the root of its hand's surface.

    Args:
        wrists: the pose node of each hand, in the order of the hands in the touch graph. Each hand has as many touch
            nodes, and the first of them is the one from which its edges point away.
    """
    per_hand = touch.nodes // len(wrists)
    # vertex 0 of a hand, from which all edges of its surface lead away: the wrist then feeds the whole surface
    roots = [pose.nodes + k * per_hand for k in range(len(wrists))]
    surface = tuple((pose.nodes + tail, pose.nodes + head) for tail, head in touch.edges)
    edges = (*pose.edges, *zip(wrists, roots, strict=True), *surface)
    # a vertex has no bone, and so no direction
    rest = (*pose.rest, *((0.0, 0.0, 0.0) for _ in range(touch.nodes)))
    return InputSpec(pose.nodes + touch.nodes, pose.features + touch.features, pose.frames, edges, rest)
