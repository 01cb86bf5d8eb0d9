"""Differentiable rotations in torch: axis-angle and 6D to matrices.

Apart from ``rotations``, which scores and the board use and which must not import torch.
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def rotation_matrix(turn: Tensor) -> Tensor:
    """Rotations ``[..., 3, 3]`` of axis-angle ``[..., 3]`` in radians (Rodrigues), with finite gradients at zero."""
    # the root has an infinite slope at 0, which is any joint that is not turned: the bound keeps gradients finite
    square = turn.square().sum(-1)[..., None, None]  # [..., 1, 1]
    angle = square.clamp_min(1e-12).sqrt()
    x, y, z = turn.unbind(-1)
    zero = torch.zeros_like(x)
    cross = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).unflatten(-1, (3, 3))
    # sin(w) / w and (1 - cos(w)) / w^2: torch.sinc has the limits at 0; its argument is in units of pi
    first, second = torch.sinc(angle / torch.pi), 0.5 * torch.sinc(angle / (2 * torch.pi)).square()
    return torch.eye(3, dtype=turn.dtype, device=turn.device) + first * cross + second * (cross @ cross)


def rotation_from_6d(six: Tensor) -> Tensor:
    """Rotation ``[..., 3, 3]`` whose first two columns come from ``[..., 6]`` by Gram-Schmidt (Zhou et al. 2019).

    Vectors that vanish or are parallel give a matrix of lower rank, but a finite gradient that leads out of it.
    """
    # eps instead of a fallback as in `rotations`: a jump there would have no gradient
    first = F.normalize(six[..., :3], dim=-1, eps=1e-6)
    second = six[..., 3:] - (first * six[..., 3:]).sum(-1, keepdim=True) * first
    second = F.normalize(second, dim=-1, eps=1e-6)
    return torch.stack([first, second, torch.linalg.cross(first, second)], dim=-1)
