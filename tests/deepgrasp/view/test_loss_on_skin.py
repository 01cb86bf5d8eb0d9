"""What a model loses, on the skin: joints by the weights of the skin, patches at their vertices."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from deepgrasp.skeleton import HAND_VERTICES, INDEX
from deepgrasp.view.loss_on_skin import Silenced
from deepgrasp.view.packing import LOST_STEP, PackedArrays, _looks
from tests.deepgrasp.view.test_packing import unpacked

PATCHES = np.stack([np.arange(HAND_VERTICES) % 2, np.zeros(HAND_VERTICES, np.int64)])


def body() -> Any:
    """The right hand, then the left one, then three vertices of an arm."""
    weights = np.zeros((2 * HAND_VERTICES + 3, len(INDEX)), np.float32)
    weights[-3, INDEX["right_elbow"]] = 1
    weights[-2, [INDEX["right_elbow"], INDEX["right_shoulder"]]] = 0.25, 0.75
    weights[-1, INDEX["pelvis"]] = 1
    return SimpleNamespace(
        weights=weights, rest=np.zeros((len(weights), 3)), hands=np.arange(2 * HAND_VERTICES).reshape(2, -1)
    )


def test_what_is_lost_lies_on_the_skin() -> None:
    lost = {"right_elbow": 4.0, "right_shoulder": -2.0, "right_patch1": 3.0, "left_patch0": 0.5}
    found = Silenced("mine", "points", "", lost, PATCHES).on_skin(body())
    assert found["joints"][-3:].tolist() == [4.0, 0.25 * 4 - 0.75 * 2, 0.0]
    assert not found["joints"][:-3].any()
    assert found["touch"][[0, 1, 2, 3]].tolist() == [0, 3, 0, 3]
    assert found["touch"][HAND_VERTICES:-3].tolist() == [0.5] * HAND_VERTICES
    assert not found["touch"][-3:].any()


def test_a_page_holds_it_to_half_a_step() -> None:
    mine, arrays = (
        Silenced("mine", "cm of MPJPE", "2 recordings of s1", {"right_elbow": 4.321}, PATCHES),
        PackedArrays(),
    )
    (said,) = _looks(mine, body(), arrays)  # touch was not asked
    assert (said["name"], said["unit"], said["sense"]) == ("mine", "cm of MPJPE", "joints")
    held = unpacked(arrays.packed[said["lost"]])
    assert np.abs(held - mine.on_skin(body())["joints"]).max() <= LOST_STEP / 2
    assert held.max() == 4.32
