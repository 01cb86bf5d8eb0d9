"""The attention graph layers: equal to the library's where they claim to be, and without its traps."""

import importlib.util
from functools import cache
from types import ModuleType

import pytest
import torch

from deepgrasp.graph import partition_adjacency
from deepgrasp.layers import ChannelDropout, GraphBlock, GraphConvolution, from_aagcn

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # torch_geometric's import


@cache
def tsagcn() -> ModuleType:
    """The library's one file: its package imports extensions that need not be installed."""
    package = importlib.util.find_spec("torch_geometric_temporal")
    if package is None or not package.submodule_search_locations:
        pytest.skip("torch-geometric-temporal is not installed")
    path = f"{package.submodule_search_locations[0]}/nn/attention/tsagcn.py"
    spec = importlib.util.spec_from_file_location("tsagcn", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tree(nodes: int) -> list[tuple[int, int]]:
    return [(child // 2, child) for child in range(1, nodes)]


def adjacency(nodes: int) -> torch.Tensor:
    return torch.from_numpy(partition_adjacency(tree(nodes), nodes))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(
    ("channels", "nodes", "stride", "adaptive", "attention"),
    [
        ((4, 8), 5, 1, True, True),
        ((4, 8), 6, 2, True, True),
        ((8, 8), 7, 1, True, True),
        ((8, 8), 8, 2, True, False),
        ((4, 8), 9, 1, False, True),
    ],
)
def test_a_block_equals_the_library(channels, nodes, stride, adaptive, attention, training):
    torch.manual_seed(0)
    edges = torch.tensor(tree(nodes)).T
    knobs = {"stride": stride, "adaptive": adaptive, "attention": attention}
    library = tsagcn().AAGCN(*channels, edges, nodes, **knobs).double()
    for parameter in library.parameters():  # nothing may hide behind a zero
        parameter.data += 0.1 * torch.randn_like(parameter)
    if not adaptive:
        library.gcn1.A = library.gcn1.A.double()  # a plain attribute there: .double() and .to() miss it
    ours = GraphBlock(*channels, adjacency(nodes), **knobs).double()
    ours.load_state_dict(from_aagcn(library.state_dict()))
    for block in (library, ours):
        block.train(training)
    for _ in range(2):  # running statistics move alike
        x = torch.randn(3, channels[0], 11, nodes, dtype=torch.double)  # the library's [B, C, T, V]
        torch.testing.assert_close(ours(x.transpose(1, 3)).transpose(1, 3), library(x), rtol=0, atol=1e-10)
    library.eval()
    ours.eval()
    torch.testing.assert_close(ours(x.transpose(1, 3)).transpose(1, 3), library(x), rtol=0, atol=1e-10)


def test_gradients_equal_the_librarys():
    torch.manual_seed(0)
    library = tsagcn().AAGCN(4, 8, torch.tensor(tree(5)).T, 5).double()
    torch.nn.init.ones_(library.gcn1.bn.weight)
    ours = GraphBlock(4, 8, adjacency(5)).double()
    ours.load_state_dict(from_aagcn(library.state_dict()))
    x = torch.randn(3, 4, 11, 5, dtype=torch.double)
    library(x).square().sum().backward()
    ours(x.transpose(1, 3)).square().sum().backward()
    gradients = {name: p.grad for name, p in library.named_parameters()}
    for name, theirs in from_aagcn({**library.state_dict(), **gradients}).items():
        if "running" not in name and "num_batches" not in name:
            torch.testing.assert_close(ours.get_parameter(name).grad, theirs, rtol=0, atol=1e-9)


def test_inward_and_outward_subsets_differ():
    layer = GraphConvolution(1, 2, adjacency(4))
    assert not torch.equal(layer.adjacency[1], layer.adjacency[2])


@pytest.mark.parametrize("nodes", [1, 2])
def test_smallest_graphs(nodes):
    assert GraphBlock(3, 4, adjacency(nodes)).eval()(torch.zeros(2, nodes, 1, 3)).shape == (2, nodes, 1, 4)


def test_a_fixed_adjacency_moves_with_the_module_and_is_not_trained():
    layer = GraphConvolution(1, 2, adjacency(4), adaptive=False).double()
    assert layer.adjacency.dtype == torch.double
    assert "adjacency" not in dict(layer.named_parameters())


def test_blocks_do_not_share_the_learned_adjacency():
    shared = adjacency(4)
    first, second = GraphConvolution(1, 2, shared), GraphConvolution(1, 2, shared)
    first.adjacency.data.zero_()
    assert second.adjacency.abs().sum() > 0
    assert shared.abs().sum() > 0


def test_channel_dropout_drops_a_channel_everywhere_and_keeps_the_mean():
    torch.manual_seed(0)
    dropped = ChannelDropout(0.25)(torch.ones(50, 2, 3, 40))
    assert (dropped == dropped[:, :1, :1]).all()
    assert dropped.mean().item() == pytest.approx(1, abs=0.05)
