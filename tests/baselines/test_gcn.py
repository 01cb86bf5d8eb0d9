"""The GCN's layers are PyG's message passing."""

import pytest
import torch

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # torch_geometric's import


def test_it_is_pygs_layers_one_after_the_other():
    from torch_geometric.nn import GCNConv
    from torch_geometric.utils import to_undirected

    from baselines.gcn import GCN
    from deepgrasp.spec import InputSpec

    torch.manual_seed(0)
    edges = ((0, 1), (0, 2), (2, 3))  # the last node is alone
    model = GCN(InputSpec(5, 3, 2, edges), hidden=4)
    layers = [GCNConv(before, 4, bias=False, node_dim=-2) for before in (3, 4)]
    for layer, linear in zip(layers, model.maps, strict=True):
        layer.lin.weight = linear.weight
    x, both_ways = torch.randn(6, 2, 5, 3), to_undirected(torch.tensor(edges).T, num_nodes=5)
    first = model.norms[0](layers[0](x, both_ways) + model.node_code).relu()
    second = model.norms[1](layers[1](first, both_ways)).relu()
    torch.testing.assert_close(model.convolve(x), torch.cat([x, first, second], -1))
