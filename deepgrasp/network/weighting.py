"""Weights of the tasks' losses in joint training: as given, or with a scale a task that is learned as well."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn


class Weighting(nn.Module):
    """Weighted sum of the losses ``L`` of all tasks.

    With given weights ``w`` it is ``sum_t w_t L_t``. Learned scales come from a likelihood (Kendall, Gal and Cipolla,
    CVPR 2018), here one for errors that are not squared: exponential with scale ``exp(s)``, ``p(L) = exp(-s) exp(-L
    exp(-s))``. Its negative logarithm, which is least at ``s = log L``, counts as much as the given weight says:

        sum_t w_t (exp(-s_t) L_t + s_t)

    The ``s`` start at 0, where both forms agree. A task alone is not weighed, for there is nothing to weigh it against.

    Args:
        weights: of each task.
        learned: whether there is an ``s``; an optimiser must not let it decay, or it would prefer a loss of 1.
    """

    def __init__(self, weights: Mapping[str, float], *, learned: bool) -> None:
        super().__init__()
        # a weight on the only loss would be nothing but another learning rate
        alone = len(weights) == 1
        self.weights = dict.fromkeys(weights, 1.0) if alone else dict(weights)
        tasks = weights if learned and not alone else ()
        # a parameter each, named by task, so that a checkpoint says whose it is
        self.log_scales = nn.ParameterDict({task: nn.Parameter(torch.zeros(())) for task in tasks})

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        """The weighted sum, a scalar, of scalar losses by task."""
        return torch.stack([self.weights[task] * self._scaled(task, each) for task, each in losses.items()]).sum()

    def _scaled(self, task: str, loss: Tensor) -> Tensor:
        if task not in self.log_scales:
            return loss
        scale = self.log_scales[task]
        # a logarithm is learned and not the scale: it may take any value, and exp keeps the scale positive
        return loss * torch.exp(-scale) + scale

    def logged(self) -> dict[str, float]:
        """Learned logarithms of the scales, by their names in the log; empty if none is learned."""
        return {f"log_scale_{task}": scale.item() for task, scale in self.log_scales.items()}
