"""Paths of object and hands in one take: reach, close, carry as the intent has it, put down or change hands."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy.spatial.transform import Rotation

from deepgrasp.standin.acting.choose_grasp import Grasp, first_grasp, second_hold
from deepgrasp.standin.acting.curves import follow, ramp, slow_noise
from deepgrasp.standin.acting.fingers import HoldPath, grasping, hold_path, phases, relaxed, twitch
from deepgrasp.standin.acting.grasp import Hold
from deepgrasp.standin.acting.hand_paths import Carried, arch, reach, rest_pose, swaying, travel_frames, withdraw
from deepgrasp.standin.acting.intents import Habit, plan_action
from deepgrasp.standin.acting.scene import Act
from deepgrasp.standin.acting.timing import CLOSING, OPENING, Span, schedule
from deepgrasp.standin.array_types import Array

# frames that a movement of share 1 takes at most; an action too short for its time is prolonged
SLOWEST_MOVEMENT = (85, 125)


class Holding(NamedTuple):
    """Which hand carries the object from which frame to which, and how the wrist sits on it."""

    side: str
    span: Span
    path: HoldPath


@dataclass
class Tracks:
    """Wanted paths of object and hands in body axes, by side; the arms then come as near to them as they reach."""

    carried: Carried
    rotations: dict[str, Array] = field(default_factory=dict)  # [T, 3, 3]
    places: dict[str, Array] = field(default_factory=dict)  # [T, 3]
    fingers: dict[str, Array] = field(default_factory=dict)  # [T, 45]
    held: list[Holding] = field(default_factory=list)


def plan_tracks(act: Act) -> Tracks:
    """Wanted paths of the object and of both hands for one take."""
    grasp, style = first_grasp(act), act.scene.style
    window = (act.take.first + CLOSING[1], act.take.last + OPENING[0])
    units = (window[1] - window[0]) / act.rng.uniform(*SLOWEST_MOVEMENT)
    # a plan knows relative times only; how many of these units there must be depends on the length of the take
    what = plan_action(
        (act.take.object, act.take.action), Habit(style.extent, style.lateral), act.rng, act.level, units
    )
    times = schedule(act.scene, what, grasp.stand, window)
    places, turns = follow(act.scene.anchors["start"], grasp.stand, times.goals, act.frames)
    # hands that carry tremble and drift; where the object stands, it stands still
    busy = ramp(act.frames, window[0], window[0] + 25) - ramp(act.frames, window[1] - 25, window[1])
    tremor, size = act.level.tremor, (act.frames, 3)
    drift = slow_noise(act.rng, size, sd=tremor, width=4) + slow_noise(act.rng, size, sd=4 * tremor, width=25)
    wobble = slow_noise(act.rng, size, sd=np.radians(1.2), width=15)
    turns = Rotation.from_rotvec(busy[:, None] * wobble) * turns
    tracks = Tracks(Carried(places + busy[:, None] * drift, turns.as_matrix()))
    right = hold_path(
        phases(grasp, _shifted_hold(act, grasp), times.spans["right"], exchange=what.exchange), act.frames
    )
    _right_hand(act, tracks, Holding("right", times.spans["right"], right), grasp.pickup)
    if "left" not in times.spans:
        _idle_hand(act, tracks, "left")
        return tracks
    # the object's orientation where both hands meet decides which of its sides the left hand can take
    meeting = Rotation.from_matrix(tracks.carried.rotations[min(times.spans["left"][0], act.frames - 1)])
    other = second_hold(act, grasp.carry, meeting, alone=what.exchange)
    left = Holding("left", times.spans["left"], hold_path([(0.0, other)], act.frames))
    _left_hand(act, tracks, left, other)
    if what.exchange:  # only a hand that keeps the object leads it; one that helps follows the right hand
        tracks.held.append(left)
    return tracks


def _shifted_hold(act: Act, grasp: Grasp) -> Hold | None:
    """Another hold close to the first one, to which the hand shifts midway; mostly None."""
    if act.rng.random() >= act.level.regrasp:
        return None
    other, hold = first_grasp(act).carry, grasp.carry
    # within 35 degrees and 4 cm: further the hand would have to let go
    turn = Rotation.from_matrix(other.rotation @ hold.rotation.T).magnitude()
    return other if turn < 0.6 and np.linalg.norm(other.place - hold.place) < 0.04 else None


def _right_hand(act: Act, tracks: Tracks, holding: Holding, hold: Hold) -> None:
    """Writes the right hand's path into the tracks: from rest onto the object, along with it, and back."""
    rest, (grasped, released) = rest_pose(act, "right"), holding.span
    begin = max(int(act.rng.integers(1, 10)), act.take.first - travel_frames(act, act.take.first, 0))
    along, with_object = tracks.carried.carry(holding.path.rotations, holding.path.places)
    turns, places = reach(act, tracks.carried, (along[0], with_object[0]), (rest, hold, begin))
    back, back_places = withdraw(act, tracks.carried, (along, with_object), (rest, hold, released))
    frame = np.arange(act.frames)
    inside, after = (frame >= grasped) & (frame <= released), frame > released
    # on the object the hand goes rigidly with it; blending would let it slide through the surface
    turns[inside], places[inside] = along[inside], with_object[inside]
    turns[after], places[after] = back[after], back_places[after]
    waiting = 1 - ramp(act.frames, begin, act.take.first - 14) + ramp(act.frames, released + 30, released + 76)
    tracks.rotations["right"], tracks.places["right"] = swaying(act, turns, places, waiting)
    tracks.fingers["right"] = grasping(act, hold, holding.path.closed, (act.take.first, released - OPENING[0]))
    tracks.held.append(holding)


