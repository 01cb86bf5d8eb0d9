"""The streams of inputs as torch computes them, so that gradients go through the posture to each recorded joint."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from deepgrasp.choices import POSE, TOUCH, Stream
from deepgrasp.geometry.graph import levels
from deepgrasp.geometry.rotations_torch import rotation_matrix
from deepgrasp.inputs.graph_choice import FUSED
from deepgrasp.inputs.streams import LENGTH, TURN, distinct
from deepgrasp.spec import InputSpec


def network_inputs(
    recorded: Mapping[str, Tensor], specs: Mapping[str, InputSpec], streams: Sequence[Stream], *, fused: bool
) -> dict[str, Tensor]:
    """Inputs ``[N, T, V, F']`` of a network, by modality, from recorded features ``[N, T, V, F]`` by modality.

    Args:
        specs: of the recorded graphs, pose and touch apart.
        fused: whether both are one graph; see :func:`deepgrasp.inputs.fusion.join`.
    """
    if not fused:
        return {key: compute_streams(x, specs[key], distinct(specs[key], streams)) for key, x in recorded.items()}
    pose, touch = recorded[POSE], recorded[TOUCH]
    joined = []
    for name in streams:
        upper, lower = compute_streams(pose, specs[POSE], (name,)), compute_streams(touch, specs[TOUCH], (name,))
        # [N, T, V + P, F + 1]: zeros where a node has none of the other kind's features
        joined.append(torch.cat([F.pad(upper, (0, lower.shape[-1])), F.pad(lower, (upper.shape[-1], 0))], 2))
    return {FUSED: torch.cat(joined, -1)}


def compute_streams(x: Tensor, spec: InputSpec, streams: Sequence[Stream]) -> Tensor:
    """Streams ``[N, T, V, F']`` one behind the other, of recorded features ``[N, T, V, F]``.

    Equal to :func:`deepgrasp.inputs.streams.compute_streams`, joined, to the digits of single precision.
    """
    parents = spec.parents
    # functions: what nobody asks for is not derived
    made = {
        "joint": lambda: x,
        "bone": lambda: x - x[:, :, parents],
        "motion": lambda: torch.diff(x, dim=1, append=x[:, -1:]),  # the last frame has no next one
        "posture": lambda: posture(x, spec, parents),
    }
    return torch.cat([made[name]() for name in streams], -1)


def posture(x: Tensor, spec: InputSpec, parents: Sequence[int]) -> Tensor:
    """Place and rotation of each node ``[N, T, V, 9]``, see :func:`deepgrasp.inputs.streams.posture`."""
    if not spec.rest:
        return x  # touch hangs on no bones: its features stand for it
    own = rotation_matrix(x[..., TURN])  # [N, T, V, 3, 3]
    roots = {node for node, parent in enumerate(parents) if node == parent}
    bones = torch.tensor(spec.rest, dtype=x.dtype) * x[..., LENGTH, None]  # [N, T, V, 3]
    still = torch.eye(3, dtype=x.dtype).expand(*x.shape[:2], 3, 3)  # [N, T, 3, 3]
    # kept apart, not written into one tensor: autograd needs each as it was
    places, turns = {}, {}
    # from the root outwards: what a node hangs from is placed before it
    for node in [node for level in levels(list(parents)) for node in level]:
        if node in roots:
            places[node], turns[node] = torch.zeros_like(bones[:, :, node]), still
            continue
        above = parents[node]
        # a bone turns with the joint that it hangs from
        places[node] = places[above] + (turns[above] @ bones[:, :, node, :, None])[..., 0]
        turns[node] = turns[above] @ own[:, :, node]
    # a root shows its own turn, but nothing follows it: collars hang from the trunk
    shown = [own[:, :, node] if node in roots else turns[node] for node in range(len(parents))]
    columns = torch.stack(shown, 2)[..., :2].flatten(-2)  # [N, T, V, 6]
    return torch.cat([torch.stack([places[node] for node in range(len(parents))], 2), columns], -1)
