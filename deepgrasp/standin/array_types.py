"""Names for the arrays of the stand-in: any numbers, float64, int64, and three floats."""

import numpy as np
from numpy.typing import NDArray

# numpy's types hold no shapes: those stand in docstrings and comments
Array = np.ndarray
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Vector = tuple[float, float, float]
