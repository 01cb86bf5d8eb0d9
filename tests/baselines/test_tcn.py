"""The temporal convolutional network: by hand, and as its direct implementation."""

import pytest
import torch
from torch import nn

from baselines.tcn import TCN
from benchmark.speed.direct.tcn import Direct
from deepgrasp.spec import InputSpec
from tests.baselines.same import same_features_and_gradients

ONE = InputSpec(1, 1, 4, ())


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("kernel", [2, 3])
def test_as_its_authors_write_it(kernel: int, causal: bool) -> None:
    knobs = {"channels": 5, "blocks": 3, "kernel": kernel, "causal": causal, "dropout": 0.0}
    same_features_and_gradients(TCN, Direct, InputSpec(3, 2, 9, ((0, 1), (1, 2))), knobs)


def by_hand(*, causal: bool, taps: tuple[tuple[float, ...], ...]) -> list[float]:
    """What a network of one channel and block makes of the frames 0, 1, 0, 0, with these convolutions."""
    model = TCN(ONE, channels=1, blocks=1, causal=causal, dropout=0.0)
    with torch.no_grad():
        nn.init.ones_(model.embed.weight)
        for each, weights in zip(model.convolutions, taps, strict=True):
            each.weight = torch.tensor([weights], dtype=torch.float32)
        for name, each in model.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(each)
        return model(torch.tensor([0.0, 1, 0, 0]).reshape(1, 4, 1, 1)).flatten().tolist()


def test_a_block_by_hand() -> None:
    # the frames before, at and after have weights 1, 2, 3: (3, 2, 1, 0), and the input is added
    assert by_hand(causal=False, taps=((1, 2, 3), (0, 1, 0))) == pytest.approx([3, 3, 1, 0])
    # two and one before and the frame itself: (0, 3, 2, 1)
    assert by_hand(causal=True, taps=((1, 2, 3), (0, 0, 1))) == pytest.approx([0, 4, 2, 1])
    # the rectifier between the two: of (-3, -2, -1, 0) nothing is left
    assert by_hand(causal=False, taps=((-1, -2, -3), (0, 1, 0))) == pytest.approx([0, 1, 0, 0])


@pytest.mark.parametrize(("blocks", "reach"), [(1, 2), (2, 6)])
def test_how_far_it_sees(blocks: int, reach: int) -> None:
    torch.manual_seed(0)
    x = torch.randn(1, 21, 1, 1, requires_grad=True)
    TCN(InputSpec(1, 1, 21, ()), channels=16, blocks=blocks, dropout=0.0)(x)[0, 10].sum().backward()
    assert x.grad is not None
    assert x.grad.flatten().nonzero().flatten().tolist() == list(range(10 - reach, 11 + reach))


def test_a_causal_network_does_not_see_what_comes() -> None:
    model, x = TCN(InputSpec(1, 1, 8, ()), causal=True).eval(), torch.randn(1, 8, 1, 1)
    later = x.clone()
    later[:, 5:] += 1
    assert torch.equal(model(x)[:, :5], model(later)[:, :5])
