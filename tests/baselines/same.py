"""Holds an entrant to a direct implementation of the same equations, on the same weights and inputs."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from deepgrasp.spec import InputSpec


def same_features_and_gradients(
    entrant: type[nn.Module], direct: type[Any], spec: InputSpec, knobs: Mapping[str, Any]
) -> None:
    """In training and in evaluation; ``knobs`` are without dropout, which would draw differently."""
    torch.manual_seed(0)
    ours = entrant(spec, **knobs)
    with torch.no_grad():  # what starts at zero or one would hide a weight in the wrong place
        for each in ours.parameters():
            each.add_(0.1 * torch.randn_like(each))
    theirs = direct(spec, **knobs)
    theirs.take(ours)
    x = torch.randn(3, spec.frames, spec.nodes, spec.features)
    for training in (True, False):
        found, expected = (_told(model.train(training), x) for model in (ours, theirs))
        for a, b in zip(found, expected, strict=True):
            torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)
    _same_at_weights(ours, theirs)


def _same_at_weights(ours: nn.Module, theirs: Any) -> None:
    """Gradients of both passes, in the layout of the direct implementation: it takes ours as it takes weights."""
    expected = {name: each.grad for name, each in theirs.named_parameters() if each.grad is not None}
    with torch.no_grad():
        for name, each in ours.named_parameters():
            assert each.grad is not None, name
            each.copy_(each.grad)
    theirs.take(ours)
    for name, gradient in expected.items():
        torch.testing.assert_close(
            theirs.get_parameter(name).detach(),
            gradient,
            rtol=1e-4,
            atol=1e-5,
            msg=lambda why, name=name: f"{name}: {why}",
        )


def _told(model: nn.Module, x: Tensor) -> tuple[Tensor, Tensor]:
    """Features, and the gradient at the input of one that tells all features apart."""
    given = x.clone().requires_grad_()
    features = model(given)
    features.backward(torch.linspace(-1, 1, features.numel()).reshape(features.shape))
    assert given.grad is not None
    return features.detach(), given.grad
