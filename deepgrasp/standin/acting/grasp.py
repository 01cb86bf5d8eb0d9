"""A hand's hold on an object: the palm is placed for a grip, then the fingers close on the surface."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.spatial.transform import Rotation

from deepgrasp.skeleton import FINGERTIP_VERTICES
from deepgrasp.standin.acting.closing import CLOSED, OPEN, THUMB, ClosingHand, close_fingers
from deepgrasp.standin.acting.hand_rig import HandRig, posed_skin
from deepgrasp.standin.acting.movement_style import Manner
from deepgrasp.standin.array_types import Array
from deepgrasp.standin.people import hand_pose
from deepgrasp.standin.things.grips import Grip
from deepgrasp.standin.things.objects import ObjectShape


@dataclass(frozen=True)
class Hold:
    """A hand on an object: the wrist's place in the object's coordinates, and the fingers before and after closing."""

    side: str
    rotation: Array  # [3, 3] wrist to object
    place: Array  # [3] m
    retreat: Array  # [3] unit vector, object's coordinates: where the hand came from
    opened: Array  # [45]
    closed: Array  # [45]
    touching: int  # skin vertices within 2 mm of the surface
    opposed: bool  # thumb and at least one finger touch
    depth: float  # deepest skin vertex below the surface, m
    lowest: float  # height of the hand's lowest point in the object's coordinates, m


def take_hold(model: HandRig, shape: ObjectShape, grip: Grip, manner: Manner, *, floor: float = -1.0) -> Hold:
    """How a hand holds an object by a grip: where the wrist is, and the fingers closed on the surface.

    Args:
        floor: height (m, object's coordinates) of what the object stands on: fingers do not go through it.
    """
    rotation = orient(model, grip, manner)
    depth = grip.depth[0] + manner.depth * (grip.depth[1] - grip.depth[0])
    depth = float(np.clip(depth + manner.tips, 0.0, 1.0))
    shift = manner.shift + np.array([0, 0, grip.slide * (2 * manner.depth - 1)])
    at = grip_turn(grip, manner) @ grip.at + rotation @ model.axes @ shift
    rest = WristPlace(rotation, at - rotation @ _grasp_point(model, depth), rotation @ model.axes[:, 1])
    thumbs = ((0.28, 0.35), (0.60, 0.0)) if depth < 0.6 else ((0.22, 0.35),)
    hands = [
        ClosingHand(
            model, shape, floor,
            spread=manner.spread + np.array([0, 0, 0, 0, open_thumb]),
            opposition=manner.opposition + twist,
            opened=OPEN + 0.3 * manner.flex,
        )
        for open_thumb, twist in thumbs
    ]  # fmt: skip
    if abs(rest.approach[2]) <= 0.5:  # a hand that comes from the side slides over the floor, up to 3 cm higher
        up = np.clip(floor - _open_skin(hands[0], rest)[:, 2].min(), 0.0, 0.03)
        rest = rest._replace(place=rest.place + np.array([0.0, 0.0, up]))
    ways = [_push(hand, rest, depth) for hand in hands]
    best = int(ways[-1] > ways[0] + 0.004)  # a thumb in the way keeps the palm off: open it wider
    rest = rest._replace(place=rest.place + rest.approach * ways[best])
    hand, flexion = hands[best], close_fingers(hands[best], rest.rotation, rest.place, manner)
    surface = posed_skin(model, hand.pose(flexion)[None])[0] @ rest.rotation.T + rest.place  # [778, 3]
    distance = shape.distance(surface)
    near, finger = distance < 0.002, (model.segment - 1) // 3
    opposed = bool(near[finger == THUMB].any() and near[(finger >= 0) & (finger != THUMB)].any())
    return Hold(
        model.side, rest.rotation, rest.place, -rest.approach, hand.pose(hand.opened),
        hand.pose(flexion), int(near.sum()), opposed, float(-distance.min()), float(surface[:, 2].min()),
    )  # fmt: skip


class WristPlace(NamedTuple):
    """Where the wrist is on the object, and the direction in which it came."""

    rotation: Array
    place: Array
    approach: Array


def orient(model: HandRig, grip: Grip, manner: Manner) -> Array:
    """Rotation [3, 3] from the wrist's axes to the object's for a grip."""
    palm = np.array(grip.approach, float) / np.linalg.norm(grip.approach)
    thumb = np.array(grip.thumb, float) - palm * (palm @ grip.thumb)
    thumb /= np.linalg.norm(thumb)
    fingers = np.cross(palm, thumb) * (1 if model.side == "right" else -1)
    basis = grip_turn(grip, manner) @ np.stack([fingers, palm, thumb], -1)
    return np.asarray(basis @ manner.turn.as_matrix() @ model.axes.T)


def grip_turn(grip: Grip, manner: Manner) -> Array:
    """Rotation [3, 3] of the whole grip about z to that of its equally good sides which a hand takes."""
    if grip.yaw is None:
        yaw = 2 * np.pi * manner.yaw
    else:
        yaw = np.radians(grip.yaw[int(manner.yaw * len(grip.yaw)) % len(grip.yaw)])
    return np.asarray(Rotation.from_rotvec([0, 0, yaw]).as_matrix())


def _grasp_point(model: HandRig, depth: float) -> Array:
    """The point of the hand that comes to lie on the grip: under the knuckles, or between thumb and finger tips."""
    knuckles, palm = model.joints[[1, 4, 7, 10]].mean(0), model.axes[:, 1]
    half_closed = hand_pose.flexion(model.side, 0.5 * (OPEN + CLOSED), spread=[0, 0, 0, 0, 0.2], opposition=0.35)
    tips = posed_skin(model, half_closed[None])[0, [FINGERTIP_VERTICES[name] for name in ("thumb", "index", "middle")]]
    pinch = 0.5 * tips[0] + 0.25 * (tips[1] + tips[2])
    return (1 - depth) * (0.92 * knuckles + 0.045 * palm) + depth * pinch


def _open_skin(hand: ClosingHand, rest: WristPlace) -> Array:
    return posed_skin(hand.model, hand.pose(hand.opened)[None])[0] @ rest.rotation.T + rest.place


def _push(hand: ClosingHand, rest: WristPlace, depth: float) -> float:
    """How far the open hand moves along its approach: until it touches, or as deep as the grip wants."""
    surface = _open_skin(hand, rest)
    ways = np.linspace(-0.10, 0.05 * (1 - depth), 40)
    nearest = hand.obstacle(surface[::2] + ways[:, None, None] * rest.approach).min(1)
    blocked = np.flatnonzero(nearest < -0.0005)
    blocked = blocked[blocked > 0]
    return float(ways[max(blocked[0] - 1, 0)] if len(blocked) else ways[-1])
