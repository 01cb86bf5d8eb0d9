"""Hands that hold objects by every grip, without piercing them."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from deepgrasp.standin.acting.grasp import take_hold
from deepgrasp.standin.acting.hand_rig import hand_rig
from deepgrasp.standin.acting.movement_style import Manner
from deepgrasp.standin.people import hand_skin
from deepgrasp.standin.things.objects import ALL_THINGS, object_shape

PLAIN = Manner(Rotation.identity(), np.zeros(3), 0.3, 0.5, 0.001, np.zeros((5, 3)), np.zeros(5), 0.0, np.zeros(5, bool))


def test_the_same_grip_from_another_side_lies_on_that_side():
    hold = take_hold(
        hand_rig("right", *hand_skin.rest_shape("right")),
        object_shape("bowl"),
        ALL_THINGS["bowl"].grips["rim"],
        replace(PLAIN, yaw=0.5),
    )
    assert hold.place[1] > 0.05  # the rim at y = -64 mm is the one at 64 mm half a turn later


@pytest.mark.parametrize("name", ALL_THINGS)
def test_thumb_and_fingers_hold_by_every_grip(name):
    for called, grip in ALL_THINGS[name].grips.items():
        side = "left" if called == "left" else "right"
        hold = take_hold(hand_rig(side, *hand_skin.rest_shape(side)), object_shape(name), grip, PLAIN)
        assert hold.opposed, called
        assert hold.touching >= 5, called
        assert hold.depth < 0.005, called


@pytest.mark.parametrize("name", ["mug", "cubelarge", "spheresmall", "hammer", "torusmedium", "bowl"])
def test_left_hands_touch_and_do_not_pierce(name):
    model = hand_rig("left", *hand_skin.rest_shape("left"))
    for grip in ALL_THINGS[name].grips.values():
        hold = take_hold(model, object_shape(name), grip, PLAIN)
        assert hold.touching >= 5
        assert hold.depth < 0.005


def test_fingers_stop_at_the_floor():
    model, made = hand_rig("right", *hand_skin.rest_shape("right")), object_shape("toruslarge")
    floor = float(made.vertices[:, 2].min())
    hold = take_hold(model, made, ALL_THINGS["toruslarge"].grips["above"], PLAIN, floor=floor)
    assert hold.lowest > floor - 0.003
