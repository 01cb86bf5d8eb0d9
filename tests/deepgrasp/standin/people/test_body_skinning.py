"""Skinning weights and the regression of joints."""

import numpy as np

from deepgrasp.skeleton import (
    BODY_VERTICES,
    HAND_JOINTS,
    INDEX,
    SIDES,
)
from deepgrasp.standin.people import body_skinning, hand_skin


def test_skinning_weights(person):
    weights = body_skinning.skinning_weights()
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-12)
    assert weights.min() >= 0
    for side in SIDES:
        mine = [INDEX[f"{side}_wrist"], *(INDEX[name] for name in HAND_JOINTS[side])]
        others = np.setdiff1d(np.arange(55), mine)
        assert not weights[np.ix_(hand_skin.vertex_ids(side), others)].any()
        outside = np.setdiff1d(np.arange(BODY_VERTICES), hand_skin.vertex_ids(side))
        assert not body_skinning.joint_regressor()[np.ix_(mine, outside)].any()
