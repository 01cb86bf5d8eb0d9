"""CTR-GCN computes its paper's equations: on small cases by hand, and as a whole like a plain implementation."""

import math

import pytest
import torch

from baselines.ctrgcn import CTRGCN
from benchmark.speed.direct.ctrgcn import Direct
from deepgrasp.spec import InputSpec
from deepgrasp.stgcn.branches import BranchedConvolution
from deepgrasp.stgcn.topology import TopologyRefinement
from tests.baselines.same import same_in_double

TWO_HANDS = InputSpec(7, 3, 9, ((0, 1), (1, 2), (1, 3), (4, 5), (5, 6)))


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("knobs", [{}, {"stride": 2, "widths": (9, 9, 18), "kernel": 3, "dilations": (1, 2, 3)}])
def test_it_is_the_plain_implementation(knobs, training):
    same_in_double(CTRGCN, Direct, TWO_HANDS, {**knobs, "dropout": 0.0}, training=training)


def test_a_node_receives_by_a_graph_of_each_channel():
    """Two nodes, 0 to 1; two channels in, two out; one subset, the identity being the shared graph."""
    layer = TopologyRefinement(2, 2, torch.eye(2)[None], reduced=1)
    with torch.no_grad():
        layer.alpha.fill_(0.5)
        layer.compare.weight.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0]]))  # psi reads channel 0, phi channel 1
        layer.compare.bias.zero_()
        layer.expand.copy_(torch.tensor([[[1.0], [2.0]]]))
        layer.expand_bias.copy_(torch.tensor([[0.0, 0.1]]))
    # [C, B, T, V]: the mean over two frames is (1, 2) in channel 0 and (0, 3) in channel 1
    x = torch.tensor([[[0.0, 2.0], [2.0, 2.0]], [[1.0, 3.0], [-1.0, 3.0]]])[:, None]
    first = [[math.tanh(1 - 0), math.tanh(1 - 3)], [math.tanh(2 - 0), math.tanh(2 - 3)]]  # [receiver, sender]
    one = torch.eye(2) + 0.5 * torch.tensor(first)
    two = torch.eye(2) + 0.5 * (2 * torch.tensor(first) + 0.1)
    torch.testing.assert_close(layer.graphs(x)[0, :, 0], torch.stack([one.T, two.T]))


def test_subsets_add_up_behind_a_map_of_each():
    adjacency = torch.tensor([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [0.0, 0.0]]])  # itself; node 1 from node 0
    layer = TopologyRefinement(1, 1, adjacency, reduced=1).eval()
    with torch.no_grad():
        layer.project.weight.copy_(torch.tensor([[2.0], [10.0]]))
        layer.project.bias.zero_()
        layer.norm.running_var.fill_(1 - layer.norm.eps)
    x = torch.tensor([3.0, -4.0]).view(1, 1, 1, 2)
    # 2 * 3 + the shortcut's 3; 2 * -4 + 10 * 3 - 4
    assert layer(x).flatten().tolist() == pytest.approx([9.0, 18.0])


def test_branches_see_as_far_as_their_dilations():
    layer = BranchedConvolution(4, kernel=3, dilations=(1, 2)).eval()
    with torch.no_grad():
        layer.reduce.weight.copy_(torch.eye(4))
        for weight in layer.weights:
            weight.copy_(torch.tensor([1.0, 10.0, 100.0]).view(1, 1, 3, 1))
        for norm in (layer.inner, layer.norm):
            norm.running_var.fill_(1 - norm.eps)
    x = torch.tensor([1.0, -2.0, 3.0, 4.0, 5.0]).view(5, 1).expand(4, 1, 5, 1)
    expected = [
        [10.0, 301.0, 430.0, 543.0, 54.0],  # of 1 0 3 4 5, rectified: the frame before, itself, the one after
        [310.0, 400.0, 531.0, 40.0, 53.0],  # two frames before and after
        [1.0, 3.0, 4.0, 5.0, 5.0],  # the largest of three
        [1.0, -2.0, 3.0, 4.0, 5.0],  # as it is, not rectified
    ]
    torch.testing.assert_close(layer(x)[:, 0, :, 0], torch.tensor(expected))
