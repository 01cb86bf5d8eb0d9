"""Differentiable rotations in torch: 6D to matrices.

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
