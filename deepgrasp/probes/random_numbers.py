"""Random numbers that depend on the recording and on what is drawn, and on nothing else: the same for every model."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Draw = Callable[[np.random.Generator, tuple[int, ...]], NDArray[np.float64]]


def generator(**axes: str | int) -> np.random.Generator:
    """A generator whose seed depends on the names and values of the axes alone."""
    text = "/".join(f"{name}={value}" for name, value in sorted(axes.items()))  # in whatever order they are named
    # SHA-256, because hash() differs from process to process
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))


def draws(ids: Sequence[str], what: str, shape: Sequence[int], draw: Draw) -> NDArray[np.float64]:
    """Numbers of each recording, ``[N, *shape]``, whichever others are asked for beside it.

    A strength is no axis: a perturbation draws once and scales, so that a curve over strengths is of one noise that
    grows and not of several, and what is lost at a low strength is also lost at a higher one.
    """
    size = tuple(shape)
    return np.stack([draw(generator(probe=what, recording=name), size) for name in ids])
