"""Batch norm over rows: exact at every number of rows, and torch's own in all that it gives."""

import pytest
import torch
from torch import nn

from deepgrasp.stgcn.norms import RowNorm, moments_of, projected


@pytest.mark.parametrize("rows", [250_000, 4_000_000])
def test_statistics_of_many_rows_are_those_of_double_precision(rows):
    x = torch.randn(rows, 2, generator=torch.Generator().manual_seed(0)) + torch.tensor([1.0, -3.0])
    variance, mean = torch.var_mean(x.double(), 0, unbiased=False)
    norm = RowNorm(2, momentum=1.0)
    norm(x)
    assert norm.running_mean is not None
    assert norm.running_var is not None
    torch.testing.assert_close(norm.running_mean.double(), mean, rtol=0, atol=5e-7)
    torch.testing.assert_close(norm.running_var.double() * (rows - 1) / rows, variance, rtol=5e-7, atol=0)
    found, covariance = moments_of(x)
    torch.testing.assert_close(found.double(), mean, rtol=0, atol=5e-7)
    torch.testing.assert_close(covariance.double(), torch.cov(x.double().T, correction=0), rtol=0, atol=1e-6)


@pytest.mark.parametrize("training", [True, False])
def test_it_is_torchs_batch_norm_with_a_shortcut_and_a_rectifier(training):
    ours, theirs = pair(training)
    x, shortcut, shift = torch.randn(40, 3), torch.randn(40, 3), torch.randn(3)
    given = [each.double().requires_grad_() for each in (x, shortcut, shift)]
    found = ours(given[0].view(2, 20, 3), given[1].view(2, 20, 3), given[2]).view(40, 3)
    expected = (theirs(given[0]) + given[1] + given[2]).relu()
    same(found, expected, [*given], ours, theirs)
    same(ours(given[0]), theirs(given[0]), given[:1], ours, theirs)


@pytest.mark.parametrize("training", [True, False])
def test_a_normalised_projection_is_a_linear_map_and_its_norm(training):
    ours, theirs = pair(training)
    linear = nn.Linear(5, 3, bias=False).double()
    # 2.1 chunks of rows
    x = (torch.randn(2150, 5) + torch.arange(5)).double().requires_grad_()
    found = sum(projected(x, linear, ours, moments_of(x) if training else None))
    same(found, theirs(linear(x)), [x, linear.weight], ours, theirs)


def pair(training: bool) -> tuple[RowNorm, nn.BatchNorm1d]:
    torch.manual_seed(0)
    ours, theirs = RowNorm(3).double(), nn.BatchNorm1d(3).double()
    theirs.weight.data.normal_()
    theirs.bias.data.normal_()
    theirs.running_mean.normal_()
    ours.load_state_dict(theirs.state_dict())
    return ours.train(training), theirs.train(training)


def same(found, expected, inputs, ours, theirs) -> None:
    """Results, gradients of all inputs and parameters, and running statistics."""
    close = {"rtol": 1e-9, "atol": 1e-9}
    torch.testing.assert_close(found, expected, **close)
    weights = torch.randn_like(expected)
    gradients = [
        torch.autograd.grad((y * weights).sum(), [*inputs, *norm.parameters()], retain_graph=True)
        for y, norm in ((found, ours), (expected, theirs))
    ]
    for mine, other in zip(*gradients, strict=True):
        torch.testing.assert_close(mine, other, **close)
    for mine, other in zip(ours.state_dict().values(), theirs.state_dict().values(), strict=True):
        torch.testing.assert_close(mine, other, **close)
