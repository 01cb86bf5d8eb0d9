"""The GCN's dense layers are PyG's message passing."""

import pytest
import torch

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # torch_geometric's import


def test_dense_layers_equal_messages_along_the_edges():
    from torch_geometric.nn import GCNConv
    from torch_geometric.utils import to_undirected

    from baselines.gcn import GCN
    from deepgrasp.spec import InputSpec

    torch.manual_seed(0)
    edges = ((0, 1), (0, 2), (2, 3))
    dense = GCN(InputSpec(5, 3, 2, edges), hidden=4, layers=1)
    sparse = GCNConv(3, 4, bias=False, node_dim=-2)
    sparse.lin.weight = dense.convolutions[0].lin.weight
    x = torch.randn(6, 5, 3)
    expected = sparse(x, to_undirected(torch.tensor(edges).T, num_nodes=5))
    torch.testing.assert_close(dense.convolutions[0](x, dense.adjacency), expected)


def test_the_network_is_its_layers_one_after_the_other():
    from baselines.gcn import GCN
    from deepgrasp.spec import InputSpec

    torch.manual_seed(0)
    model = GCN(InputSpec(5, 3, 2, ((0, 1), (0, 2), (2, 3))), hidden=4, dropout=0.0)
    x = torch.randn(6, 2, 5, 3)
    first = model.norms[0](model.convolutions[0](x.flatten(0, 1), model.adjacency) + model.node_code).relu()
    second = model.norms[1](model.convolutions[1](first, model.adjacency)).relu()
    torch.testing.assert_close(model(x).flatten(0, 1), torch.cat([x.flatten(0, 1), first, second], -1))
