"""Windows as graphs of PyTorch Geometric and as signals of its temporal sister."""

import numpy as np
import pytest
import torch
from torch_geometric.data import InMemoryDataset
from torch_geometric.loader import DataLoader

from deepgrasp.errors import InputError


def test_a_graph_has_the_windows_numbers_and_loads_in_batches(data):
    test = data.fold("subject", 0).test
    graphs = test.to_pyg("pose", task="action")
    assert isinstance(graphs, InMemoryDataset)
    assert (len(graphs), graphs[0].subject, graphs[-1].sequence) == (len(test), test.subjects[0], test.sequences[-1])
    assert torch.equal(graphs[1].x, test[1][0]["pose"].transpose(0, 1))
    batch = next(iter(DataLoader(graphs, batch_size=2)))
    assert batch.x.shape == (2 * 39, 8, 4)
    assert batch.edge_index.max() == 2 * 39 - 1
    assert batch.y.tolist() == [int(test[k][1]["action"]) for k in range(2)]
    assert test.to_pyg("touch", task="pose")[0].y.shape == (1, 8, 9)
    assert next(iter(DataLoader(graphs[1:], batch_size=1))).sequence == [test.sequences[1]]
    graphs.transform = lambda graph: graph.update({"x": graph.x * 0})
    assert not next(iter(DataLoader(graphs, batch_size=2))).x.any()
    assert test.to_pyg()[0].x.any()  # what the transform made was a copy


def test_poses_are_signals_with_one_graph(data):
    test = data.fold("subject", 0).test
    signals = list(test.signals("pose", task="pose"))
    for batch in (0, -3):
        with pytest.raises(InputError, match="is no number of windows; give 1 or more"):
            next(test.signals("pose", batch=batch))
    assert [signal.sequence for signal in signals] == list(test.sequences)
    inputs, targets = test[1]
    for t, snapshot in enumerate(signals[1]):
        assert torch.equal(snapshot.x, inputs["pose"][t])
        assert torch.equal(snapshot.y[0], targets["pose"][t])
        assert torch.equal(snapshot.edge_index, test.edges("pose"))
    (batch,) = test.signals("pose", batch=len(test))
    assert batch.sequence == test.sequences
    assert batch[0].batch.tolist() == np.repeat(range(len(test)), 39).tolist()
    assert batch[0].x.shape == (len(test) * 39, 4)


def test_touch_has_an_edge_to_the_object_where_and_when_it_touches(data):
    test = data.fold("subject", 0).test
    surface, touched = test.edges("touch"), test[0][0]["touch"][..., 0]
    assert touched.any()
    signal = next(test.signals("touch"))
    for t, snapshot in enumerate(signal):
        (nodes,) = torch.nonzero(touched[t], as_tuple=True)
        own = snapshot.edge_index[:, surface.shape[1] :]
        assert own.tolist() == [nodes.tolist(), [32] * len(nodes)]
        assert torch.equal(snapshot.edge_attr[surface.shape[1] :], touched[t][nodes])
        assert not snapshot.x[32].any()
    (batch,) = test.signals("touch", batch=len(test))
    assert batch[0].edge_index.max() < 33 * len(test)
    assert np.array_equal(batch[0].x[:33], signal[0].x)
