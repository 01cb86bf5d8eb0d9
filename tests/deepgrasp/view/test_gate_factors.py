"""Gates on the skin: joints by the weights with which they move it, patches by their vertices, frames in between."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from deepgrasp.skeleton import HAND_VERTICES, INDEX
from deepgrasp.view.gate_factors import GateFactors

FRAMES = np.array([0, 10, 20, 30, 40])  # of the recording, as the scene shows them
PATCHES = np.tile(np.arange(HAND_VERTICES) // 389, (2, 1))  # two a hand


def gated(nodes: tuple[str, ...], factors: list[list[float]]) -> GateFactors:
    return GateFactors("mine/0", "block 1", nodes, np.array(factors), np.array([1, 3]), (1, 4), PATCHES)


def body() -> Any:
    weights = np.zeros((2000, 55))
    weights[0, INDEX["right_elbow"]] = 1
    weights[1, [INDEX["right_elbow"], INDEX["right_wrist"], INDEX["spine3"]]] = 0.25, 0.25, 0.5
    weights[2:, INDEX["pelvis"]] = 1
    hands = np.arange(100, 100 + HAND_VERTICES), np.arange(1000, 1000 + HAND_VERTICES)
    return SimpleNamespace(weights=weights, rest=np.zeros((2000, 3)), hands=hands)


def test_a_joint_reaches_the_skin_as_far_as_it_moves_it() -> None:
    found = gated(("right_elbow", "right_wrist", "right_index_tip"), [[1, 2, 4], [3, 2, 4]])
    assert (found.sense, found.range) == ("joints", (1, 4))
    values, reach = found.on_skin(body(), found.factors[1])
    assert values[:3].tolist() == [3, 2.5, 0]
    assert reach[:3].tolist() == [1, 0.5, 0]


def test_a_patch_has_all_of_its_vertices() -> None:
    found = gated(("right_patch0", "right_patch1", "left_patch0"), [[1.5, 2, 3], [1, 1, 1]])
    assert found.sense == "touch"
    values, reach = found.on_skin(body(), found.factors[0])
    assert values[[99, 100, 488, 489, 877, 1000, 1389]].tolist() == [0, 1.5, 1.5, 2, 2, 3, 0]
    assert reach[[99, 100, 1000, 1389]].tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize(("frame", "expected"), [(1, [1, 2]), (2, [2, 2]), (3, [3, 2]), (4, [3, 2])])
def test_between_two_frames_it_is_on_the_way(frame: int, expected: list[float]) -> None:
    found = gated(("right_elbow", "right_wrist"), [[1, 2], [3, 2]]).of(frame, FRAMES)
    assert found is not None
    assert found.tolist() == expected


def test_what_the_network_does_not_see_has_no_gate() -> None:
    assert gated(("right_elbow",), [[1], [3]]).of(0, FRAMES) is None
