"""How a thing is held follows what it is held for, and only mostly."""

from dataclasses import replace

import numpy as np
import pytest

from deepgrasp.standin.acting.grasp import take_hold
from deepgrasp.standin.acting.hand_rig import hand_rig
from deepgrasp.standin.acting.purposes import PURPOSES, draw_purpose, grip_weights, spared
from deepgrasp.standin.ceiling import ceilings
from deepgrasp.standin.people import hand_skin
from deepgrasp.standin.plan.difficulty import DEFAULT
from deepgrasp.standin.things.objects import ALL_THINGS, object_shape
from tests.deepgrasp.standin.acting.test_grasp import PLAIN


def test_what_is_passed_is_kept_off_the_handle_and_what_is_lifted_taken_from_above():
    mug = ALL_THINGS["mug"]  # drunk from by handle and side
    weights = {intent: grip_weights(mug, ("side", "handle", "above"), purpose) for intent, purpose in PURPOSES.items()}
    assert weights["use"].tolist() == [2.0, 2.0, 1.0]
    assert weights["pass"].tolist() == [0.4, 0.4, 1.0]
    assert weights["lift"].argmax() == 2


def test_one_in_eight_is_held_for_another_purpose():
    rng = np.random.default_rng(0)
    drawn = [draw_purpose("pass", rng, DEFAULT) for _ in range(2000)]
    assert np.mean([each is not PURPOSES["pass"] for each in drawn]) == pytest.approx(0.12, abs=0.02)


def test_the_ring_finger_is_spared_with_the_little_one_alone_and_habits_count():
    rng = np.random.default_rng(0)
    usual, dainty = (np.array([spared(PURPOSES["offhand"], habit, rng) for _ in range(2000)]) for habit in (0.0, 0.2))
    assert usual.mean(0) == pytest.approx([0, 0, 0.5, 0.5 * 0.2, 0], abs=0.03)
    assert dainty[:, 2].mean() == pytest.approx(0.7, abs=0.03)
    assert not (usual[:, 3] & ~usual[:, 2]).any()


def test_a_finger_that_is_spared_stays_as_straight_as_it_came():
    model = hand_rig("right", *hand_skin.rest_shape("right"))
    how = replace(PLAIN, off=np.array([False, False, True, True, False]))
    hold = take_hold(model, object_shape("mug"), ALL_THINGS["mug"].grips["side"], how)
    moved = np.abs(hold.closed - hold.opened).reshape(5, 9).max(1)
    assert (moved < 1e-9).tolist() == [False, False, True, True, False]


def test_neither_hand_nor_way_tells_all_and_both_tell_more():
    told = ceilings(people=20, recordings=40)
    assert max(told["hand"], told["way"]) < told["both"] - 0.03
    assert told["both"] < 0.99
