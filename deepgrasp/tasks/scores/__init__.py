"""Scores of the tasks: pure numpy functions with the unit in the name; lengths come in as metres.

Errors of position and pose come back one per frame, ``[N, T]``: the score is their mean.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CM = 100.0  # centimetres in a metre
