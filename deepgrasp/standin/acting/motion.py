"""One take as paths of hands and object: reach, close, carry as the intent has it, put down or change hands."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy.spatial.transform import Rotation

from deepgrasp.standin.acting.choose_grasp import Grasp, first_grasp, second_hold
from deepgrasp.standin.acting.curves import Goal, follow, ramp, slow_noise
from deepgrasp.standin.acting.fingers import HoldPath, grasping, hold_path, phases, relaxed, twitch
from deepgrasp.standin.acting.grasp import Hold
from deepgrasp.standin.acting.intents import Habit, plan_action
from deepgrasp.standin.acting.posed_joints import rotation_matrices
from deepgrasp.standin.acting.scene import Act
from deepgrasp.standin.acting.timing import CLOSING, OPENING, Span, schedule
from deepgrasp.standin.array_types import Array

SLOWEST = (85, 125)  # frames that a movement of share 1 takes at most; an action too short for its time is prolonged
REACH = (80, 120)  # frames from rest to an object, or back, of a hand that has the time


class Carried(NamedTuple):
    """The planned way of the object: places [T, 3] and rotations [T, 3, 3]."""

    places: Array
    rotations: Array

    def carry(self, rotations: Array, places: Array) -> tuple[Array, Array]:
        """World rotations [T, 3, 3] and places [T, 3] of what is fixed in the object's coordinates."""
        return self.rotations @ rotations, self.places + np.einsum("tij,tj->ti", self.rotations, places)


class Holding(NamedTuple):
    """Which hand carries the object from which frame to which, and how the wrist sits on it."""

    side: str
    span: Span
    path: HoldPath


@dataclass
class Tracks:
    """What is wanted of the hands, in body axes, before the body has its say; by side."""

    carried: Carried
    rotations: dict[str, Array] = field(default_factory=dict)  # [T, 3, 3]
    places: dict[str, Array] = field(default_factory=dict)  # [T, 3]
    fingers: dict[str, Array] = field(default_factory=dict)  # [T, 45]
    held: list[Holding] = field(default_factory=list)


def plan_tracks(act: Act) -> Tracks:
    """Wanted tracks of both hands for one take."""
    grasp, style = first_grasp(act), act.scene.style
    window = (act.take.first + CLOSING[1], act.take.last + OPENING[0])
    units = (window[1] - window[0]) / act.rng.uniform(*SLOWEST)
    what = plan_action(
        (act.take.object, act.take.action), Habit(style.extent, style.lateral), act.rng, act.level, units
    )
    times = schedule(act.scene, what, grasp.stand, window)
    places, turns = follow(act.scene.anchors["start"], grasp.stand, times.goals, act.frames)
    tracks = Tracks(_shaken(act, places, turns, window))
    right = hold_path(phases(grasp, _again(act, grasp), times.spans["right"], exchange=what.exchange), act.frames)
    _right(act, tracks, Holding("right", times.spans["right"], right), grasp.pickup)
    if "left" not in times.spans:
        _idle(act, tracks, "left")
        return tracks
    meeting = Rotation.from_matrix(tracks.carried.rotations[min(times.spans["left"][0], act.frames - 1)])
    other = second_hold(act, grasp.carry, meeting, alone=what.exchange)
    left = Holding("left", times.spans["left"], hold_path([(0.0, other)], act.frames))
    _left(act, tracks, left, other)
    if what.exchange:
        tracks.held.append(left)
    return tracks


def _shaken(act: Act, places: Array, turns: Rotation, window: Span) -> Carried:
    """Hands that carry tremble and drift; where the object stands, it stands still."""
    busy = ramp(act.frames, window[0], window[0] + 25) - ramp(act.frames, window[1] - 25, window[1])
    tremor, size = act.level.tremor, (act.frames, 3)
    drift = slow_noise(act.rng, size, sd=tremor, width=4) + slow_noise(act.rng, size, sd=4 * tremor, width=25)
    wobble = slow_noise(act.rng, size, sd=np.radians(1.2), width=15)
    turns = Rotation.from_rotvec(busy[:, None] * wobble) * turns
    return Carried(places + busy[:, None] * drift, turns.as_matrix())


def _again(act: Act, grasp: Grasp) -> Hold | None:
    """Now and then the hand shifts on the object: another hold close to the first, or None."""
    if act.rng.random() >= act.level.regrasp:
        return None
    other, hold = first_grasp(act).carry, grasp.carry
    turn = Rotation.from_matrix(other.rotation @ hold.rotation.T).magnitude()
    return other if turn < 0.6 and np.linalg.norm(other.place - hold.place) < 0.04 else None


def _right(act: Act, tracks: Tracks, holding: Holding, hold: Hold) -> None:
    """The right hand: from rest over a place before the object onto it, along with it, and back."""
    rest, (grasped, released) = _rest(act, "right"), holding.span
    begin = max(int(act.rng.integers(1, 10)), act.take.first - _travel(act, act.take.first, 0))
    along, with_object = tracks.carried.carry(holding.path.rotations, holding.path.places)
    turns, places = _reach(act, tracks.carried, (along[0], with_object[0]), (rest, hold, begin))
    back, back_places = _withdraw(act, tracks.carried, (along, with_object), (rest, hold, released))
    frame = np.arange(act.frames)
    inside, after = (frame >= grasped) & (frame <= released), frame > released
    turns[inside], places[inside] = along[inside], with_object[inside]
    turns[after], places[after] = back[after], back_places[after]
    waiting = 1 - ramp(act.frames, begin, act.take.first - 14) + ramp(act.frames, released + 30, released + 76)
    tracks.rotations["right"], tracks.places["right"] = _swaying(act, turns, places, waiting)
    tracks.fingers["right"] = grasping(act, hold, holding.path.closed, (act.take.first, released - OPENING[0]))
    tracks.held.append(holding)


