"""Pooled inputs against numbers known by hand."""

import numpy as np

from deepgrasp.inputs import pooling


def test_pooled_is_mean_and_spread_over_frames():
    touch = np.float32([0, 1])[None, :, None, None]  # one sequence of two frames
    pose = np.float32([[3, 5], [7, 5]])[None, :, None, :]
    assert pooling.pooled({"touch": touch, "pose": pose}).tolist() == [[5, 5, 0.5, 2, 0, 0.5]]


def test_standardised_by_the_training_rows():
    train, other = pooling.standardised(np.array([[1.0, 7], [3, 7]]), np.array([[5.0, 9]]))
    assert train.tolist() == [[-1, 0], [1, 0]]
    assert other.tolist() == [[3, 0]]  # a column that training never saw change says nothing
