import pytest
import torch

from deepgrasp.stgcn.attention import ATTENTION_KINDS, Attention

Y = torch.randn(2, 5, 4, 6, generator=torch.Generator().manual_seed(0))  # [B, V, T, C]
AXIS = {"spatial": 1, "temporal": 2, "channel": 3}


def attention(*kinds: str) -> Attention:
    torch.manual_seed(0)
    module = Attention(6, 5, kinds)
    for parameter in module.parameters():
        parameter.data.normal_()
    return module


@pytest.mark.parametrize("kind", ATTENTION_KINDS)
def test_one_kind_gates_its_axis_alone_between_one_and_two(kind):
    gates = attention(kind)(Y) / Y
    assert gates.min() > 1
    assert gates.max() < 2
    lowest, highest = gates.aminmax(dim=AXIS[kind])
    assert (highest - lowest).max() > 0.01
    for axis in {1, 2, 3} - {AXIS[kind]}:
        lowest, highest = gates.aminmax(dim=axis)
        torch.testing.assert_close(highest, lowest, rtol=1e-4, atol=1e-4)


def test_all_kinds_follow_each_other():
    whole = attention(*ATTENTION_KINDS)
    one_by_one = Y
    for kind in ATTENTION_KINDS:
        single = Attention(6, 5, (kind,))
        single.load_state_dict({key: value for key, value in whole.state_dict().items() if key in single.state_dict()})
        one_by_one = single(one_by_one)
    torch.testing.assert_close(whole(Y), one_by_one)


def test_gates_are_the_same_when_compiled(monkeypatch):
    module, y = attention(*ATTENTION_KINDS).double(), Y.double()
    eager = module(y)
    monkeypatch.setattr(torch.compiler, "is_compiling", lambda: True)
    torch.testing.assert_close(module(y), eager, rtol=1e-10, atol=1e-10)
