"""Each knob of the attention STGCN changes what it names."""

import pickle

import pytest
import torch

from deepgrasp.errors import InputError
from deepgrasp.layers import Attention, GraphBlock
from deepgrasp.spec import InputSpec
from deepgrasp.stgcn import AttentionSTGCN

SPEC = InputSpec(nodes=6, features=3, frames=13, edges=((0, 1), (1, 2), (1, 3), (3, 4), (4, 5)))
X = torch.randn(2, 13, 6, 3, generator=torch.Generator().manual_seed(0))


def blocks(**knobs) -> list[GraphBlock]:
    return [block for block in AttentionSTGCN(SPEC, **knobs).modules() if isinstance(block, GraphBlock)]


def test_widths_set_depth_and_channels():
    assert AttentionSTGCN(SPEC, widths=(8, 4, 6), strides=(1, 1, 1))(X).shape == (2, 13, 6, 6)


def test_strides_divide_the_frames():
    assert AttentionSTGCN(SPEC, strides=(2, 3))(X).shape[1] == 3  # 13 -> 7 -> 3


@pytest.mark.parametrize("kernel", [1, 3, 7])
def test_kernel_is_how_far_the_main_path_sees(kernel):
    model = AttentionSTGCN(SPEC, widths=(8,), strides=(1,), kernel=kernel, adaptive=False, attention=False).eval()
    later = X.clone()
    later[:, 6] += 1
    changed = (model(later) - model(X)).abs().sum((0, 2, 3)) > 0
    assert changed.tolist() == [abs(t - 6) <= kernel // 2 for t in range(13)]


def test_dropout_drops():
    model = AttentionSTGCN(SPEC, dropout=0.5)
    assert not torch.equal(model(X), model(X))
    assert torch.equal((model := AttentionSTGCN(SPEC, dropout=0.0))(X), model(X))


def test_adaptive_learns_the_graph():
    assert all(block.graph.adjacency.requires_grad for block in blocks())
    assert not any(block.graph.adjacency.requires_grad for block in blocks(adaptive=False))


def test_attention_is_there_or_not():
    assert all(isinstance(block.attention, Attention) for block in blocks())
    assert not any(isinstance(block.attention, Attention) for block in blocks(attention=False))


def test_embedding_narrows_the_comparison():
    assert blocks(widths=(8,), strides=(1,), embedding=2)[0].graph.embed.out_features == 2 * 3 * 4
    assert blocks(widths=(8,), strides=(1,), embedding=99)[0].graph.embed.out_features == 2 * 3 * 1


def test_branch_scale_silences_the_graph_at_first():
    def effect(scale: float) -> float:
        torch.manual_seed(0)
        model = AttentionSTGCN(SPEC, widths=(8,), strides=(1,), kernel=1, branch_scale=scale, attention=False).eval()
        moved = X.clone()
        moved[:, :, 0] += 1  # reaches node 1 through the graph only
        return (model(moved) - model(X))[:, :, 1].abs().max().item()

    assert effect(1e-6) < 1e-4 < effect(1.0)


def test_it_can_be_pickled():
    model = AttentionSTGCN(SPEC, widths=(4, 4), strides=(1, 1)).eval()
    assert torch.equal(pickle.loads(pickle.dumps(model))(X), model(X))


@pytest.mark.parametrize(
    "knobs", [{"kernel": 4}, {"strides": (1,)}, {"widths": (), "strides": ()}, {"widths": (8, 0)}, {"strides": (0, 1)}]
)
def test_impossible_sizes_are_refused(knobs):
    with pytest.raises(InputError):
        AttentionSTGCN(SPEC, **knobs)
