"""Rigid poses: a rotation and a translation."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Pose(NamedTuple):
    """Rigid poses that take an object's points ``x`` to ``rotation @ x + translation``."""

    rotation: NDArray[np.floating]  # [N, T, 3, 3]
    translation: NDArray[np.floating]  # [N, T, 3] metres
