"""Multiply-adds of a network, counted while it runs: those of its matrix products and convolutions."""

import copy
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from deepgrasp.spec import InputSpec


def multiply_adds(network: nn.Module, specs: Mapping[str, InputSpec]) -> int:
    """Number of multiply-adds of one sample, counted over matrix products and convolutions."""
    # in double precision an LSTM is made of visible matrix products, in single it is one opaque call
    double = copy.deepcopy(network).double().cpu().eval()  # a copy: the network stays as it is
    # [1, T, V, F]
    example = {m: torch.zeros(1, s.frames, s.nodes, s.features, dtype=torch.double) for m, s in specs.items()}
    with torch.no_grad(), Counter() as counter:
        double(example)
    # the registry counts a multiply-add as two
    return counter.operations // 2


class Counter(TorchDispatchMode):
    """Counts the operations that are computed within it, by torch's own registry of what each kind takes.

    torch's FlopCounterMode finds the same number, but imports torch's compiler to keep it away from the counter: two
    seconds, where a small network is trained in ten.
    """

    def __init__(self) -> None:
        super().__init__()
        self.operations = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # nothing is compiled here; without this method torch would import its compiler, and be as right

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Compute as without the counter, and count."""
        out = func(*args, **kwargs or {})
        if count := flop_registry.get(func.overloadpacket):
            self.operations += count(*args, **kwargs or {}, out_val=out)
        return out
