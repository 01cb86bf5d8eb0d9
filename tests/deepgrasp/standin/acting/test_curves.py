"""Minimum-jerk submovements."""

import numpy as np
from scipy.spatial.transform import Rotation

from deepgrasp.standin.acting.curves import Goal, follow, ramp


def test_minimum_jerk_is_half_way_at_half_time():
    assert ramp(11, 0, 10)[[0, 5, 10]].tolist() == [0.0, 0.5, 1.0]


def test_submovements_end_at_the_last_goal():
    turn = Rotation.from_rotvec([0, 0, 1.0])
    goals = [Goal(np.ones(3), Rotation.identity(), 0, 20), Goal(np.array([2.0, 0, 0]), turn, 15, 30)]
    path, pose = follow(np.zeros(3), Rotation.identity(), goals, 40)
    np.testing.assert_allclose(path[-1], [2, 0, 0], atol=1e-12)
    np.testing.assert_allclose(pose[-1].as_rotvec(), [0, 0, 1], atol=1e-12)
