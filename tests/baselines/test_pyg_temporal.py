"""Cells of PyTorch Geometric Temporal: the library called by hand, samples apart, one clear error."""

import sys

import pytest
import torch

from baselines.pyg_temporal import PyGTemporal
from deepgrasp.errors import InputError
from deepgrasp.spec import InputSpec
from deepgrasp.stgcn import library_block
from tests.baselines.same import same_features_and_gradients

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # torch_geometric's import

CELLS = ("GConvGRU", "GConvLSTM", "LRGCN", "GCLSTM", "DyGrEncoder", "DCRNN", "TGCN", "TGCN2", "A3TGCN", "A3TGCN2")
CELLS += ("AGCRN",)
SPEC = InputSpec(5, 3, 4, ((0, 1), (1, 2), (3, 4)))  # in parts


@pytest.fixture(autouse=True)
def library():
    try:
        return library_block.library_layers()
    except InputError:
        pytest.skip("torch-geometric-temporal is not installed")


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("knobs", [{}, {"order": 3, "periods": 2, "every": 2, "bidirectional": False}])
def test_it_is_the_library_called_frame_by_frame(cell, knobs):
    from benchmark.speed.direct.pyg_temporal import Direct

    same_features_and_gradients(PyGTemporal, Direct, SPEC, {"cell": cell, "hidden": 4, "dropout": 0.0} | knobs)


@pytest.mark.parametrize("cell", CELLS)
def test_samples_do_not_see_each_other_and_every_weight_learns(cell):
    torch.manual_seed(0)
    model, x = PyGTemporal(SPEC, cell=cell), torch.randn(3, 4, 5, 3, requires_grad=True)
    model.eval()(x)[1].sum().backward()
    assert x.grad is not None
    assert x.grad.flatten(1).any(1).tolist() == [False, True, False]
    model(x).square().sum().backward()
    assert [name for name, each in model.named_parameters() if each.grad is None or not each.grad.any()] == []


@pytest.mark.parametrize("cell", CELLS)
def test_a_state_remembers_frames_before_and_with_a_second_cell_after(cell):
    torch.manual_seed(0)
    for bidirectional in (False, True):
        model, x = PyGTemporal(SPEC, cell=cell, bidirectional=bidirectional), torch.randn(1, 4, 5, 3)
        seen = torch.autograd.functional.jacobian(lambda x, m=model: m.states(x)[0, 1].sum(), x)
        assert seen[0].flatten(1).any(1).tolist() == [True, True, bidirectional, bidirectional]


def test_two_steps_of_gconvgru_on_two_nodes_by_hand():
    model = PyGTemporal(InputSpec(2, 1, 2, ((0, 1),)), cell="GConvGRU", hidden=1, order=2, bidirectional=False)
    for name, each in model.cells.named_parameters():
        each.data.fill_(0.0 if "bias" in name else 1.0)
    # the scaled Laplacian of two nodes and an edge is minus its adjacency: L x is minus the other node
    x = torch.tensor([[1.0, 3.0], [0.5, -1.0]])
    h = torch.zeros(2)
    for frame in x:
        a, b = frame - frame.flip(0), h - h.flip(0)
        z = r = torch.sigmoid(a + b)
        h = z * h + (1 - z) * torch.tanh(a + h * r - (h * r).flip(0))
    torch.testing.assert_close(model.states(x[None, :, :, None])[0, 1, :, 0], h)


@pytest.mark.parametrize("cell", ["AGCRN", "TGCN"])
def test_it_can_be_exported_with_a_free_batch(cell):
    model, x = PyGTemporal(SPEC, cell=cell, bidirectional=False, every=2).eval(), torch.randn(3, 4, 5, 3)
    exported = torch.export.export(model, (x,), dynamic_shapes={"x": {0: torch.export.Dim("batch", min=2, max=64)}})
    other = torch.randn(5, 4, 5, 3)
    torch.testing.assert_close(exported.module()(other), model(other))


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("GConvGru", "is no class of torch-geometric-temporal"),
        ("EvolveGCNO", "its state itself"),
        ("BatchedDCRNN", "its state itself"),
    ],
)
def test_a_class_that_does_not_fit_is_one_error(cell, told):
    with pytest.raises(InputError, match=rf"hyper-parameter cell: {cell} .*{told}; choose from {', '.join(CELLS)}$"):
        PyGTemporal(SPEC, cell=cell)


def test_a_class_that_asks_for_more_is_one_error(monkeypatch):
    class Other(torch.nn.Module):
        def __init__(self, in_channels, heads):
            super().__init__()

        def forward(self, X, edge_index, H):
            return H

    monkeypatch.setattr(sys.modules["torch_geometric_temporal.nn.recurrent"], "Other", Other, raising=False)
    with pytest.raises(InputError, match=r"hyper-parameter cell: Other asks for heads; choose another"):
        PyGTemporal(SPEC, cell="Other")


def test_without_the_library_there_is_one_clear_error(monkeypatch):
    monkeypatch.setattr(library_block.importlib.util, "find_spec", lambda name: None)
    library_block.library_layers.cache_clear()
    with pytest.raises(InputError, match=r"hyper-parameter cell: .* is not installed; `pip install --no-deps"):
        PyGTemporal(SPEC)
