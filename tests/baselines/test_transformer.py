"""The spatio-temporal Transformer: by hand, and as torch's own attention has it."""

import math
from typing import Any

import pytest
import torch

from baselines.transformer import POSITIONS, Transformer, distances
from benchmark.speed.direct.transformer import Direct
from deepgrasp.errors import InputError
from deepgrasp.spec import InputSpec
from tests.baselines.same import same_features_and_gradients

CHAIN = InputSpec(4, 3, 5, ((0, 1), (1, 2)))  # and a node without a way to it
SIZES: dict[str, Any] = {"width": 8, "layers": 2, "heads": 2, "reach": 1, "patch": 2, "readout": 3, "features": 7}


@pytest.mark.parametrize("positions", [(), ("code",), ("hops",), POSITIONS])
def test_as_torchs_own_attention(positions: tuple[str, ...]) -> None:
    same_features_and_gradients(Transformer, Direct, CHAIN, {**SIZES, "positions": positions, "dropout": 0.0})


def test_attention_by_hand() -> None:
    model = Transformer(InputSpec(2, 1, 1, ()), width=2, layers=1, heads=1)
    with torch.no_grad():
        # queries and keys are the first number of a token, values both; nothing is normalised
        model.norms[0] = torch.nn.Identity()
        model.asked[0].weight.copy_(torch.tensor([[1.0, 0], [0, 0], [1, 0], [0, 0], [1, 0], [0, 1]]))
        model.told[0].weight.copy_(torch.eye(2))
        for each in (model.asked[0], model.told[0]):
            each.bias.zero_()
        tokens = torch.tensor([[[[1.0, 0], [2, 1]]]])  # [1, 1, 2, 2]
        near = torch.tensor([[[0.0, 0], [1, 0]]])
        found = model.attend(0, tokens, near)[0, 0]
    # products over the root of two: (1, 2) for the first token, (2, 4) for the second, whose first is 1 nearer
    shares = [1 / (1 + math.exp((a - b) / math.sqrt(2) - c)) for a, b, c in ((1, 2, 0), (2, 4, -1))]
    assert found.tolist() == [pytest.approx([1 + share, share], rel=1e-5) for share in shares]


def test_distances_on_a_chain() -> None:
    assert distances(CHAIN, 1).tolist() == [[0, 1, 2, 2], [1, 0, 1, 2], [2, 1, 0, 2], [2, 2, 2, 0]]
    assert distances(CHAIN, 3).tolist() == [[0, 1, 2, 4], [1, 0, 1, 4], [2, 1, 0, 4], [4, 4, 4, 0]]


@pytest.mark.parametrize(
    ("knobs", "says"),
    [({"width": 33}, "width: is 33; give a multiple of heads"), ({"positions": ("hop",)}, "positions: has 'hop'")],
)
def test_a_bad_choice_is_one_clear_error(knobs: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as error:
        Transformer(CHAIN, **knobs)
    assert says in str(error.value)
