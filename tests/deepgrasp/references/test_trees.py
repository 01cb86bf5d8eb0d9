"""The forests against answers known by hand."""

import numpy as np

from deepgrasp.references.trees import classified, regressed
from deepgrasp.tasks.body import BodyTarget
from deepgrasp.tasks.targets import ClassTarget

KNOWN = np.repeat(np.arange(3.0), 8)[:, None] * np.ones(5) + 0.01 * np.arange(24)[:, None]
ASKED = np.array([0.05, 1.1, 2.2])[:, None] * np.ones(5)


def test_classes_that_features_tell_and_one_that_nobody_has_seen():
    train = ClassTarget(np.repeat([0, 3, 1], 8), ("a", "b", "never", "c"))
    logits, nodes = classified(train, KNOWN, ASKED)
    assert logits.argmax(axis=1).tolist() == [0, 3, 1]
    assert (logits.argmin(axis=1) == 2).all()
    assert np.isfinite(logits).all()
    assert np.array_equal(logits, classified(train, KNOWN, ASKED)[0])
    assert nodes >= 300 * 5  # a tree that tells three classes apart has three leaves and two nodes above them


def test_one_class_alone():
    assert classified(ClassTarget(np.full(24, 1), ("a", "b")), KNOWN, ASKED)[0].argmax(axis=1).tolist() == [1, 1, 1]


def test_numbers_that_features_tell():
    positions = np.repeat(np.arange(3.0), 8)[:, None, None, None] * np.ones((1, 4, 2, 3))
    found, _ = regressed(BodyTarget(positions.astype(np.float32), ("x", "y")), KNOWN, ASKED)
    assert found.shape == (3, 4, 2, 3)
    assert np.abs(found - positions[[0, 8, 16]]).max() < 0.1
