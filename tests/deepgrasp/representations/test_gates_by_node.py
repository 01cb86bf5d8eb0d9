"""Gates by node are those that the blocks multiply by, for a graph in parts as well."""

import pytest
import torch
from torch import nn

from deepgrasp.representations.gates_by_node import NodeGates, node_gates
from deepgrasp.spec import InputSpec
from deepgrasp.stgcn.attention import Attention
from deepgrasp.stgcn.attention_stgcn import AttentionSTGCN

# two parts whose nodes alternate: 0 and 2, 1 and 3
SPEC = InputSpec(nodes=4, features=2, frames=6, edges=((0, 2), (1, 3)))


class Only(nn.Module):
    """A network whose encoder is the whole of it."""

    def __init__(self, **hyper) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.encoders = nn.ModuleDict({"touch": AttentionSTGCN(SPEC, widths=[4, 6], strides=[2, 1], **hyper)})
        self.eval()

    def forward(self, inputs):
        return self.encoders["touch"](inputs["touch"])


def gates(network: nn.Module, x: torch.Tensor) -> tuple[NodeGates, ...]:
    return node_gates(network, {"touch": x})


def test_factors_are_what_each_block_multiplies_by():
    network, x = Only(attention=["spatial", "temporal"]), torch.randn(3, 6, 4, 2)
    seen = []
    for layer in network.modules():
        if isinstance(layer, Attention):
            layer.register_forward_hook(lambda _, given, made: seen.append((given[0], made)))
    found = gates(network, x)
    assert [(each.modality, each.block) for each in found] == [("touch", "block 1"), ("touch", "block 2")]
    assert [each.factors.shape for each in found] == [(3, 4, 6), (3, 4, 3)]  # the first block drops every second frame
    for each, (given, made) in zip(found, seen, strict=True):
        torch.testing.assert_close(given * each.factors[..., None], made)


def test_without_a_gate_over_frames_they_are_the_same_in_all_of_them():
    for each in gates(Only(attention=["spatial", "channel"]), torch.randn(1, 6, 4, 2)):
        assert (each.factors == each.factors[..., :1]).all()
        assert (each.factors > 1).all()


@pytest.mark.parametrize("components", ["separate", "shared"])
def test_parts_of_a_graph_are_put_together_in_the_order_of_its_nodes(components):
    network, x = Only(components=components), torch.randn(2, 6, 4, 2)
    before = gates(network, x)
    assert [each.factors.shape for each in before] == [(2, 4, 6), (2, 4, 3)]
    moved = x.clone()
    moved[:, :, [0, 2]] += 1
    for one, other in zip(before, gates(network, moved), strict=True):
        changed = (one.factors != other.factors).any(0).any(-1).tolist()
        assert changed == [True, False, True, False]  # the other part sees nothing of it


def test_shared_weights_weigh_equal_parts_alike():
    network, x = Only(components="shared"), torch.randn(2, 6, 4, 2)
    swapped = [1, 0, 3, 2]
    for one, other in zip(gates(network, x), gates(network, x[:, :, swapped]), strict=True):
        torch.testing.assert_close(one.factors[:, swapped], other.factors)


def test_a_network_without_gates_over_nodes_has_none():
    assert gates(Only(attention=["temporal", "channel"]), torch.randn(1, 6, 4, 2)) == ()
