"""Integrated gradients of a network's loss to each joint and patch (Sundararajan et al. 2017), through its streams."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import rankdata
from torch import Tensor

Tensors = Mapping[str, Tensor]
LossFunction = Callable[[Tensors], Tensor]


def integrated_gradients(
    loss: LossFunction,
    inputs: Mapping[str, NDArray[np.float32]],
    baseline: Mapping[str, NDArray[np.float32]],
    view: Callable[[Tensors], Tensors],
    *,
    steps: int,
) -> dict[str, NDArray[np.float64]]:
    """By how much each node of a window lowers the loss, on the straight way from the baseline to the recording.

    ``-(x - b) . mean over steps of dL/dx`` at ``b + (s + 1/2) / steps (x - b)``, summed over frames and features of the
    recorded nodes; streams are derived at each step, so that a joint answers for all that hangs from it. The sum over
    nodes is the loss at the baseline minus that at the recording, but for the steps.

    Args:
        loss: the sum over the windows, of the network's inputs by modality.
        inputs: as recorded, ``[N, T, V, F]`` by modality.
        baseline: of the same form: nothing is known.
        view: what the network sees of recorded features, see :func:`deepgrasp.probes.torch_streams.network_inputs`.

    Returns:
        ``[N, V]`` by modality.
    """
    # copies: torch warns of arrays that may not be written, as those that were recorded are
    x, b = ({key: torch.from_numpy(np.array(value)) for key, value in each.items()} for each in (inputs, baseline))
    total = {key: torch.zeros_like(value) for key, value in x.items()}
    for step in range(steps):
        share = (step + 0.5) / steps  # the middle of the step: the error falls with the square of their number
        at = {key: (b[key] + share * (x[key] - b[key])).requires_grad_() for key in x}  # leaves of the graph
        gradients = torch.autograd.grad(loss(view(at)), list(at.values()), allow_unused=True)
        for key, gradient in zip(at, gradients, strict=True):
            if gradient is not None:  # of an input that the network does not look at
                total[key] += gradient
    return {key: -((x[key] - b[key]) * total[key] / steps).sum(dim=(1, 3)).double().numpy() for key in x}


def agreement(one: NDArray[np.floating], other: NDArray[np.floating]) -> float | None:
    """Spearman's correlation of two importances ``[V]`` of the same nodes; None where one is the same for all nodes."""
    # ranks: one may be in points of a score and the other in nats
    ranks = [rankdata(np.asarray(each, float)) for each in (one, other)]
    a, b = (each - each.mean() for each in ranks)
    size = float(np.sqrt((a @ a) * (b @ b)))
    return None if size == 0 else float(a @ b) / size
