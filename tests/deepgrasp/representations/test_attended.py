"""Graphs and gates that are read back are those by which the layers computed."""

import pytest
import torch

import deepgrasp.library as dg
from deepgrasp.representations.attended import attended, attended_in, gates_of, graph_of
from deepgrasp.spec import InputSpec
from deepgrasp.stgcn.aggregation import FEW_NODES, AdaptiveGraph, FixedGraph, LowRankGraph
from deepgrasp.stgcn.attention import ATTENTION_KINDS, Attention
from deepgrasp.stgcn.attention_stgcn import AttentionSTGCN

GIVEN = torch.rand(3, 5, 5, generator=torch.Generator().manual_seed(0))  # [K, V, V]
LARGE = torch.rand(2, FEW_NODES + 1, FEW_NODES + 1, generator=torch.Generator().manual_seed(1))


def drawn(module):
    torch.manual_seed(0)
    for parameter in module.parameters():
        parameter.data.normal_()
    return module.eval()


@pytest.mark.parametrize(
    ("make", "nodes"),
    [
        (lambda: FixedGraph(GIVEN), 5),
        (lambda: AdaptiveGraph(4, GIVEN, 2), 5),
        (lambda: LowRankGraph(4, GIVEN, 2), 5),
        (lambda: LowRankGraph(4, LARGE, 2), FEW_NODES + 1),  # its matrix is never written out by the layer
    ],
    ids=["fixed", "adaptive", "low rank", "low rank, large"],
)
def test_a_graph_does_what_its_layer_does(make, nodes):
    layer = drawn(make())
    x = torch.randn(2, nodes, 6, 4)
    weights = graph_of(layer, x)  # [B, K, V, V]
    by_hand = torch.einsum("bkvw,bwtc->bvtkc", weights, x).flatten(3)
    torch.testing.assert_close(layer(x), by_hand, rtol=1e-3, atol=1e-3)


def test_a_graph_of_its_own_for_each_sample():
    layer = drawn(AdaptiveGraph(4, GIVEN, 2))
    weights = graph_of(layer, torch.randn(2, 5, 6, 4))
    assert not torch.equal(weights[0], weights[1])
    torch.nn.init.zeros_(layer.alpha)
    weights = graph_of(layer, torch.randn(2, 5, 6, 4))
    torch.testing.assert_close(weights, layer.adjacency.transpose(1, 2).expand(2, -1, -1, -1))


@pytest.mark.parametrize("kinds", [ATTENTION_KINDS, (), *((kind,) for kind in ATTENTION_KINDS)], ids=str)
def test_gates_do_what_their_layer_does(kinds):
    layer = drawn(Attention(8, 5, kinds))
    y = torch.randn(3, 5, 6, 8)
    nodes, frames, channels = gates_of(layer, y)
    torch.testing.assert_close(
        y * nodes[:, :, None, None] * frames[:, None, :, None] * channels[:, None, None], layer(y)
    )
    ones = [kind for kind, gate in zip(ATTENTION_KINDS, (nodes, frames, channels), strict=True) if (gate == 1).all()]
    assert ones == [kind for kind in ATTENTION_KINDS if kind not in kinds]


def test_of_a_model_every_block_is_read(data, runs):
    model = dg.load_model("best", task="action", runs=runs, data=data)
    part = model.fold().test
    found = attended(model, part.all[0])
    graphs = {name: graph.shape for name, graph in found.graphs.items() if ".touch." in name}
    place = "encoders.touch.encoders.0.stacks"
    assert set(graphs) == {f"{place}.{hand}.{block}.graph.receive" for hand in (0, 1) for block in (0, 2)}
    assert set(graphs.values()) == {(len(part), 3, 16, 16)}
    assert found.nodes[f"{place}.1.2.attention"] == tuple(range(16, 32))  # the left hand's
    assert found.gates["encoders.pose.encoders.0.stacks.0.0.attention"].nodes.shape == (len(part), 39)
    other = dg.load_model("mlp", task="action", runs=runs, data=data)
    assert not attended(other, other.fold().test.all[0]).graphs


def test_hands_that_share_weights_are_samples_of_one_batch():
    spec = InputSpec(4, 3, 6, ((0, 1), (2, 3)))
    encoder = drawn(AttentionSTGCN(spec, components="shared", widths=(4,), strides=(1,)))
    x = torch.randn(2, 6, 4, 3)
    (graph,) = attended_in(encoder, lambda: encoder(x)).graphs.values()
    assert graph.shape == (4, 3, 2, 2)
