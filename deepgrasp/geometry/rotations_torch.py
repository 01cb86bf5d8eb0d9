"""Differentiable rotations in torch: 6D and axis-angle to matrices.

Apart from ``rotations``, which scores and the board use and which must not import torch.
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def rotation_from_6d(six: Tensor) -> Tensor:
    """Rotation ``[..., 3, 3]`` whose first two columns come from ``[..., 6]`` by Gram-Schmidt (Zhou et al. 2019).

    Vectors that vanish or are parallel give a matrix of lower rank, but a finite gradient that leads out of it.
    """
    # eps instead of a fallback as in `rotations`: a jump there would have no gradient
    first = F.normalize(six[..., :3], dim=-1, eps=1e-6)
    second = six[..., 3:] - (first * six[..., 3:]).sum(-1, keepdim=True) * first
    second = F.normalize(second, dim=-1, eps=1e-6)
    return torch.stack([first, second, torch.linalg.cross(first, second)], dim=-1)


def rotation_matrix(axis_angle: Tensor) -> Tensor:
    """Rotations ``[..., 3, 3]`` of axis-angle ``[..., 3]``, radians: the exponential of the cross product matrix."""
    x, y, z = axis_angle.unbind(-1)
    zero = torch.zeros_like(x)
    cross = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).unflatten(-1, (3, 3))
    # squares with a floor: at zero the angle's own gradient would be 0 / 0
    angle = axis_angle.square().sum(-1).clamp_min(1e-12).sqrt()[..., None, None]
    eye = torch.eye(3, dtype=x.dtype)
    return eye + (angle.sin() / angle) * cross + ((1 - angle.cos()) / angle.square()) * (cross @ cross)
