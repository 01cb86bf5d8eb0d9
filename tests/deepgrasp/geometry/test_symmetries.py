"""A store's symmetries: what was put in comes back, and no noise of a processor is stored."""

import numpy as np

from deepgrasp.geometry.rotations import rotation_matrix
from deepgrasp.geometry.symmetries import NONE, Symmetries, from_arrays, to_arrays

HALF = rotation_matrix(np.array([[0.0, 0, 0], [0, 0, np.pi]]))
FLIPPED = Symmetries(np.array([0.0, 0, 0.05]), HALF, np.array([0.0, 0, 1]), 1)


def test_each_comes_back() -> None:
    none, flipped = from_arrays(to_arrays([NONE, FLIPPED]))
    assert (len(none.turns), none.freedom, none.any) == (1, 0, False)
    assert np.allclose(flipped.turns, HALF)
    assert (flipped.freedom, flipped.axis.tolist()) == (1, [0, 0, 1])


def test_what_a_processor_leaves_of_a_zero_is_not_stored() -> None:
    noisy = FLIPPED._replace(turns=HALF + 3e-17, axis=FLIPPED.axis - [1e-17, 0, 0])
    clean, found = to_arrays([FLIPPED]), to_arrays([noisy])
    assert {key: value.tobytes() for key, value in found.items()} == {key: x.tobytes() for key, x in clean.items()}
