"""Pose and touch as one graph, on a tree of three joints and two surfaces of two patches."""

import numpy as np

from deepgrasp.inputs import fusion
from deepgrasp.spec import InputSpec


def test_arrays_are_joined_block_by_block_and_come_apart_again() -> None:
    pose, touch = np.arange(1.0, 13).reshape(1, 1, 3, 4), np.arange(21.0, 23).reshape(1, 1, 2, 1)
    joined = fusion.join(pose, touch)
    assert joined.dtype == np.float32
    assert joined[0, 0].tolist() == [
        [1, 2, 3, 4, 0],
        [5, 6, 7, 8, 0],
        [9, 10, 11, 12, 0],
        [0, 0, 0, 0, 21],
        [0, 0, 0, 0, 22],
    ]
    apart = fusion.split(joined, 3)
    assert np.array_equal(apart[0], pose)
    assert np.array_equal(apart[1], touch)


def test_each_wrist_leads_to_the_root_of_its_hand() -> None:
    pose = InputSpec(3, 4, 7, ((2, 0), (2, 1)), rest=((-1, 0, 0), (1, 0, 0), (0, 0, 0)))
    touch = InputSpec(4, 1, 7, ((0, 1), (2, 3)))
    expected = ((2, 0), (2, 1), (0, 3), (1, 5), (3, 4), (5, 6))
    assert fusion.join_specs(pose, touch, [0, 1]) == InputSpec(7, 5, 7, expected, (*pose.rest, *[(0, 0, 0)] * 4))