def _left_hand(act: Act, tracks: Tracks, holding: Holding, hold: Hold) -> None:
    """Writes the left hand's path into the tracks: it joins the right hand, and keeps the object or lets go again."""
    _idle_hand(act, tracks, "left")
    join, leave = holding.span
    come, go = travel_frames(act, join - act.take.first, 40), travel_frames(act, act.frames - leave - 10, 45)
    onto = (ramp(act.frames, join - 4 - come, join - 4) - ramp(act.frames, leave + 10, leave + 10 + go))[:, None]
    close = (ramp(act.frames, join - 18, join) - ramp(act.frames, leave + 2, leave + 24))[:, None]
    # from 9 cm before the object, where the hand comes from, so that open fingers do not sweep through it
    offset = holding.path.places + (1 - close) * hold.retreat * 0.09
    along, places = tracks.carried.carry(holding.path.rotations, offset)
    # blended from the idle hand, in position and orientation alike: it moves with the object while it comes near
    free = Rotation.from_matrix(tracks.rotations["left"])
    step = (Rotation.from_matrix(along) * free.inv()).as_rotvec()
    tracks.places["left"] = tracks.places["left"] + onto * (places - tracks.places["left"])
    tracks.places["left"] += arch(ramp(act.frames, leave + 8, leave + 5 + go), 0.09)
    tracks.rotations["left"] = (Rotation.from_rotvec(onto * step) * free).as_matrix()
    tracks.fingers["left"] = grasping(act, hold, holding.path.closed, (join - CLOSING[1], leave - OPENING[0]))


def _idle_hand(act: Act, tracks: Tracks, side: str) -> None:
    """Writes the path of a hand that does nothing into the tracks: it hangs and moves a little."""
    place, turn = rest_pose(act, side)
    tremor = slow_noise(act.rng, (act.frames, 3), sd=act.level.tremor, width=5)
    still = np.repeat(turn.as_matrix()[None], act.frames, 0)
    tracks.rotations[side], tracks.places[side] = swaying(act, still, place + tremor, np.ones(act.frames))
    tracks.fingers[side] = relaxed(act, side) + twitch(act, side, 1.0)
