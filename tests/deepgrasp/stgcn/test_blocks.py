"""The attention graph layers: equal to the library's where they claim to be, and without its defects."""

import pickle

import pytest
import torch

from deepgrasp.errors import InputError
from deepgrasp.geometry.graph import partition_adjacency
from deepgrasp.network.channel_dropout import ChannelDropout
from deepgrasp.stgcn.aggregation import AdaptiveGraph, FixedGraph
from deepgrasp.stgcn.attention import ATTENTION_KINDS
from deepgrasp.stgcn.blocks import GraphBlock
from deepgrasp.stgcn.library_block import LibraryBlock, library_layers
from tests.deepgrasp.stgcn.aagcn_weights import from_aagcn

LIMITS = {torch.float32: 1e-5, torch.float64: 1e-10}


@pytest.fixture
def library():
    try:
        return library_layers()
    except InputError:
        pytest.skip("torch-geometric-temporal is not installed")


def tree(nodes: int) -> list[tuple[int, int]]:
    return [(child // 2, child) for child in range(1, nodes)]


def adjacency(nodes: int) -> torch.Tensor:
    return torch.from_numpy(partition_adjacency(tree(nodes), nodes))


def reference(library, channels, nodes, kernel, stride, adaptive, attention):
    """The library's block; its kernel cannot be chosen and its graph cannot have one node, but those of its units."""
    if nodes == 1:
        kinds = ATTENTION_KINDS if attention else ()
        knobs = {"kernel": kernel, "stride": stride, "adaptive": "full" if adaptive else "off", "attention": kinds}
        return LibraryBlock(*channels, adjacency(1), **knobs).aagcn
    knobs = {"stride": stride, "adaptive": adaptive, "attention": attention}
    block = library.AAGCN(*channels, torch.tensor(tree(nodes)).T, nodes, **knobs)
    block.tcn1 = library.UnitTCN(channels[1], channels[1], kernel_size=kernel, stride=stride)
    return block


def loud(block: torch.nn.Module, dtype: torch.dtype) -> torch.nn.Module:
    """Nothing may hide behind a zero or the published 1e-6."""
    for parameter in block.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    if block.gcn1.attention:
        block.gcn1.fc1c.bias.data += 1  # nor behind a rectifier
    block.gcn1.A = block.gcn1.A.to(dtype)  # a plain attribute there: .double() and .to() miss it
    return block.to(dtype)


def run(block: torch.nn.Module, x: torch.Tensor, weights: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Output and gradient of the input, for a random weighted mean of the output; the parameters keep theirs."""
    block.zero_grad()
    x = x.clone().requires_grad_()
    y = block(x)
    (y * weights).mean().backward()
    return y.detach(), x.grad


@pytest.mark.parametrize("dtype", LIMITS, ids=str)
@pytest.mark.parametrize("attention", [True, False], ids=["attention", "plain"])
@pytest.mark.parametrize("adaptive", [True, False], ids=["adaptive", "fixed"])
@pytest.mark.parametrize("nodes", [1, 6, 7])
@pytest.mark.parametrize("kernel", [1, 3, 9])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("channels", [(4, 8), (8, 8)], ids=str)
def test_a_block_equals_the_library(library, channels, stride, kernel, nodes, adaptive, attention, dtype):
    torch.manual_seed(0)
    theirs = loud(reference(library, channels, nodes, kernel, stride, adaptive, attention), dtype)
    knobs = {"adaptive": "full" if adaptive else "off", "attention": ATTENTION_KINDS if attention else ()}
    ours = GraphBlock(*channels, adjacency(nodes), kernel=kernel, stride=stride, **knobs).to(dtype)
    ours.load_state_dict(from_aagcn(theirs))
    for training in (True, False):  # the second with the running statistics of the first
        theirs.train(training)
        ours.train(training)
        x = torch.randn(3, channels[0], 11, nodes, dtype=dtype)  # the library's [B, C, T, V]
        weights = torch.randn(3, channels[1], -(-11 // stride), nodes, dtype=dtype)
        close(run(ours, x.transpose(1, 3), weights.transpose(1, 3)), run(theirs, x, weights), dtype)
        close_gradients(ours, theirs, dtype)


def close(ours: tuple[torch.Tensor, ...], theirs: tuple[torch.Tensor, ...], dtype: torch.dtype) -> None:
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine.transpose(1, 3), other, rtol=0, atol=LIMITS[dtype])


def close_gradients(ours: torch.nn.Module, theirs: torch.nn.Module, dtype: torch.dtype) -> None:
    gradients = from_aagcn(theirs, {**theirs.state_dict(), **{name: p.grad for name, p in theirs.named_parameters()}})
    for name, parameter in ours.named_parameters():
        assert parameter.grad.any()
        torch.testing.assert_close(parameter.grad, gradients[name], rtol=0, atol=LIMITS[dtype])


def test_the_library_crashes_at_one_node_and_ours_does_not(library):
    with pytest.raises(RuntimeError):
        library.AAGCN(3, 4, torch.empty(2, 0, dtype=torch.long), 1)
    assert GraphBlock(3, 4, adjacency(1)).eval()(torch.zeros(2, 1, 1, 3)).shape == (2, 1, 1, 4)


def test_the_library_crashes_at_an_isolated_last_node_and_ours_does_not(library):
    with pytest.raises(RuntimeError):
        library.AAGCN(3, 4, torch.tensor([[0], [1]]), 3)
    alone = torch.from_numpy(partition_adjacency([(0, 1)], 3))
    assert GraphBlock(3, 4, alone).eval()(torch.zeros(2, 3, 5, 3)).shape == (2, 3, 5, 4)


def test_the_library_crashes_at_a_view_and_ours_does_not(library):
    x = torch.randn(2, 5, 6, 3)  # [B, T, V, C], as data come
    with pytest.raises(RuntimeError, match="view"):
        library.AAGCN(3, 4, torch.tensor(tree(6)).T, 6)(x.permute(0, 3, 1, 2))
    block = GraphBlock(3, 4, adjacency(6)).eval()
    assert torch.equal(block(x.transpose(1, 2)), block(x.transpose(1, 2).contiguous()))


def test_the_library_crashes_at_one_feature_in_the_order_of_data_and_ours_does_not(library):
    x = torch.randn(2, 5, 6, 1)  # contiguous in either order, so .contiguous() does not help
    with pytest.raises(RuntimeError, match="view"):
        library.AAGCN(1, 8, torch.tensor(tree(6)).T, 6)(x.permute(0, 3, 1, 2).contiguous())
    assert GraphBlock(1, 8, adjacency(6)).eval()(x.transpose(1, 2)).shape == (2, 6, 5, 8)


def test_the_librarys_fixed_adjacency_is_left_behind_and_ours_moves_with_the_module(library):
    fixed = library.AAGCN(1, 2, torch.tensor(tree(4)).T, 4, adaptive=False).double()
    assert fixed.gcn1.A.dtype == torch.float32
    layer = FixedGraph(adjacency(4)).double()
    assert layer.adjacency.dtype == torch.double
    assert not list(layer.parameters())


def test_the_librarys_blocks_cannot_be_pickled_and_ours_can(library):
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(library.AAGCN(4, 4, torch.tensor(tree(4)).T, 4))
    block, x = GraphBlock(4, 4, adjacency(4)).eval(), torch.randn(1, 4, 5, 4)
    assert torch.equal(pickle.loads(pickle.dumps(block))(x), block(x))


def test_the_librarys_learned_adjacency_is_its_graphs_storage_and_ours_is_its_own(library):
    theirs = library.AAGCN(4, 8, torch.tensor(tree(4)).T, 4)
    assert theirs.gcn1.PA.data_ptr() == theirs.graph.A.data_ptr()
    shared = adjacency(4)
    first, second = AdaptiveGraph(1, shared, 1), AdaptiveGraph(1, shared, 1)
    first.adjacency.data.zero_()
    assert second.adjacency.abs().sum() > 0
    assert shared.abs().sum() > 0


def test_inward_and_outward_subsets_differ():
    given = FixedGraph(adjacency(4)).adjacency
    assert not torch.equal(given[1], given[2])


@pytest.mark.parametrize("nodes", [1, 2])
def test_smallest_graphs(nodes):
    assert GraphBlock(3, 4, adjacency(nodes)).eval()(torch.zeros(2, nodes, 1, 3)).shape == (2, nodes, 1, 4)


def test_channel_dropout_drops_a_channel_everywhere_and_keeps_the_mean():
    torch.manual_seed(0)
    dropped = ChannelDropout(0.25)(torch.ones(50, 2, 3, 40))
    assert (dropped == dropped[:, :1, :1]).all()
    assert dropped.mean().item() == pytest.approx(1, abs=0.05)
