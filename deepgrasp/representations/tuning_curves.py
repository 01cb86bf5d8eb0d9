"""Tuning of units to where a hand is and which way it moves: preferred directions, and how much they explain."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepgrasp.geometry.rotations import unit
from deepgrasp.representations.linear_probes import splits

Floats = NDArray[np.floating]
_SLOWEST = 0.05  # m/s: of a hand at rest the direction is noise
TUNED = 0.2
"""A unit is called tuned if its tuning explains more than this of what it does for people who are new to the fit."""


class Tuning(NamedTuple):
    """A linear fit of every unit to three numbers of a hand.

    Attributes:
        weights: ``[units, 3]``, in units of activity per metre or, of a direction, per unit vector.
        offset: ``[units]``.
        r2: ``[people, units]``, of each scored person by a fit to all others; NaN of a unit that does not vary there.
    """

    weights: NDArray[np.float64]
    offset: NDArray[np.float64]
    r2: NDArray[np.float64]

    @property
    def preferred(self) -> NDArray[np.float64]:
        """Unit vectors ``[units, 3]`` along which activity grows most; zero of a unit that does not vary."""
        return preferred_directions(self.weights)


def tuning(activity: Floats, seen: Floats, people: Sequence[str], scored: Sequence[str]) -> Tuning:
    """Least squares of every unit: ``activity = b + w . x``.

    With the position of a hand for ``x`` this is linear position tuning, with the unit vector of its velocity cosine
    tuning in three dimensions: ``w . x = |w| cos(angle to the preferred direction)`` (Georgopoulos et al. 1982,
    Schwartz et al. 1988). Sandbrink et al. 2023 and Marin Vargas et al. 2024 fit units of networks in this way. ``R2``
    is of people who took no part in the fit; the weights are of all rows.

    Args:
        activity: ``[n, units]``.
        seen: ``x``, ``[n, 3]``.
        people: whose each row is.
        scored: people whose ``R2`` is given, in this order.

    Raises:
        InputError: there are not two people.
    """
    y = np.asarray(activity, np.float64)
    offset, weights = fitted(y, seen)
    r2 = []
    for split in splits(people, scored):
        base, slope = fitted(y[split.fit], seen[split.fit])
        truth = y[split.test]  # [n_test, units]
        # by the person's own mean, as R2 of the probes
        spread = np.square(truth - truth.mean(0)).sum(0)
        error = np.square(truth - base - seen[split.test] @ slope.T).sum(0)
        # what varies by rounding alone has no tuning
        varies = spread > 1e-10 * (1 + np.square(truth).sum(0))
        r2.append(np.where(varies, 1 - error / np.where(varies, spread, 1), np.nan))
    return Tuning(weights, offset, np.array(r2))


def fitted(activity: Floats, seen: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Offset ``[units]`` and weights ``[units, 3]`` of the least squares of activity ``[n, units]`` on ``[n, 3]``."""
    x = np.concatenate([np.ones((len(seen), 1)), np.asarray(seen, np.float64)], 1)  # [n, 4]
    # the pseudo-inverse of four columns once, not a decomposition for each unit
    found = np.linalg.pinv(x) @ np.asarray(activity, np.float64)
    return found[0], found[1:].T


def preferred_directions(weights: Floats) -> NDArray[np.float64]:
    """Weights ``[units, 3]`` at length 1, however small they are; zero of a unit without any."""
    return unit(weights, np.finfo(float).tiny)


def directions(velocity: Floats) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Unit vectors ``[n, 3]`` of velocities (m/s), and which of them are fast enough to have one, ``[n]``."""
    v = np.asarray(velocity, np.float64)
    speed = np.sqrt(np.square(v).sum(1))
    # those that are too slow are left out by the second: of them no division by 0
    return unit(v, _SLOWEST), speed > _SLOWEST


def curve(activity: Floats, seen: Floats, preferred: Floats, bins: int = 8) -> NDArray[np.float64]:
    """Tuning curves ``[units, bins]``: mean activity by the angle of movement to each unit's preferred direction.

    Args:
        activity: ``[n, units]``.
        seen: directions of movement, unit vectors ``[n, 3]``.
        preferred: ``[units, 3]``.
        bins: of equal width in the cosine, from -1 to 1, which random directions fill evenly; NaN of an empty one.
    """
    # by rounding, two unit vectors may have a cosine above 1
    cosine = np.clip(np.asarray(seen) @ np.asarray(preferred).T, -1, 1)  # [n, units]
    # a cosine of 1 belongs to the last bin
    place = np.minimum(((cosine + 1) / 2 * bins).astype(int), bins - 1)
    found = np.full((cosine.shape[1], bins), np.nan)
    # bin by bin: all at once would take as many times the memory of the activity
    for k in range(bins):
        here = place == k
        count = here.sum(0)
        total = np.where(here, activity, 0).sum(0)
        found[:, k] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return found
