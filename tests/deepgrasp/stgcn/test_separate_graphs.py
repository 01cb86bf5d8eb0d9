import pytest
import torch

from deepgrasp.errors import InputError
from deepgrasp.spec import InputSpec
from deepgrasp.stgcn.separate_graphs import SeparateGraphs, split_spec

# two equal parts whose nodes take turns
TURNS = InputSpec(nodes=4, features=1, frames=1, edges=((0, 2), (1, 3)))
UNEQUAL = InputSpec(nodes=4, features=1, frames=1, edges=((2, 0), (0, 3)))


class Named(torch.nn.Module):
    """Adds to each node its number within its part, and a number of its own."""

    count = 0

    def __init__(self, spec: InputSpec) -> None:
        super().__init__()
        self.own = 100 * Named.count
        Named.count += 1

    def forward(self, x):
        return x + torch.arange(x.shape[1])[:, None, None] + self.own


def seen(spec: InputSpec, *, shared: bool) -> list[float]:
    Named.count = 0
    return SeparateGraphs(spec, Named, shared=shared)(torch.zeros(2, spec.nodes, 1, 1))[1, :, 0, 0].tolist()


def test_parts_are_graphs_of_their_own():
    parts, specs = split_spec(UNEQUAL)
    assert parts == [[0, 2, 3], [1]]
    assert [(spec.nodes, spec.edges) for spec in specs] == [(3, ((0, 2), (1, 0))), (1, ())]


def test_shared_parts_meet_the_same_weights_and_come_back_in_place():
    assert seen(TURNS, shared=True) == [0, 0, 1, 1]


def test_separate_parts_meet_their_own_weights_and_come_back_in_place():
    assert seen(TURNS, shared=False) == [0, 100, 1, 101]
    assert seen(UNEQUAL, shared=False) == [0, 100, 1, 2]


def test_a_part_that_differs_cannot_share():
    with pytest.raises(InputError, match="differ"):
        SeparateGraphs(UNEQUAL, Named, shared=True)
