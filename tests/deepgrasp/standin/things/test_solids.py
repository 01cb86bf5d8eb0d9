"""Distances of solids, by hand."""

import numpy as np

from deepgrasp.standin.things import shaping as sh
from deepgrasp.standin.things import solids as sd


def test_distances_of_solids():
    origin, up = np.zeros(3), np.array([0, 0, 1.0])
    square = sd.plate([(0, 0), (0.04, 0), (0.04, 0.04), (0, 0.04)], 0.006)
    np.testing.assert_allclose(square.distance(np.array([[0.02, 0.02, 0.005], [0.06, 0.02, 0]])), [0.002, 0.019])
    strip = sd.strip(0.03, 0.02, 0.004, gap=90)
    np.testing.assert_allclose(strip.distance(np.array([0.04 * up, -0.03 * up])), [0.008, 0.020961], atol=1e-5)
    bar = sd.flattened(0.1, (0.02, 0.004), (0.02, 0.008))
    np.testing.assert_allclose(bar.distance(np.array([0.006 * up, origin])), [0, -0.006], atol=1e-9)
    pair = sh.mirrored(sd.ellipsoid((0.01, 0.01, 0.01), at=(0.03, 0, 0)))
    np.testing.assert_allclose(pair.distance(np.array([[-0.045, 0, 0], origin])), [0.005, 0.02])
    both = sh.common(sd.box((0.02, 0.02, 0.02)), sd.box((0.02, 0.02, 0.02), at=(0.01, 0, 0)))
    np.testing.assert_allclose(both.distance(np.array([0.005, 0, 0])), -0.005)
