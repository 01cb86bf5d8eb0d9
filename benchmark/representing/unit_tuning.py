"""Of a layer's units: how many are tuned to where each hand is and which way it moves, and to which direction."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.representing.reading import Seen
from benchmark.representing.recorded_facts import Facts
from deepgrasp.representations.tuning_curves import TUNED, curve, directions, fitted, preferred_directions, tuning

BINS = 8  # of a curve

Arrays = dict[str, NDArray[np.float32]]


def tuned_units(
    seen: Seen, facts: Facts, frames: Sequence[int], people: Sequence[str], tested: Sequence[str]
) -> tuple[dict[str, Any], Arrays]:
    """What is told of a layer, by hand, kind of tuning and person; and arrays of its units.

    Returns:
        ``{side: {kind: {person: {"tuned", "median_r2", "varying"}}}}``: of the units that vary, the share whose ``R2``
        is above :data:`TUNED`, and their median; and how many vary. Then, below ``<layer>/<side>/``,
        ``<kind>/weights`` ``[units, 3]``, ``<kind>/r2`` ``[people, units]``, and
        ``curve`` ``[units, 8]``, see :func:`_curve`.
    """
    told: dict[str, Any] = {}
    arrays: Arrays = {}
    activity = seen.values.reshape(-1, seen.layer.units)  # [n S, units]
    whose = np.repeat(np.asarray(people), len(frames))  # [n S]
    for side, (places, moving) in facts.hands.items():
        pointing, fast = directions(moving[:, frames].reshape(-1, 3))
        kinds: dict[str, tuple[NDArray[Any], NDArray[np.bool_]]] = {
            # a hand at rest is somewhere, too; only a direction needs movement
            "position": (places[:, frames].reshape(-1, 3), np.ones(len(fast), bool)),
            "direction": (pointing, fast),
        }
        for kind, (x, rows) in kinds.items():
            # of one row nothing varies, so nothing is explained
            who = [person for person in tested if np.count_nonzero(whose[rows] == person) > 1]
            # of hands that hardly move there may be too little to fit
            if not who or len(set(whose[rows])) < 2:
                continue
            found = tuning(activity[rows], x[rows], whose[rows].tolist(), who)
            place = f"{seen.layer.name}/{side}"
            arrays[f"{place}/{kind}/weights"] = found.weights.astype(np.float32)
            arrays[f"{place}/{kind}/r2"] = found.r2.astype(np.float32)
            if kind == "direction":
                arrays[f"{place}/curve"] = _curve(activity[rows], x[rows], np.isin(whose[rows], who))
            of_people = {person: _shares(r2) for person, r2 in zip(who, found.r2, strict=True)}
            told.setdefault(side, {})[kind] = of_people
    return told, arrays


def _curve(activity: NDArray[np.float32], pointing: NDArray[Any], scored: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Curves ``[units, bins]`` of the scored people by the directions that units prefer in the others.

    In standard deviations of each unit's activity from its mean. Of the same people every unit would seem tuned: noise
    is largest where it happened to be largest.
    """
    if scored.all():
        return np.full((activity.shape[1], BINS), np.nan, np.float32)
    preferred = preferred_directions(fitted(activity[~scored], pointing[~scored])[1])
    own = activity[scored].astype(np.float64)
    spread = own.std(0)
    # of a unit that does not vary: zeros
    own = (own - own.mean(0)) / np.where(spread > 0, spread, 1)
    return curve(own, pointing[scored], preferred, BINS).astype(np.float32)


def _shares(r2: NDArray[np.float64]) -> dict[str, Any]:
    known = r2[~np.isnan(r2)]
    if not len(known):
        return {"tuned": 0.0, "median_r2": None, "varying": 0}
    return {"tuned": float((known > TUNED).mean()), "median_r2": float(np.median(known)), "varying": len(known)}
