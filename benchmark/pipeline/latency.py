"""How long one window takes alone: a copy of the network on the CPU, with as many threads as torch is set to."""

import copy
import time
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

WARM_UP_CALLS, _LEAST, _CALLS = 2, 10, 100
ENOUGH = 0.3  # seconds: every cell of a board pays them
_LIMIT = 30.0  # seconds, beyond which not even the tenth call begins: a window of the published size takes seconds


@torch.no_grad()
def latency(network: nn.Module, inputs: Mapping[str, Tensor]) -> tuple[float, float]:
    """Milliseconds from one window's inputs to all its answers: their median and 99th percentile over the calls.

    These are a hundred, or as many as :data:`ENOUGH` seconds hold, but ten at least. Of few calls the 99th percentile
    lies between the two slowest, and one interruption moves it.

    Args:
        inputs: ``[N, T, V, F]`` by modality, on any device; the first window is taken.
    """
    # a copy: the network stays on its device and in its mode
    alone = copy.deepcopy(network).cpu().eval()
    window = {name: values[:1].cpu() for name, values in inputs.items()}
    # the first calls allocate memory and choose kernels
    for _ in range(WARM_UP_CALLS):
        alone(window)
    times: list[float] = []
    while len(times) < _CALLS and sum(times) < (ENOUGH if len(times) >= _LEAST else _LIMIT):
        start = time.perf_counter()
        alone(window)
        times.append(time.perf_counter() - start)
    # not the mean: one interruption by the system would move it
    p50, p99 = 1000 * np.percentile(times, [50, 99])
    return float(p50), float(p99)
