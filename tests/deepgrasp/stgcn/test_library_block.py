"""The library's block as a backend: the same model, only slower."""

import pickle
import subprocess
import sys

import pytest
import torch

from deepgrasp.errors import InputError
from deepgrasp.spec import InputSpec
from deepgrasp.stgcn import library_block
from deepgrasp.stgcn.attention_stgcn import AttentionSTGCN
from deepgrasp.stgcn.blocks import GraphBlock
from deepgrasp.stgcn.library_block import LibraryBlock, library_layers
from tests.deepgrasp.stgcn.aagcn_weights import from_aagcn

SPEC = InputSpec(nodes=6, features=3, frames=13, edges=((0, 1), (1, 2), (3, 4)))  # in parts, the last node alone
X = torch.randn(2, 13, 6, 3, dtype=torch.double, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def library():
    try:
        return library_layers()
    except InputError:
        pytest.skip("torch-geometric-temporal is not installed")


def both(**knobs) -> tuple[AttentionSTGCN, AttentionSTGCN]:
    """Both backends with the library's weights, after some training of its running statistics."""
    torch.manual_seed(0)
    models = [AttentionSTGCN(SPEC, backend=name, dropout=0.0, **knobs) for name in ("pyg-temporal", "native")]
    theirs, ours = (model.double() for model in models)
    for parameter in theirs.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    theirs(X)
    native = [module for module in ours.modules() if isinstance(module, GraphBlock)]
    theirs_blocks = [module for module in theirs.modules() if isinstance(module, LibraryBlock)]
    for mine, other in zip(native, theirs_blocks, strict=True):
        mine.load_state_dict(from_aagcn(other.aagcn))
    return ours, theirs


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        {"widths": (8, 8), "strides": (1, 1), "kernel": 5, "embedding": 2},
        {"components": "separate", "adaptive": "off", "attention": ()},
    ],
)
def test_both_backends_of_a_model_give_the_same_features(library, knobs):
    ours, theirs = both(**knobs)
    for training in (True, False):
        torch.testing.assert_close(ours.train(training)(X), theirs.train(training)(X), rtol=0, atol=1e-9)


def test_the_librarys_block_is_in_our_wrapper_unchanged(library):
    torch.manual_seed(0)
    edges, given = torch.tensor([[0, 1, 1], [1, 2, 3]]), torch.randn(2, 4, 9, 3)  # [B, V, T, C]
    plain = library.AAGCN(3, 8, edges, 4)
    ours = LibraryBlock(3, 8, plain.A.clone(), branch_scale=1e-6)
    ours.aagcn.load_state_dict(plain.state_dict())
    assert torch.equal(ours(given), plain(given.permute(0, 3, 2, 1).contiguous()).permute(0, 3, 2, 1))


@pytest.mark.parametrize(("nodes", "features", "frames"), [(1, 1, 1), (1, 1, 5), (5, 1, 1), (2, 1, 13), (39, 3, 7)])
def test_any_size(library, nodes, features, frames):
    spec = InputSpec(nodes, features, frames, tuple((k, k + 1) for k in range(nodes - 1)))
    model = AttentionSTGCN(spec, backend="pyg-temporal").eval()
    assert model(torch.zeros(2, frames, nodes, features)).shape == (2, -(-frames // 2), nodes, 32)


def test_branch_scale_reaches_the_librarys_norm(library):
    model = AttentionSTGCN(SPEC, backend="pyg-temporal", branch_scale=0.25)
    assert model.encoders[0][0].aagcn.gcn1.bn.weight.unique().tolist() == [0.25]


def test_it_can_be_moved_and_pickled(library):
    model = AttentionSTGCN(SPEC, backend="pyg-temporal", widths=(3, 3), strides=(1, 1), adaptive="off").double().eval()
    assert torch.equal(pickle.loads(pickle.dumps(model))(X), model(X))


@pytest.mark.parametrize("knobs", [{"attention": ("spatial",)}, {"adaptive": "low-rank"}])
def test_what_the_library_lacks_is_refused(knobs):
    with pytest.raises(InputError, match=f"hyper-parameter {next(iter(knobs))}: torch-geometric-temporal has"):
        AttentionSTGCN(SPEC, backend="pyg-temporal", **knobs)


def test_a_width_below_the_embedding_is_refused_where_it_would_fail():
    knobs = {"widths": (3,), "strides": (1,)}
    with pytest.raises(InputError, match=r"hyper-parameter embedding: 4 is more than a width, 3; choose 3 at most"):
        AttentionSTGCN(SPEC, backend="pyg-temporal", **knobs)
    for model in (AttentionSTGCN(SPEC, **knobs), AttentionSTGCN(SPEC, backend="pyg-temporal", adaptive="off", **knobs)):
        assert model(X.float()).shape[3] == 3


@pytest.mark.parametrize(("sizes", "residual"), [((4, 4), True), ((3, 4), True), ((4, 4), False), ((3, 4), False)])
def test_weights_of_a_block_without_a_residual_connection_are_refused(library, sizes, residual):
    block = library.AAGCN(*sizes, torch.tensor([[0, 1], [1, 2]]), 3, residual=residual)
    if residual:
        assert "temporal.conv.weight" in from_aagcn(block)
    else:
        with pytest.raises(InputError, match="AAGCN: has residual=False"):
            from_aagcn(block)


def test_without_the_library_there_is_one_clear_error(monkeypatch):
    monkeypatch.setattr(library_block.importlib.util, "find_spec", lambda name: None)
    library_layers.cache_clear()
    with pytest.raises(InputError, match=r"hyper-parameter backend: .* is not installed; .* or choose native"):
        AttentionSTGCN(SPEC, backend="pyg-temporal")


def test_the_native_backend_does_not_wait_for_the_librarys_imports():
    code = "import sys, baselines.stgcn as s, deepgrasp.stgcn.library_block; sys.exit('torch_geometric' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
