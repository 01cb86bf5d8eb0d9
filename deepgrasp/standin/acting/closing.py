"""Finger angles of a hand that closes on an object: each joint turns until the skin beyond it meets the surface."""

from typing import NamedTuple

import numpy as np

from deepgrasp.skeleton import FINGERS
from deepgrasp.standin.acting.hand_rig import HandRig, posed_skin
from deepgrasp.standin.acting.movement_style import Manner
from deepgrasp.standin.array_types import Array
from deepgrasp.standin.people import hand_pose
from deepgrasp.standin.things.objects import ObjectShape

THUMB = FINGERS.index("thumb")
OPEN = np.radians([[4, 8, 4]] * 4 + [[-8, 2, 2]])  # [5, 3] flexion of the hand that is about to grasp
CLOSED = np.radians([[82, 100, 62]] * 4 + [[42, 50, 68]])  # where joints end when nothing stops them
RELAXED = np.radians([[38, 46, 26]] * 4 + [[12, 16, 18]])  # fingers that find nothing stay about here
_STEPS = 18  # closing is searched on this many steps, then interpolated


class ClosingHand(NamedTuple):
    """A hand about to close: what stays the same while its fingers do.

    Attributes:
        floor: height (m, object's coordinates) that the skin must not go below.
        spread: [5] rad; opposition: rad, of the thumb; opened: [5, 3] rad, flexion before closing.
    """

    model: HandRig
    shape: ObjectShape
    floor: float
    spread: Array
    opposition: float
    opened: Array

    def pose(self, flex: Array) -> Array:
        """Hand poses [..., 45] of flexions [..., 5, 3]; the thumb comes in as its root closes."""
        done = np.clip((flex[..., THUMB, 0] - self.opened[THUMB, 0]) / CLOSED[THUMB, 0], 0, 1)
        spread = np.broadcast_to(self.spread, flex.shape[:-1]).copy()
        spread[..., THUMB] -= 0.8 * done * np.maximum(spread[..., THUMB], 0)
        return hand_pose.flexion(self.model.side, flex, spread=spread, opposition=self.opposition)

    def distance(self, flex: Array, rotation: Array, place: Array) -> Array:
        """Distance to the object and its floor of every skin vertex [M, 778] for flexions [M, 5, 3]."""
        return self.obstacle(posed_skin(self.model, self.pose(flex)) @ rotation.T + place)

    def obstacle(self, points: Array) -> Array:
        """Distance (m) of points [..., 3] to what stops a hand."""
        return np.minimum(self.shape.distance(points), points[..., 2] - self.floor)


def close_fingers(hand: ClosingHand, rotation: Array, place: Array, manner: Manner) -> Array:
    """Flexion [5, 3] at which each finger's links rest on the object: inner joints stop first, outer ones go on."""
    flex, end = hand.opened.copy(), CLOSED + manner.flex
    blocked = np.where(manner.off, 3, 0)  # how many inner joints of a finger are at rest; all of one that is spared
    segment = hand.model.segment
    # three passes, as a finger wraps: its knuckle turns until some link touches, then only the joints beyond that link
    for stage in range(3):
        moving = blocked[:, None] <= np.arange(3)  # [5, 3]
        s = np.linspace(0, 1, _STEPS)[:, None, None]
        path = flex + s * moving * np.maximum(end - flex, 0)  # [S, 5, 3]
        distance = hand.distance(path, rotation, place) + manner.press  # [S, 778]
        for finger in range(5):
            if blocked[finger] > stage:
                continue
            links = np.stack([distance[:, segment == 1 + 3 * finger + k].min(1) for k in range(3)], -1)  # [S, 3]
            links[:, :stage] = 1.0  # links at rest touch already
            stop, link = _first_contact(links)
            flex[finger] = path[0, finger] + stop * (path[-1, finger] - path[0, finger])
            blocked[finger] = 3 if stop >= 1 or link == 2 else max(link + 1, stage + 1)
    # fingers that met nothing go back to a relaxed curl, unless the object is in that way too
    of_finger = [(segment - 1) // 3 == finger for finger in range(5)]
    distance, idle = hand.distance(flex[None], rotation, place)[0], flex.copy()  # [778], [5, 3]
    for finger in range(5):
        # a finger that is spared stays as straight as it came
        if not manner.off[finger] and distance[of_finger[finger]].min() > 0.004:
            idle[finger] = RELAXED[finger] + manner.flex[finger]
    again = hand.distance(idle[None], rotation, place)[0]
    for finger in range(5):
        if again[of_finger[finger]].min() < -0.002:
            idle[finger] = flex[finger]
    return idle


def _first_contact(links: Array) -> tuple[float, int]:
    """Fraction of the way at which a link first reaches the surface, and which link; (1, 2) if none does."""
    nearest = links.min(1)
    hits = np.flatnonzero(nearest < 0)
    if not len(hits):
        return 1.0, 2
    k = int(hits[0])  # the first step that is inside; the surface is between it and the step before
    if k == 0:
        return 0.0, int(links[0].argmin())
    before, after = nearest[k - 1], nearest[k]
    return (k - 1 + before / (before - after)) / (len(links) - 1), int(links[k].argmin())
