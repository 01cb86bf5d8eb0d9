"""What every layer of a network gives in one call, by the layer's name in the network."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn


@torch.no_grad()
def layer_outputs(network: nn.Module, call: Callable[[], object]) -> dict[str, Tensor]:
    """The outputs of all layers of a network while ``call`` runs it, in the order of computation.

    Of a layer that is used several times the last output is kept; one that gives no tensor is left out.
    """
    found: dict[str, Tensor] = {}

    def keep(name: str) -> Any:
        def hook(layer: nn.Module, given: Any, output: Any) -> None:
            if isinstance(output, Tensor):
                found[name] = output.detach()

        return hook

    # but the network itself, which has no name
    hooks = [layer.register_forward_hook(keep(name)) for name, layer in network.named_modules() if name]
    try:
        call()
    finally:
        # also where the call failed: a hook that stayed would keep every batch
        for hook in hooks:
            hook.remove()
    return found