def _travel(act: Act, available: int, least: int) -> int:
    """Frames that a hand takes for a way: as it likes, if it has the time."""
    return max(min(int(act.rng.integers(*REACH)), available), least)


def _swaying(act: Act, turns: Array, places: Array, much: Array) -> tuple[Array, Array]:
    """A hand that does nothing is never quite still; ``much`` [T] fades it out."""
    sway = slow_noise(act.rng, (act.frames, 3), sd=act.level.idle, width=50)
    wobble = slow_noise(act.rng, (act.frames, 3), sd=0.05, width=40)
    return rotation_matrices(much[:, None] * wobble) @ turns, places + much[:, None] * sway


def _away(act: Act, carried: Carried, hold: Hold, frame: int) -> Array:
    """From a hold to a place before the object [3], m."""
    rise = (0.0, act.rng.uniform(0.01, 0.04), 0.0)
    return np.asarray(carried.rotations[frame] @ hold.retreat * act.rng.uniform(0.09, 0.13) + rise)


def _reach(
    act: Act, carried: Carried, onto: tuple[Array, Array], start: tuple[tuple[Array, Rotation], Hold, int]
) -> tuple[Array, Array]:
    """From rest onto the object: rotations [T, 3, 3] and places [T, 3]."""
    (rest, hold, begin), first = start, act.take.first
    turn = Rotation.from_matrix(onto[0])
    near = Goal(onto[1] + _away(act, carried, hold, 0), turn, begin, first - 14)
    places, turns = follow(*rest, [near, Goal(onto[1], turn, first - 20, first + 1)], act.frames)
    s = ramp(act.frames, begin, first - 12)
    noise = slow_noise(act.rng, (act.frames, 3), sd=3 * act.level.tremor, width=12)
    places = (
        places + _arch(s, act.rng.uniform(0.09, 0.15)) + (1 - ramp(act.frames, first - 16, first - 2))[:, None] * noise
    )
    return turns.as_matrix(), places


def _withdraw(
    act: Act, carried: Carried, path: tuple[Array, Array], end: tuple[tuple[Array, Rotation], Hold, int]
) -> tuple[Array, Array]:
    """From the object back to rest: rotations [T, 3, 3] and places [T, 3]."""
    rest, hold, released = end
    place, turn = path[1][released], Rotation.from_matrix(path[0][released])
    there = released + 22 + _travel(act, act.frames - released - 22, 54)
    back = Goal(place + _away(act, carried, hold, released), turn, released + 4, released + 26)
    places, turns = follow(place, turn, [back, Goal(*rest, released + 22, there)], act.frames)
    return turns.as_matrix(), places + _arch(ramp(act.frames, released + 8, there - 16), 0.09)


def _arch(s: Array, height: float) -> Array:
    """Hands rise over things on their way: an offset [T, 3] that is highest half-way."""
    return (4 * s * (1 - s))[:, None] * np.array([0.0, height, -0.04])


def _left(act: Act, tracks: Tracks, holding: Holding, hold: Hold) -> None:
    """The left hand joins what the right hand holds, and keeps it or lets go again."""
    _idle(act, tracks, "left")
    join, leave = holding.span
    come, go = _travel(act, join - act.take.first, 40), _travel(act, act.frames - leave - 10, 45)
    onto = (ramp(act.frames, join - 4 - come, join - 4) - ramp(act.frames, leave + 10, leave + 10 + go))[:, None]
    close = (ramp(act.frames, join - 18, join) - ramp(act.frames, leave + 2, leave + 24))[:, None]
    offset = holding.path.places + (1 - close) * hold.retreat * 0.09
    along, places = tracks.carried.carry(holding.path.rotations, offset)
    free = Rotation.from_matrix(tracks.rotations["left"])
    step = (Rotation.from_matrix(along) * free.inv()).as_rotvec()
    tracks.places["left"] = tracks.places["left"] + onto * (places - tracks.places["left"])
    tracks.places["left"] += _arch(ramp(act.frames, leave + 8, leave + 5 + go), 0.09)
    tracks.rotations["left"] = (Rotation.from_rotvec(onto * step) * free).as_matrix()
    tracks.fingers["left"] = grasping(act, hold, holding.path.closed, (join - CLOSING[1], leave - OPENING[0]))


def _idle(act: Act, tracks: Tracks, side: str) -> None:
    """A hand that does nothing hangs and moves a little."""
    place, turn = _rest(act, side)
    tremor = slow_noise(act.rng, (act.frames, 3), sd=act.level.tremor, width=5)
    still = np.repeat(turn.as_matrix()[None], act.frames, 0)
    tracks.rotations[side], tracks.places[side] = _swaying(act, still, place + tremor, np.ones(act.frames))
    tracks.fingers[side] = relaxed(act, side) + twitch(act, side, 1.0)


def _rest(act: Act, side: str) -> tuple[Array, Rotation]:
    """Where a hand hangs when it does nothing: beside the hip, thumb to the front."""
    scene, sign = act.scene, 1.0 if side == "left" else -1.0
    own = scene.style.hands_rest[int(side == "left")]
    way = own * (sign, 1.0, 1.0) + 0.03 * act.rng.standard_normal(3)
    place = scene.shoulders[side] + scene.arm * way * min(1.0, 0.93 / float(np.linalg.norm(way)))
    fingers, palm = np.array([0.0, -0.86, 0.51]), np.array([-sign, 0.0, 0.0])
    thumb = -sign * np.cross(fingers, palm)
    basis = np.stack([fingers, palm, thumb], -1) @ scene.hands[side].axes.T
    return place, Rotation.from_rotvec(0.15 * act.rng.standard_normal(3)) * Rotation.from_matrix(basis)
