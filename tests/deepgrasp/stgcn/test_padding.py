import pytest
import torch

from deepgrasp.geometry.graph import partition_adjacency
from deepgrasp.stgcn import padding
from deepgrasp.stgcn.blocks import GraphBlock
from deepgrasp.stgcn.padding import padded

CHAIN = torch.from_numpy(partition_adjacency(((0, 1), (1, 2)), 3)).double()  # [K, V, V]


@pytest.fixture
def as_on_a_gpu(monkeypatch):
    return lambda: monkeypatch.setattr(padding, "MULTIPLE", {"cpu": 8})


def test_zeros_fill_the_chosen_dimension_alone(as_on_a_gpu):
    x = torch.ones(2, 3, 9)
    assert padded(x, 1) is x
    as_on_a_gpu()
    assert padded(x, 1).shape == (2, 8, 9)
    assert padded(x, 2).shape == (2, 3, 16)
    assert padded(x, 2).sum() == x.sum()


@pytest.mark.parametrize("adaptive", ["full", "low-rank", "off"])
def test_a_block_computes_the_same_with_them(as_on_a_gpu, adaptive):
    torch.manual_seed(0)
    block = GraphBlock(2, 4, CHAIN, adaptive=adaptive, rank=2).double()
    for parameter in block.parameters():
        parameter.data.normal_()
    x = torch.randn(2, 3, 5, 2, dtype=torch.double)
    expected = run(block, x)
    as_on_a_gpu()
    for found, known in zip(run(block, x), expected, strict=True):
        torch.testing.assert_close(found, known, rtol=1e-10, atol=1e-10)


def run(block, x):
    """Output, and gradients of input and weights."""
    x = x.clone().requires_grad_()
    y = block(x)
    return [y, *torch.autograd.grad(y.square().sum(), [x, *block.parameters()], allow_unused=False)]
