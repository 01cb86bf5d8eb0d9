"""Paths of a hand that is not on the object: at rest, on its way there, and on its way back."""

from typing import NamedTuple

import numpy as np
from scipy.spatial.transform import Rotation

from deepgrasp.standin.acting.curves import Goal, follow, ramp, slow_noise
from deepgrasp.standin.acting.grasp import Hold
from deepgrasp.standin.acting.posed_joints import rotation_matrices
from deepgrasp.standin.acting.scene import Act
from deepgrasp.standin.array_types import Array

# frames from rest to an object, or back, of a hand that has the time: 0.7 to 1 s, as people reach without haste
_REACH = (80, 120)


class Carried(NamedTuple):
    """The planned path of the object: places [T, 3] (m) and rotations [T, 3, 3]."""

    places: Array
    rotations: Array

    def carry(self, rotations: Array, places: Array) -> tuple[Array, Array]:
        """World rotations [T, 3, 3] and places [T, 3] of what is fixed in the object's coordinates."""
        return self.rotations @ rotations, self.places + np.einsum("tij,tj->ti", self.rotations, places)


def travel_frames(act: Act, available: int, least: int) -> int:
    """Number of frames from one place to another: drawn, and shorter only if the take leaves less time."""
    return max(min(int(act.rng.integers(*_REACH)), available), least)


def swaying(act: Act, turns: Array, places: Array, much: Array) -> tuple[Array, Array]:
    """Rotations and places with slow sway added, as much as ``much`` [T] says: an idle hand is never quite still."""
    sway = slow_noise(act.rng, (act.frames, 3), sd=act.level.idle, width=50)
    wobble = slow_noise(act.rng, (act.frames, 3), sd=0.05, width=40)
    return rotation_matrices(much[:, None] * wobble) @ turns, places + much[:, None] * sway


def _away(act: Act, carried: Carried, hold: Hold, frame: int) -> Array:
    """Offset [3] (m) from a hold to a place before the object."""
    rise = (0.0, act.rng.uniform(0.01, 0.04), 0.0)
    return np.asarray(carried.rotations[frame] @ hold.retreat * act.rng.uniform(0.09, 0.13) + rise)


def reach(
    act: Act, carried: Carried, onto: tuple[Array, Array], start: tuple[tuple[Array, Rotation], Hold, int]
) -> tuple[Array, Array]:
    """Path of a hand from rest onto the object: rotations [T, 3, 3] and places [T, 3]."""
    (rest, hold, begin), first = start, act.take.first
    turn = Rotation.from_matrix(onto[0])
    # two submovements: to a place before the object, then onto it, so that the open hand does not sweep through it
    near = Goal(onto[1] + _away(act, carried, hold, 0), turn, begin, first - 14)
    places, turns = follow(*rest, [near, Goal(onto[1], turn, first - 20, first + 1)], act.frames)
    s = ramp(act.frames, begin, first - 12)
    # a hand on its way wavers slowly by three times its tremor; nothing of that is left when it touches
    noise = slow_noise(act.rng, (act.frames, 3), sd=3 * act.level.tremor, width=12)
    places = (
        places + arch(s, act.rng.uniform(0.09, 0.15)) + (1 - ramp(act.frames, first - 16, first - 2))[:, None] * noise
    )
    return turns.as_matrix(), places


def withdraw(
    act: Act, carried: Carried, path: tuple[Array, Array], end: tuple[tuple[Array, Rotation], Hold, int]
) -> tuple[Array, Array]:
    """Path of a hand from the object back to rest: rotations [T, 3, 3] and places [T, 3]."""
    rest, hold, released = end
    place, turn = path[1][released], Rotation.from_matrix(path[0][released])
    # again two submovements that overlap by four frames: off the object the way the hand came, then to rest
    there = released + 22 + travel_frames(act, act.frames - released - 22, 54)
    back = Goal(place + _away(act, carried, hold, released), turn, released + 4, released + 26)
    places, turns = follow(place, turn, [back, Goal(*rest, released + 22, there)], act.frames)
    return turns.as_matrix(), places + arch(ramp(act.frames, released + 8, there - 16), 0.09)


def arch(s: Array, height: float) -> Array:
    """Offset [T, 3] (m) that is highest half-way: hands rise over what lies on the table."""
    return (4 * s * (1 - s))[:, None] * np.array([0.0, height, -0.04])


def rest_pose(act: Act, side: str) -> tuple[Array, Rotation]:
    """Place [3] (m) and orientation of a hand that does nothing: it hangs beside the hip, thumb to the front."""
    scene, sign = act.scene, 1.0 if side == "left" else -1.0
    own = scene.style.hands_rest[int(side == "left")]
    way = own * (sign, 1.0, 1.0) + 0.03 * act.rng.standard_normal(3)
    # at most 0.93 of the arm's length from the shoulder: a hanging arm is slightly bent
    place = scene.shoulders[side] + scene.arm * way * min(1.0, 0.93 / float(np.linalg.norm(way)))
    fingers, palm = np.array([0.0, -0.86, 0.51]), np.array([-sign, 0.0, 0.0])
    thumb = -sign * np.cross(fingers, palm)
    basis = np.stack([fingers, palm, thumb], -1) @ scene.hands[side].axes.T
    return place, Rotation.from_rotvec(0.15 * act.rng.standard_normal(3)) * Rotation.from_matrix(basis)
