import torch

from deepgrasp.stgcn.aggregation import FixedGraph, LowRankGraph

GENERATOR = torch.Generator().manual_seed(0)
GIVEN = torch.rand(2, 4, 4, generator=GENERATOR)  # [K, V, V]
X = torch.randn(3, 4, 5, 6, generator=GENERATOR)  # [B, V, T, C]


def test_column_v_holds_what_node_v_receives():
    received = FixedGraph(GIVEN)(X)
    by_hand = torch.einsum("bwtc,kwv->bvtkc", X, GIVEN).flatten(3)
    torch.testing.assert_close(received, by_hand)


def test_low_rank_is_the_dense_sum_of_its_factors():
    torch.manual_seed(0)
    graph = LowRankGraph(6, GIVEN, rank=2)
    for parameter in graph.parameters():
        parameter.data.normal_()
    sender, receiver = torch.tanh(graph.embed(X.mean(2))).unflatten(2, (2, 2, 2)).permute(2, 0, 3, 1, 4)  # [B, K, V, r]
    learned = graph.senders @ graph.receivers.transpose(1, 2)
    of_sample = graph.alpha * sender @ receiver.transpose(2, 3) / 2
    by_hand = torch.einsum("bwtc,bkwv->bvtkc", X, GIVEN + learned + of_sample).flatten(3)
    torch.testing.assert_close(graph(X), by_hand, rtol=1e-4, atol=1e-4)


def test_low_rank_starts_from_the_given_graph():
    assert torch.equal(LowRankGraph(6, GIVEN, rank=2)(X), FixedGraph(GIVEN)(X))
