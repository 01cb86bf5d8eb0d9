"""Each knob of the attention STGCN changes what it names."""

import pickle
import re
from dataclasses import replace

import pytest
import torch

from deepgrasp.errors import InputError
from deepgrasp.spec import InputSpec
from deepgrasp.stgcn.aggregation import AdaptiveGraph, FixedGraph, LowRankGraph
from deepgrasp.stgcn.attention import Attention
from deepgrasp.stgcn.attention_stgcn import AttentionSTGCN
from deepgrasp.stgcn.blocks import GraphBlock

SPEC = InputSpec(nodes=6, features=3, frames=13, edges=((0, 1), (1, 2), (1, 3), (3, 4), (4, 5)))
STREAMS = replace(SPEC, stream_features=(("joint", 1), ("motion", 2)))  # the same features, in two streams
X = torch.randn(2, 13, 6, 3, generator=torch.Generator().manual_seed(0))
HANDS = InputSpec(nodes=8, features=1, frames=5, edges=((0, 1), (1, 2), (1, 3), (4, 5), (5, 6), (5, 7)))
TOUCH = torch.rand(2, 5, 8, 1, generator=torch.Generator().manual_seed(0))
MODULES = {"full": AdaptiveGraph, "low-rank": LowRankGraph, "off": FixedGraph}


def blocks(**knobs) -> list[GraphBlock]:
    return [block for block in AttentionSTGCN(SPEC, **knobs).modules() if isinstance(block, GraphBlock)]


