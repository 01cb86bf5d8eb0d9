"""Waypoints of the held object for lift, pass, offhand and use, drawn with the overlaps that people's intents have."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from deepgrasp.standin.acting.uses import use_of
from deepgrasp.standin.acting.waypoints import VIEW, Waypoint
from deepgrasp.standin.plan.difficulty import Difficulty

Rng = np.random.Generator
Second = tuple[int, int] | None


@dataclass(frozen=True)
class Habit:
    """What of a person's style decides the way: how large movements are (1 = average), and to which side of straight
    ahead things are handed over (m at arm's length)."""

    extent: float
    lateral: float


@dataclass(frozen=True)
class ActionPlan:
    """All waypoints of a take from the pick-up to the put-down, and what the second hand does.

    ``second`` = (first, last) waypoint between which the left hand holds too; with ``exchange`` it keeps the object.
    """

    waypoints: tuple[Waypoint, ...]
    second: Second = None
    exchange: bool = False


def plan_action(what: tuple[str, str], habit: Habit, rng: Rng, level: Difficulty, units: float = 0.0) -> ActionPlan:
    """Draw how one person does one thing.

    Args:
        what: the object, and ``lift``, ``pass``, ``offhand`` or one of its uses.
        units: time that it takes at least, in the units of the waypoints: in a long recording people repeat what they
            do (another sip, some more blows), stay where they are, or pause with the object in hand.
    """
    thing, action = what
    size = habit.extent * float(np.exp(level.take_extent * rng.standard_normal()))
    habit = Habit(size, habit.lateral)
    # movements are as large as the person's and this take's extent together: no two takes of a person are alike
    ways = {"lift": _lift, "pass": _pass, "offhand": _offhand}
    once = ways.get(action, partial(_use, thing, action))(habit, rng, level)
    # lift and pass keep to one hand; any use may get the second one, so that two hands do not tell the use
    two = action == "offhand"
    if action not in ("lift", "pass", "offhand"):
        two = use_of(thing, action).two_handed or rng.random() < level.two_handed
    down = _put_down(action, habit, rng)
    waypoints = [_vary(waypoint, rng, level) for waypoint in once]
    # a long recording repeats the use; one movement stretched over ten seconds would be slower than people are
    while sum(waypoint.share + waypoint.hold for waypoint in (*waypoints, down)) < units:
        waypoints += [_vary(waypoint, rng, level) for waypoint in _prolonged(action, once, rng)]
    return ActionPlan((*waypoints, down), (0, len(waypoints)) if two else None, action == "offhand")


def _prolonged(action: str, once: list[Waypoint], rng: Rng) -> list[Waypoint]:
    """Waypoints that prolong an action: stay about there, or do it all again, mostly after a pause above the table."""
    if action == "offhand" or rng.random() < 0.35:
        x, y, z = once[-1].offset + 0.04 * rng.standard_normal(3) * (action == "offhand")
        return [replace(once[-1], offset=(x, y, z), share=rng.uniform(0.5, 1.0), hold=rng.uniform(0.8, 2.5))]
    if rng.random() < 0.3:  # without a pause
        return once
    place = (0.04 * rng.standard_normal(), rng.uniform(0.06, 0.18), 0.02 + 0.04 * rng.standard_normal())
    return [Waypoint("start", place, hold=rng.uniform(0.3, 2.0)), *once]


def _lift(habit: Habit, rng: Rng, level: Difficulty) -> list[Waypoint]:
    """Waypoints of a lift: up, and often somewhat to the front, as if to hand it over."""
    return _carry(rng.normal(0.05, 0.05), habit, rng, level)


def _pass(habit: Habit, rng: Rng, level: Difficulty) -> list[Waypoint]:
    """Waypoints of a pass: forward to a partner who is not there, and often not far."""
    return _carry(rng.uniform(0.22, 0.38), habit, rng, level)


def _carry(forward: float, habit: Habit, rng: Rng, level: Difficulty) -> list[Waypoint]:
    """Waypoints of a thing that is held up: it may be looked at before or after, whatever it is held up for."""
    if rng.random() < level.stray:
        # as far as an ample lift and a short pass: here the arm does not tell which of them it is
        forward = rng.uniform(0.05, 0.28)
    forward *= habit.extent
    # to the person's own side, in proportion to how far: the habit is measured at 30 cm
    place = (habit.lateral * forward / 0.3, habit.extent * rng.uniform(0.12, 0.32), forward)
    held, looks = [Waypoint("start", place, hold=rng.uniform(0.1, 1.2))], _look(rng, level)
    return [*held, *looks] if rng.random() < 0.5 else [*looks, *held]


def _offhand(habit: Habit, rng: Rng, level: Difficulty) -> list[Waypoint]:
    """Waypoints of a change of hands: to where both meet, then away with the left one."""
    # hands meet before the chest, between the shoulders, where both arms reach without the trunk's help
    meet = (-0.03, rng.uniform(-0.16, 0.02), rng.uniform(0.24, 0.36))
    away = (rng.uniform(0.08, 0.24), rng.uniform(-0.16, 0.08), rng.uniform(0.24, 0.40))
    return [
        Waypoint("chest", meet, yaw=20, share=1.2, hold=rng.uniform(0.5, 0.9)),
        Waypoint("chest", away, yaw=-10, hold=rng.uniform(0.0, 0.6)),
    ]


def _use(thing: str, action: str, habit: Habit, rng: Rng, level: Difficulty) -> list[Waypoint]:
    """Waypoints of a use, as `uses` has them: with larger or smaller turns, now and then broken off."""
    # only angles grow with the extent: places are fixed by mouth, ear or table
    turn = float(np.clip(habit.extent, 0.7, 1.3))
    use = use_of(thing, action)
    mirror = float(rng.choice([-1.0, 1.0])) if use.either_side else 1.0
    waypoints = [replace(s, pitch=s.pitch * turn, roll=s.roll * turn * mirror) for s in use.waypoints]
    if rng.random() < level.half_hearted:
        # on the way to the first place and no further, where a lift or a pass may be as well
        x, y, z = waypoints[0].offset
        return [replace(waypoints[0], offset=(x - 0.06, y - 0.14, z + 0.12), hold=rng.uniform(0.1, 0.8))]
    if len(waypoints) > 2 and rng.random() < 0.3:
        return waypoints[: int(rng.integers(2, len(waypoints) + 1))]
    return waypoints


def _look(rng: Rng, level: Difficulty) -> list[Waypoint]:
    """Waypoints at which the object is looked at on the way; mostly none."""
    if rng.random() >= level.detour:
        return []
    turns = rng.normal(0, 20, (int(rng.integers(1, 3)), 2))
    return [Waypoint("eyes", VIEW, pitch=float(p), roll=float(r), share=0.8, hold=0.15) for p, r in turns]


def _put_down(action: str, habit: Habit, rng: Rng) -> Waypoint:
    """The last waypoint: on the table near the start, or perhaps farther on; after offhand to the left."""
    # a put-down at the very place of the pick-up would give away that nothing in between matters
    x, _, z = np.array([0.06, 0.0, 0.05]) * rng.standard_normal(3)
    if action == "offhand":
        x += 0.12
    if rng.random() < {"pass": 0.3, "lift": 0.15}.get(action, 0.0):
        x, z = x + 0.5 * habit.lateral, z + 0.12 * habit.extent
    return Waypoint("start", (float(x), 0.0, float(z)), yaw=12 * rng.standard_normal(), share=rng.uniform(0.9, 1.3))


def _vary(waypoint: Waypoint, rng: Rng, level: Difficulty) -> Waypoint:
    """A waypoint with place, angles and times varied at random; less so at the mouth, which people do not miss."""
    precise = 0.25 if waypoint.tip else 1.0
    x, y, z = np.array(waypoint.offset) + precise * level.wander * rng.standard_normal(3) * (1.0, 0.7, 1.0)
    pitch, yaw, roll = level.tilt * rng.standard_normal(3) * (0.5 if waypoint.tip else 1.0)
    return replace(
        waypoint,
        offset=(float(x), float(y), float(z)),
        pitch=waypoint.pitch + pitch,
        yaw=None if waypoint.yaw is None else waypoint.yaw + yaw,
        roll=waypoint.roll + roll,
        share=waypoint.share * rng.uniform(0.7, 1.4),
        hold=waypoint.hold * rng.uniform(0.6, 1.5),
    )
