"""Takes hold of an object: places the palm, closes the fingers joint by joint until their skin meets the surface."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.spatial.transform import Rotation

from deepgrasp.skeleton import FINGERS
from deepgrasp.standin.acting.arm_placement import rotation_matrices
from deepgrasp.standin.people import hand_anatomy
from deepgrasp.standin.things.grips import Grip
from deepgrasp.standin.things.objects import Shape
from deepgrasp.standin.things.solids import Array

THUMB = FINGERS.index("thumb")
OPEN = np.radians([[4, 8, 4]] * 4 + [[-8, 2, 2]])  # [5, 3] flexion of the hand that is about to grasp
CLOSED = np.radians([[82, 100, 62]] * 4 + [[42, 50, 68]])  # where joints end when nothing stops them
RELAXED = np.radians([[38, 46, 26]] * 4 + [[12, 16, 18]])  # fingers that find nothing stay about here
STEPS = 18  # closing is searched on this many steps, then interpolated


class HandModel(NamedTuple):
    """One person's hand about its wrist, in the wrist's own axes: skin [778, 3], joints [16, 3], m."""

    side: str
    skin: Array
    joints: Array
    weights: Array  # [778, 16]
    segment: Array  # [778] joint that moves each vertex most: 0 wrist, 1 + 3 * finger + joint
    blend: Array  # [778, 64] weight of each joint times (x, y, z, 1) of the vertex: skinning is one matrix product

    @property
    def axes(self) -> Array:
        """Columns: finger direction, palm normal, thumb direction [3, 3]."""
        tables = (hand_anatomy.FINGER_DIRECTION, hand_anatomy.PALM_NORMAL, hand_anatomy.THUMB_DIRECTION)
        return np.array([table[self.side] for table in tables]).T


def hand_model(side: str, skin: Array, joints: Array) -> HandModel:
    """From a posed-at-rest template and its wrist and finger joints [16, 3], both in any place."""
    weights, local = hand_anatomy.weights(), skin - joints[0]
    blend = weights[:, :, None] * np.concatenate([local, np.ones((len(local), 1))], 1)[:, None, :]  # [778, 16, 4]
    return HandModel(side, local, joints - joints[0], weights, weights.argmax(1), blend.reshape(len(local), 64))


def skin(model: HandModel, pose: Array) -> Array:
    """Linear blend skinning of hand poses [M, 45] about the wrist: [M, 778, 3]."""
    local = rotation_matrices(pose.reshape(len(pose), 5, 3, 3))  # [M, finger, joint, 3, 3]
    rest = model.joints[1:].reshape(5, 3, 3)
    affine = np.zeros((len(pose), 16, 4, 3))  # transposed: points are rows
    affine[:, 0, :3] = np.eye(3)
    turn, place = local[:, :, 0], np.broadcast_to(rest[:, 0], (len(pose), 5, 3))
    for k in range(3):
        if k:
            place = place + (turn @ (rest[:, k] - rest[:, k - 1])[..., None])[..., 0]
            turn = turn @ local[:, :, k]
        affine[:, 1 + k :: 3, :3] = np.swapaxes(turn, -1, -2)
        affine[:, 1 + k :: 3, 3] = place - (turn @ rest[:, k][..., None])[..., 0]
    product = model.blend @ affine.reshape(len(pose), 64, 3).transpose(1, 0, 2).reshape(64, -1)  # one large product
    return product.reshape(-1, len(pose), 3).transpose(1, 0, 2)


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


def take_hold(model: HandModel, shape: Shape, grip: Grip, manner: Manner, *, floor: float = -1.0) -> Hold:
    """Place the wrist for a grip and close the fingers on the object's surface.

    Args:
        floor: height (m, object's coordinates) of what the object stands on: fingers do not go through it.
    """
    rotation = orient(model, grip, manner)
    depth = grip.depth[0] + manner.depth * (grip.depth[1] - grip.depth[0])
    shift = manner.shift + np.array([0, 0, grip.slide * (2 * manner.depth - 1)])
    at = turned(grip, manner) @ grip.at + rotation @ model.axes @ shift
    rest = Rest(rotation, at - rotation @ _centre(model, depth), rotation @ model.axes[:, 1])
    thumbs = ((0.28, 0.35), (0.60, 0.0)) if depth < 0.6 else ((0.22, 0.35),)
    postures = [_posture((model, shape, floor), manner, *thumb) for thumb in thumbs]
    rest = _raised(postures[0], rest)
    ways = [_push(posture, rest, depth) for posture in postures]
    best = int(ways[-1] > ways[0] + 0.004)  # a thumb in the way keeps the palm off: open it wider
    rest = rest._replace(place=rest.place + rest.approach * ways[best])
    return _report(postures[best], rest, _close(postures[best], rest.rotation, rest.place, manner))


def _posture(what: tuple[HandModel, Shape, float], manner: Manner, open_thumb: float, twist: float) -> "Posture":
    spread = manner.spread + np.array([0, 0, 0, 0, open_thumb])
    return Posture(*what, spread, manner.opposition + twist, OPEN + 0.3 * manner.flex)


class Posture(NamedTuple):
    """What stays the same while the fingers close."""

    model: HandModel
    shape: Shape
    floor: float
    spread: Array
    opposition: float
    opened: Array  # [5, 3]

    def pose(self, flex: Array) -> Array:
        """Hand poses [..., 45] of flexions [..., 5, 3]; the thumb comes in as its root closes."""
        done = np.clip((flex[..., THUMB, 0] - self.opened[THUMB, 0]) / CLOSED[THUMB, 0], 0, 1)
        spread = np.broadcast_to(self.spread, flex.shape[:-1]).copy()
        spread[..., THUMB] -= 0.8 * done * np.maximum(spread[..., THUMB], 0)
        return hand_anatomy.flexion(self.model.side, flex, spread=spread, opposition=self.opposition)

    def distance(self, flex: Array, rotation: Array, place: Array) -> Array:
        """Distance to the object and its floor of every skin vertex [M, 778] for flexions [M, 5, 3]."""
        return self.obstacle(skin(self.model, self.pose(flex)) @ rotation.T + place)

    def obstacle(self, points: Array) -> Array:
        """Distance (m) of points [..., 3] to what stops a hand."""
        return np.minimum(self.shape.distance(points), points[..., 2] - self.floor)


class Rest(NamedTuple):
    """Where the wrist is on the object, and the direction in which it came."""

    rotation: Array
    place: Array
    approach: Array


def orient(model: HandModel, grip: Grip, manner: Manner) -> Array:
    """Rotation [3, 3] from the wrist's axes to the object's for a grip."""
    palm = np.array(grip.approach, float) / np.linalg.norm(grip.approach)
    thumb = np.array(grip.thumb, float) - palm * (palm @ grip.thumb)
    thumb /= np.linalg.norm(thumb)
    fingers = np.cross(palm, thumb) * (1 if model.side == "right" else -1)
    basis = turned(grip, manner) @ np.stack([fingers, palm, thumb], -1)
    return np.asarray(basis @ manner.turn.as_matrix() @ model.axes.T)


def turned(grip: Grip, manner: Manner) -> Array:
    """Rotation [3, 3] of the whole grip about z to that of its equally good sides which a hand takes."""
    if grip.yaw is None:
        yaw = 2 * np.pi * manner.yaw
    else:
        yaw = np.radians(grip.yaw[int(manner.yaw * len(grip.yaw)) % len(grip.yaw)])
    return np.asarray(Rotation.from_rotvec([0, 0, yaw]).as_matrix())


def _centre(model: HandModel, depth: float) -> Array:
    """The point of the hand that comes to lie on the grip: under the knuckles, or between thumb and finger tips."""
    knuckles, palm = model.joints[[1, 4, 7, 10]].mean(0), model.axes[:, 1]
    half_closed = hand_anatomy.flexion(model.side, 0.5 * (OPEN + CLOSED), spread=[0, 0, 0, 0, 0.2], opposition=0.35)
    tips = skin(model, half_closed[None])[0, [hand_anatomy.TIPS[name] for name in ("thumb", "index", "middle")]]
    pinch = 0.5 * tips[0] + 0.25 * (tips[1] + tips[2])
    return (1 - depth) * (0.92 * knuckles + 0.045 * palm) + depth * pinch


def _open_skin(posture: Posture, rest: Rest) -> Array:
    return skin(posture.model, posture.pose(posture.opened)[None])[0] @ rest.rotation.T + rest.place


def _raised(posture: Posture, rest: Rest) -> Rest:
    """A hand that comes from the side slides over the floor, up to 3 cm higher than it would otherwise be."""
    if abs(rest.approach[2]) > 0.5:
        return rest
    up = np.clip(posture.floor - _open_skin(posture, rest)[:, 2].min(), 0.0, 0.03)
    return rest._replace(place=rest.place + np.array([0.0, 0.0, up]))


def _push(posture: Posture, rest: Rest, depth: float) -> float:
    """How far the open hand moves along its approach: until it touches, or as deep as the grip wants."""
    surface = _open_skin(posture, rest)
    ways = np.linspace(-0.10, 0.05 * (1 - depth), 40)
    nearest = posture.obstacle(surface[::2] + ways[:, None, None] * rest.approach).min(1)
    blocked = np.flatnonzero(nearest < -0.0005)
    blocked = blocked[blocked > 0]
    return float(ways[max(blocked[0] - 1, 0)] if len(blocked) else ways[-1])


def _close(posture: Posture, rotation: Array, place: Array, manner: Manner) -> Array:
    """Flexion [5, 3] at which each finger's links rest on the object: inner joints stop first, outer ones go on."""
    flex, end = posture.opened.copy(), CLOSED + manner.flex
    blocked = np.zeros(5, int)  # how many inner joints of a finger are at rest
    segment = posture.model.segment
    for stage in range(3):
        moving = blocked[:, None] <= np.arange(3)  # [5, 3]
        s = np.linspace(0, 1, STEPS)[:, None, None]
        path = flex + s * moving * np.maximum(end - flex, 0)  # [S, 5, 3]
        distance = posture.distance(path, rotation, place) + manner.press  # [S, 778]
        for finger in range(5):
            if blocked[finger] > stage:
                continue
            links = np.stack([distance[:, segment == 1 + 3 * finger + k].min(1) for k in range(3)], -1)  # [S, 3]
            links[:, :stage] = 1.0  # links at rest touch already
            stop, link = _first_contact(links)
            flex[finger] = path[0, finger] + stop * (path[-1, finger] - path[0, finger])
            blocked[finger] = 3 if stop >= 1 or link == 2 else max(link + 1, stage + 1)
    return _relax(posture, flex, rotation, place, manner)


def _first_contact(links: Array) -> tuple[float, int]:
    """Fraction of the way at which a link first reaches the surface, and which link; (1, 2) if none does."""
    nearest = links.min(1)
    hits = np.flatnonzero(nearest < 0)
    if not len(hits):
        return 1.0, 2
    k = int(hits[0])
    if k == 0:
        return 0.0, int(links[0].argmin())
    before, after = nearest[k - 1], nearest[k]
    return (k - 1 + before / (before - after)) / (len(links) - 1), int(links[k].argmin())


def _relax(posture: Posture, flex: Array, rotation: Array, place: Array, manner: Manner) -> Array:
    """Fingers that met nothing go back to a relaxed curl, unless the object is in that way too."""
    distance = posture.distance(flex[None], rotation, place)[0]
    idle = flex.copy()
    for finger in range(5):
        if distance[(posture.model.segment - 1) // 3 == finger].min() > 0.004:
            idle[finger] = RELAXED[finger] + manner.flex[finger]
    again = posture.distance(idle[None], rotation, place)[0]
    for finger in range(5):
        if again[(posture.model.segment - 1) // 3 == finger].min() < -0.002:
            idle[finger] = flex[finger]
    return idle


def _report(posture: Posture, rest: Rest, flexion: Array) -> Hold:
    surface = skin(posture.model, posture.pose(flexion)[None])[0] @ rest.rotation.T + rest.place
    distance = posture.shape.distance(surface)
    near = distance < 0.002
    finger = (posture.model.segment - 1) // 3
    opposed = bool(near[finger == THUMB].any() and near[(finger >= 0) & (finger != THUMB)].any())
    return Hold(
        posture.model.side, rest.rotation, rest.place, -rest.approach, posture.pose(posture.opened),
        posture.pose(flexion), int(near.sum()), opposed, float(-distance.min()), float(surface[:, 2].min()),
    )  # fmt: skip
