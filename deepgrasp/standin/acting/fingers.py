"""Fingers over time: relaxed, opened on the way, closed on the object, relaxed; never quite still."""

from typing import NamedTuple

import numpy as np
from scipy.spatial.transform import Rotation

from deepgrasp.standin.acting.choose_grasp import Grasp
from deepgrasp.standin.acting.closing import RELAXED
from deepgrasp.standin.acting.curves import ramp, slow_noise
from deepgrasp.standin.acting.grasp import Hold
from deepgrasp.standin.acting.scene import Act
from deepgrasp.standin.acting.timing import CLOSING, OPENING, Span
from deepgrasp.standin.array_types import Array
from deepgrasp.standin.people import hand_pose

CHANGE = 26  # frames after the pick-up, and before the put-down, at which a hand changes its hold


class HoldPath(NamedTuple):
    """A hand on the object over time: the wrist in object coordinates [T, 3, 3] and [T, 3], fingers [T, 45]."""

    rotations: Array
    places: Array
    closed: Array


def phases(grasp: Grasp, again: Hold | None, span: Span, *, exchange: bool) -> list[tuple[float, Hold]]:
    """Holds, each with its first frame: as picked up, properly, shifted perhaps, and as the table allows again."""
    holds = [(0.0, grasp.pickup), (span[0] + CHANGE, grasp.carry)]
    if again is not None:
        holds.append((0.5 * sum(span), again))
    # after an exchange the right hand never comes near the table again
    return holds if exchange else [*holds, (span[1] - CHANGE, grasp.pickup)]


def hold_path(holds: list[tuple[float, Hold]], frames: int) -> HoldPath:
    """Wrist and fingers on the object over time: from hold to hold within 30 frames, rigid in between."""
    # the wrist stands in the object's coordinates: the object cannot slide in the hand, whatever the arm does
    first = holds[0][1]
    rotations, places = np.repeat(first.rotation[None], frames, 0), np.repeat(first.place[None], frames, 0)
    closed = np.repeat(first.closed[None], frames, 0)
    for k in range(1, len(holds)):
        (_, before), (middle, after) = holds[k - 1], holds[k]
        if after is before:
            continue
        s = ramp(frames, middle - 15, middle + 15)[:, None]
        step = Rotation.from_matrix(after.rotation @ before.rotation.T).as_rotvec()
        rotations = Rotation.from_rotvec(s * step).as_matrix() @ rotations
        places = places + s * (after.place - before.place)
        loosened = 4 * s * (1 - s) * 0.25 * (before.opened - before.closed)  # fingers give way while they shift
        closed = closed + s * (after.closed - before.closed) + loosened
    return HoldPath(rotations, places, closed)


def relaxed(act: Act, side: str) -> Array:
    """The person's hand at rest [45]."""
    style = act.scene.style
    return hand_pose.flexion(
        side, RELAXED * 0.7 + 0.5 * style.flex, spread=style.spread, opposition=0.2 + style.opposition
    )


def grasping(act: Act, hold: Hold, closed: Array, touch: Span) -> Array:
    """Fingers [T, 45] of a hand that touches in the given frames."""
    frames, (first, last), rest = act.frames, touch, relaxed(act, hold.side)
    # fingers open widest well before the touch and close over the rest of the reach (Jeannerod 1984)
    opened = ramp(frames, first - 40, first - 12) - ramp(frames, last + 8, last + 40)
    shut = ramp(frames, first + CLOSING[0], first + CLOSING[1]) - ramp(frames, last + OPENING[0], last + OPENING[1])
    still = 1 - 0.45 * shut[:, None]  # an object steadies the fingers on it
    path = rest + opened[:, None] * (hold.opened - rest) + shut[:, None] * (closed - hold.opened)
    return path + twitch(act, hold.side, still)


def twitch(act: Act, side: str, size: Array | float) -> Array:
    """Noise of the 24 degrees of freedom, as seen by motion capture [T, 45]."""
    # in the 24 degrees of freedom, not in 45 numbers: the files' 24 coefficients then hold the noise exactly
    slow = slow_noise(act.rng, (act.frames, 24), sd=np.radians(act.level.finger_noise), width=9)
    return np.asarray(size * slow @ hand_pose.dof_axes(side))
