"""Symmetries of an object, as BOP states them: the turns after which it looks the same; and how a store holds them.

BOP (Hodan et al. 2020, section 2.3) lists discrete symmetries, and the axes of continuous ones. Each of them leaves the
middle of the surface in place, so that turns about this middle say all that rigid transforms would.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepgrasp.geometry.rotations import Floats, rotation_matrix

STEPS_A_TURN = (
    315  # of a full turn: pi / 0.01, so that no point moves more than 1 % of the diameter in one (BOP's toolkit)
)


class Symmetries(NamedTuple):
    """Rotations about ``centre`` after which an object looks the same.

    These are ``turns``; if ``freedom`` is 1, each after any turn about ``axis``; if it is 3, all rotations.
    """

    centre: Floats  # [3] middle of the surface in the object's own coordinates, metres
    turns: Floats  # [S, 3, 3], the first is the identity
    axis: Floats  # [3] of length one; zero unless freedom is 1
    freedom: int  # 0: as many as are listed; 1: a body of revolution; 3: a sphere

    @property
    def any(self) -> bool:
        """Whether the object looks the same in several poses."""
        return self.freedom > 0 or len(self.turns) > 1

    @property
    def rotations(self) -> Floats:
        """All of them ``[S, 3, 3]``, those about the axis in small steps; of a sphere the identity alone."""
        if self.freedom != 1:
            return self.turns
        steps = rotation_matrix(self.axis * (2 * np.pi / STEPS_A_TURN * np.arange(STEPS_A_TURN))[:, None])
        return np.asarray((self.turns[:, None] @ steps).reshape(-1, 3, 3))


NONE = Symmetries(np.zeros(3), np.eye(3)[None], np.zeros(3), 0)
"""Of an object that looks the same in one pose only."""


def to_arrays(each: Sequence[Symmetries]) -> dict[str, NDArray[Any]]:
    """Symmetries of ``O`` objects as arrays ``[O, ...]`` for a store's meshes; missing turns are identities."""
    most = max(len(one.turns) for one in each)
    turns = [np.concatenate([one.turns, np.tile(np.eye(3), (most - len(one.turns), 1, 1))]) for one in each]
    return {
        "symmetry_centre": _stored([one.centre for one in each]),  # [O, 3]
        "symmetry_turns": _stored(turns),  # [O, S, 3, 3]
        "symmetry_axis": _stored([one.axis for one in each]),  # [O, 3]
        "symmetry_freedom": np.array([one.freedom for one in each], np.uint8),  # [O]
    }


def _stored(values: Sequence[Floats]) -> NDArray[np.float32]:
    # to a micrometre: what libraries leave of a zero, 1e-17 or -0, would give each processor a store of its own
    return (np.round(np.array(values, float), 6) + 0.0).astype(np.float32)


def from_arrays(meshes: Mapping[str, NDArray[Any]]) -> tuple[Symmetries, ...]:
    """Symmetries of each object from arrays ``[O, ...]`` of a store's meshes: the inverse of :func:`to_arrays`."""
    parts = (meshes[f"symmetry_{part}"] for part in ("centre", "turns", "axis", "freedom"))
    found = []
    for centre, turns, axis, freedom in zip(*parts, strict=True):
        turns = np.asarray(turns, float)
        real = (turns != np.eye(3)).any(axis=(1, 2))
        real[0] = True
        found.append(Symmetries(np.asarray(centre, float), turns[real], np.asarray(axis, float), int(freedom)))
    return tuple(found)