def parameters(model: torch.nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def test_widths_set_depth_and_channels():
    assert AttentionSTGCN(SPEC, widths=(8, 4, 6), strides=(1, 1, 1))(X).shape == (2, 13, 6, 6)


def test_strides_divide_the_frames():
    assert AttentionSTGCN(SPEC, strides=(2, 3))(X).shape[1] == 3  # 13 -> 7 -> 3


@pytest.mark.parametrize("kernel", [1, 3, 7])
def test_kernel_is_how_far_the_main_path_sees(kernel):
    model = AttentionSTGCN(SPEC, widths=(8,), strides=(1,), kernel=kernel, adaptive="off", attention=()).eval()
    later = X.clone()
    later[:, 6] += 1
    changed = (model(later) - model(X)).abs().sum((0, 2, 3)) > 0
    assert changed.tolist() == [abs(t - 6) <= kernel // 2 for t in range(13)]


def test_dropout_drops():
    model = AttentionSTGCN(SPEC, dropout=0.5)
    assert not torch.equal(model(X), model(X))
    assert torch.equal((model := AttentionSTGCN(SPEC, dropout=0.0))(X), model(X))


@pytest.mark.parametrize(("adaptive", "module"), MODULES.items())
def test_adaptive_chooses_how_the_graph_is_learned(adaptive, module):
    assert all(isinstance(block.graph.receive, module) for block in blocks(adaptive=adaptive))


def test_low_rank_learns_no_matrix_of_all_pairs_of_nodes():
    wide = InputSpec(nodes=50, features=1, frames=2, edges=tuple((k, k + 1) for k in range(49)))
    count = {rank: parameters(AttentionSTGCN(wide, adaptive="low-rank", rank=rank)) for rank in (1, 3)}
    assert count[3] - count[1] == 2 * 2 * (2 * 3 * 50) + 2 * (2 * 3) * (1 + 1 + 16 + 1)  # factors, comparisons
    assert count[1] < parameters(AttentionSTGCN(wide)) - 2 * 3 * 50**2 + 2 * 6 * 50 * 2


@pytest.mark.parametrize("kinds", [("spatial",), ("temporal", "channel"), ("channel", "spatial", "temporal"), ()])
def test_attention_has_the_kinds_that_are_named(kinds):
    found = blocks(attention=kinds)[0].attention
    assert isinstance(found, Attention) == bool(kinds)
    layers = {"spatial": "spatial", "temporal": "temporal", "channel": "squeeze"}
    assert {kind for kind, layer in layers.items() if getattr(found, layer, None)} == set(kinds)


def test_embedding_narrows_the_comparison():
    assert blocks(widths=(8,), strides=(1,), embedding=2)[0].graph.receive.embed.out_features == 2 * 3 * 4
    assert blocks(widths=(8,), strides=(1,), embedding=99)[0].graph.receive.embed.out_features == 2 * 3 * 1


@pytest.mark.parametrize(("merge", "channels"), [("concat", 2 * 32), ("sum", 32), ("input", 32)])
def test_merge_lays_streams_side_by_side_or_adds_them(merge, channels):
    assert AttentionSTGCN(STREAMS, merge=merge)(X).shape[-1] == channels


def test_merged_features_are_those_of_the_streams():
    both = AttentionSTGCN(STREAMS).eval()
    first, second = alone(1, both.encoders[0])(X[..., :1]), alone(2, both.encoders[1])(X[..., 1:])
    torch.testing.assert_close(both(X), torch.cat([first, second], -1))
    both.merge = "sum"
    torch.testing.assert_close(both(X), first + second)


def alone(features: int, encoder: torch.nn.Module) -> AttentionSTGCN:
    model = AttentionSTGCN(replace(SPEC, features=features)).eval()
    model.encoders[0].load_state_dict(encoder.state_dict())
    return model


@pytest.mark.parametrize("adaptive", ["full", "low-rank"])
def test_components_joined_lets_the_parts_hear_each_other(adaptive):
    def heard(components: str) -> float:
        torch.manual_seed(0)
        model = AttentionSTGCN(HANDS, components=components, adaptive=adaptive, attention=())
        for parameter in model.parameters():
            parameter.data += 0.1
        other = TOUCH.clone()
        other[:, :, 4:] += 1  # the second hand
        return (model.eval()(other) - model(TOUCH))[:, :, :4].abs().max().item()

    assert heard("joined") > 1e-3
    assert heard("shared") == heard("separate") == 0


def test_components_share_weights_or_have_their_own():
    shared = AttentionSTGCN(HANDS, components="shared").eval()
    swapped = TOUCH.roll(4, 2)
    torch.testing.assert_close(shared(swapped), shared(TOUCH).roll(4, 2))
    separate = AttentionSTGCN(HANDS, components="separate").eval()
    assert not torch.allclose(separate(swapped), separate(TOUCH).roll(4, 2))
    assert parameters(separate) == 2 * parameters(shared)


def test_parts_without_a_matrix_between_them_cost_less():
    assert parameters(AttentionSTGCN(HANDS)) > parameters(AttentionSTGCN(HANDS, components="shared"))


def test_branch_scale_silences_the_graph_at_first():
    def effect(scale: float) -> float:
        torch.manual_seed(0)
        model = AttentionSTGCN(SPEC, widths=(8,), strides=(1,), kernel=1, branch_scale=scale, attention=()).eval()
        moved = X.clone()
        moved[:, :, 0] += 1  # reaches node 1 through the graph only
        return (model(moved) - model(X))[:, :, 1].abs().max().item()

    assert effect(1e-6) < 1e-4 < effect(1.0)


VARIANTS = [
    {"adaptive": "low-rank"},
    {"adaptive": "off", "attention": ("channel",)},
    {"components": "separate", "attention": ("spatial", "temporal")},
    {"components": "shared", "merge": "sum"},
]


@pytest.mark.parametrize("knobs", VARIANTS, ids=str)
def test_every_parameter_of_a_variant_learns(knobs):
    torch.manual_seed(0)
    model = AttentionSTGCN(HANDS, **knobs)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):  # what starts behind a zero gets its first gradient later
        optimiser.zero_grad()
        model(TOUCH).sin().mul(torch.arange(32.0)).mean().backward()
        optimiser.step()
    assert [name for name, p in model.named_parameters() if not p.grad.any()] == []


@pytest.mark.parametrize("knobs", VARIANTS, ids=str)
def test_a_sample_of_a_variant_scores_alone_as_in_a_batch(knobs):
    model = AttentionSTGCN(HANDS, **knobs)
    model(TOUCH)
    model.eval()
    torch.testing.assert_close(torch.cat([model(each[None]) for each in TOUCH]), model(TOUCH))


def test_it_can_be_pickled():
    model = AttentionSTGCN(SPEC, widths=(4, 4), strides=(1, 1)).eval()
    assert torch.equal(pickle.loads(pickle.dumps(model))(X), model(X))


POSE = replace(HANDS, features=13, stream_features=(("posture", 9), ("motion", 4)))


@pytest.mark.parametrize(
    ("spec", "knobs"),
    [
        (HANDS, {"components": "shared"}),
        (POSE, {"adaptive": "low-rank"}),
    ],
    ids=["touch", "pose"],
)
def test_it_can_be_exported_for_any_batch(spec, knobs):
    model = AttentionSTGCN(spec, **knobs).eval()
    x = torch.rand(2, 5, 8, spec.features)
    batch = {"x": {0: torch.export.Dim("batch", min=2, max=64)}}
    exported = torch.export.export(model, (x,), dynamic_shapes=batch)
    other = torch.cat([x, 1 - x, x])
    torch.testing.assert_close(exported.module()(other), model(other))


@pytest.mark.parametrize("knobs", [{}, {"adaptive": "low-rank"}, {"widths": (3, 3), "strides": (1, 1)}], ids=str)
def test_low_precision_stays_close(knobs):
    torch.manual_seed(0)
    model = AttentionSTGCN(SPEC, dropout=0.0, **knobs)
    features, gradient = {}, {}
    for low in (True, False):
        model.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=low):
            features[low] = model(X)
        features[low].float().square().mean().backward()
        gradient[low] = torch.cat([p.grad.flatten() for p in model.parameters()])
    assert (features[True] - features[False]).norm() / features[False].norm() < 0.02
    assert (gradient[True] - gradient[False]).norm() / gradient[False].norm() < 0.1


