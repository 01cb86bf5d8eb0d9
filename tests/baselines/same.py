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
    ours = _stirred(entrant(spec, **knobs), 0.1)
    theirs = direct(spec, **knobs)
    theirs.take(ours)
    x = torch.randn(3, spec.frames, spec.nodes, spec.features)
    for training in (True, False):
        found, expected = (_told(model.train(training), x) for model in (ours, theirs))
        for a, b in zip(found, expected, strict=True):
            torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)
    _same_at_weights(ours, theirs)


def same_in_double(
    entrant: type[nn.Module], direct: type[Any], spec: InputSpec, knobs: Mapping[str, Any], *, training: bool
) -> None:
    """Features, gradients at the input, and the squares of those at the weights, to nine digits.

    Batch norms have statistics other than 0 and 1.
    """
    torch.manual_seed(0)
    ours = _stirred(entrant(spec, **knobs), 0.3).double()
    theirs = direct(spec, **knobs).double()
    x, other = torch.randn(2, 4, spec.frames, spec.nodes, spec.features, dtype=torch.double)
    ours(other)
    theirs.take(ours)
    results = []
    for model in (ours.train(training), theirs.train(training)):
        features, gradient = _told(model, x)
        gradients = [each.grad for each in model.parameters()]
        assert all(each is not None for each in gradients)
        results.append((features, gradient, sum(each.square().sum() for each in gradients if each is not None)))
    torch.testing.assert_close(*results, rtol=1e-9, atol=1e-9)


def _stirred(model: nn.Module, by: float) -> nn.Module:
    """Every weight away from where it starts: what starts at zero or one would hide a weight in the wrong place."""
    with torch.no_grad():
        for each in model.parameters():
            each.add_(by * torch.randn_like(each))
    return model


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
    features.backward(torch.linspace(-1, 1, features.numel(), dtype=x.dtype).reshape(features.shape))
    assert given.grad is not None
    return features.detach(), given.grad
