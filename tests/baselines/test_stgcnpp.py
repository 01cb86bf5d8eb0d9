"""ST-GCN++ computes its authors' equations: on small cases by hand, and as a whole like a plain implementation."""

import pytest
import torch

from baselines.stgcnpp import STGCNPlusPlus
from benchmark.speed.direct.stgcnpp import Direct
from deepgrasp.spec import InputSpec
from deepgrasp.stgcn.learned_graph import FusedBranches, LearnedGraph
from tests.baselines.same import same_in_double

TWO_HANDS = InputSpec(7, 3, 9, ((0, 1), (1, 2), (1, 3), (4, 5), (5, 6)))


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("knobs", [{}, {"stride": 2, "widths": (9, 9, 18), "kernel": 5, "dilations": (1, 2)}])
def test_it_is_the_plain_implementation(knobs, training):
    same_in_double(STGCNPlusPlus, Direct, TWO_HANDS, {**knobs, "dropout": 0.0}, training=training)


def test_a_node_receives_what_the_subsets_send():
    adjacency = torch.tensor([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [0.0, 0.0]]])  # itself; node 1 from node 0
    layer = LearnedGraph(1, 1, adjacency).eval()
    with torch.no_grad():
        layer.project.weight.copy_(torch.tensor([[2.0, 10.0]]))
        layer.bias.copy_(torch.tensor([[0.5], [0.25]]))
        layer.norm.running_var.fill_(1 - layer.norm.eps)
    x = torch.tensor([3.0, -4.0]).view(1, 1, 1, 2)
    # 2 * 3 + 0.5 and the shortcut's 3; 2 * -4 + 0.5 + 10 * 3 + 0.25 - 4
    assert layer(x).flatten().tolist() == pytest.approx([9.5, 18.75])


def test_the_graph_is_learned_from_the_given_one():
    layer = LearnedGraph(2, 3, torch.eye(4)[None])
    layer(torch.randn(2, 5, 1, 4)).square().sum().backward()
    assert torch.equal(layer.adjacency.detach(), torch.eye(4)[None])
    assert (layer.adjacency.grad != 0).all()  # links that are not given, too


def test_branches_are_rectified_and_fused():
    layer = FusedBranches(3, kernel=3, dilations=(2,)).eval()
    with torch.no_grad():
        layer.branches.reduce.weight.copy_(torch.eye(3))
        layer.branches.weights[0].copy_(torch.tensor([1.0, 10.0, 100.0]).view(1, 1, 3, 1))
        layer.fuse.weight.copy_(torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 1000.0], [0.0, 0.0, -1.0]]))
        for norm in (layer.branches.inner, layer.branches.norm, layer.norm):
            norm.running_var.fill_(1 - norm.eps)
    x = torch.tensor([1.0, -2.0, 3.0]).view(3, 1).expand(3, 1, 3, 1)
    expected = [
        [310.0, 0.0, 31.0],  # of 1 0 3: two frames before, itself, two after
        [1001.0, 3.0, 3003.0],  # the largest of three, and the third branch: 1, not -2, 3
        [-1.0, 0.0, -3.0],  # the norm behind is not rectified
    ]
    torch.testing.assert_close(layer(x)[:, 0, :, 0], torch.tensor(expected))