def test_low_precision_is_low_from_end_to_end():
    block = blocks()[1]
    with torch.autocast("cpu", torch.bfloat16):
        assert block.attention(block.graph(torch.zeros(2, 6, 7, 16))).dtype == torch.bfloat16


@pytest.mark.parametrize(
    ("knobs", "says"),
    [
        ({"kernel": 4}, "hyper-parameter kernel: is 4; give an odd number from 1 to 8192"),
        ({"strides": (1,)}, "hyper-parameter strides: has 1 for 2 widths"),
        ({"widths": (), "strides": ()}, "hyper-parameter widths: is empty"),
        ({"widths": ()}, "hyper-parameter widths: is empty"),
        ({"widths": (8, 0)}, "hyper-parameter widths: has 0; give whole numbers from 2 to 8192"),
        ({"widths": (8, 1)}, "hyper-parameter widths: has 1; give"),
        ({"strides": (0, 1)}, "hyper-parameter strides: has 0; give whole numbers from 1 to 8192"),
        ({"rank": 0}, "hyper-parameter rank: is 0"),
        ({"embedding": 0}, "hyper-parameter embedding: is 0"),
        ({"backend": "pyg"}, "hyper-parameter backend: 'pyg' is unknown; choose native or pyg-temporal"),
        ({"adaptive": "on"}, "hyper-parameter adaptive: 'on' is unknown"),
        ({"components": "apart"}, "hyper-parameter components: 'apart' is unknown"),
        ({"merge": "mean"}, "hyper-parameter merge: 'mean' is unknown"),
        ({"attention": ("frames",)}, "hyper-parameter attention: has 'frames'; choose from spatial"),
        ({"attention": ("spatial", "spatial")}, "hyper-parameter attention: names one twice; give any of spatial"),
    ],
)
def test_what_is_impossible_is_refused(knobs, says):
    with pytest.raises(InputError, match=re.escape(says)):
        AttentionSTGCN(SPEC, **knobs)


def test_without_links_a_node_sees_itself_alone() -> None:
    torch.manual_seed(0)
    spec = InputSpec(nodes=3, features=2, frames=4, edges=((0, 1), (1, 2)))
    x = torch.rand(1, 4, 3, 2)
    other = x.clone()
    other[:, :, 0] += 1
    for adaptive, alone in (("none", True), ("off", False)):
        made = AttentionSTGCN(spec, adaptive=adaptive, attention=(), strides=(1, 1)).eval()
        changed = (made(x) - made(other)).detach().abs().amax((0, 1, 3))  # [V]
        assert changed[0] > 0
        assert (float(changed[1:].max()) == 0) is alone
