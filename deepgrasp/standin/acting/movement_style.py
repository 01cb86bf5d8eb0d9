"""Habits of a person, and how a hand takes hold in one take: what makes people and takes differ."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from deepgrasp.standin.acting.purposes import Purpose, spared
from deepgrasp.standin.array_types import Array
from deepgrasp.standin.plan.difficulty import Difficulty
from deepgrasp.standin.things.grips import Grip

UPRIGHT = np.array([[2, 0, 0], [1, 0, 0], [1, 0, 0], [4, 0, 0]])  # degrees at spine1, spine2, spine3 and neck


@dataclass(frozen=True)
class Style:
    """A person's habits, drawn once; angles in rad, lengths in m."""

    stance: Array  # [4, 3] rotation vectors added to spine1, spine2, spine3 and neck
    collars: Array  # [2, 3]
    lean: float  # how readily the trunk helps the arm
    swivel: Array  # [2] of the elbows, right and left
    extent: float
    lateral: float  # to which side things are handed over, m at arm's length
    grip_turn: Array  # [3] rotation vector
    grip_shift: Array  # [3]
    press: float
    flex: Array  # [5, 3]
    spread: Array  # [5]
    opposition: float
    preference: Array  # [8] liking of the ways to take hold that an object offers
    hands_rest: Array  # [2, 3] where right and left hand rest, seen from the shoulder, in arm lengths: out, up, front
    table: float  # height of the table as a fraction of the body's
    distance: float  # of the things on it from the body, m
    spare: float  # how much more often than others little and ring finger stay off a thing


def style_of(subject: str, seed: int, level: Difficulty) -> Style:
    """The habits of one subject."""
    rng = np.random.default_rng([seed, 3, int(subject[1:])])
    n, degree = rng.standard_normal, np.pi / 180
    rest = np.array([0.18, -0.84, 0.16]) + n((2, 3)) * (0.03, 0.03, 0.05)
    return Style(
        stance=degree * (level.posture * n((4, 3)) * (1.0, 0.5, 0.5) + UPRIGHT),
        collars=level.posture * degree * n((2, 3)),
        lean=float(np.exp(0.3 * n())),
        swivel=degree * (12 + level.swivel * n(2)),
        extent=float(np.exp(level.extent * n())),
        lateral=float(0.08 * n()),
        grip_turn=level.grip_turn * degree * n(3),
        grip_shift=level.grip_shift * n(3) * (1, 0, 1),
        press=float(np.clip(0.0016 + level.firmness * n(), 0.0008, 0.0026)),
        flex=level.finger_habit * degree * n((5, 3)) * (0.7, 1.0, 0.8),
        spread=0.5 * level.finger_habit * degree * n(5),
        opposition=float(level.finger_habit * degree * n()),
        preference=np.exp(0.8 * n(8)),
        hands_rest=rest,
        table=float(rng.uniform(0.50, 0.58)),
        distance=float(rng.uniform(0.36, 0.45)),
        spare=float(level.spare_habit * n()),
    )  # fmt: skip


@dataclass(frozen=True)
class Manner:
    """How one hand takes hold once: a person's habit plus what varies from take to take."""

    turn: Rotation  # of the hand about the point it grasps, in (finger, palm, thumb) axes
    shift: Array  # [3] of that point along the same axes, m
    yaw: float  # which of the object's equally good sides, as a fraction 0..1
    depth: float  # which of the grip's depths, 0..1
    press: float  # m that flesh gives way
    flex: Array  # [5, 3] rad added to where fingers rest and to how curled they close
    spread: Array  # [5] rad
    opposition: float  # rad
    off: Array  # [5] fingers that stay off the object
    tips: float = 0.0  # how much nearer to the finger tips the thing lies than the grip has it


def manner(style: Style, grip: Grip, purpose: Purpose, rng: np.random.Generator, level: Difficulty) -> Manner:
    """How this person lays the hand on a grip in this take."""
    n, degree = rng.standard_normal, np.pi / 180
    from_above = abs(grip.approach[2]) > 0.6
    slope = Rotation.from_rotvec(
        [0, 0, np.radians(16)] if from_above else [0, np.radians(14), 0]
    )  # forearms slope down
    own = Rotation.from_rotvec(style.grip_turn + level.take_turn * degree * n(3))
    return Manner(
        turn=slope * own,
        shift=style.grip_shift + level.take_shift * n(3) * (1, 0, 1),
        yaw=float(rng.random()),
        depth=float(np.clip(rng.normal(0.5, 0.2), 0, 1)),
        press=float(np.clip(style.press + purpose.press + 0.5 * level.firmness * n(), 0.0008, 0.0028)),
        flex=style.flex + level.take_finger * degree * n((5, 3)),
        # the thumb, last, has its own way of opening
        spread=np.clip(
            style.spread + [*4 * [purpose.spread], 0.0] + 0.4 * level.take_finger * degree * n(5), -0.12, 0.25
        ),
        opposition=float(style.opposition + level.take_finger * degree * n()),
        off=spared(purpose, style.spare, rng),
        tips=purpose.depth,
    )
