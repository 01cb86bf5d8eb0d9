"""Touch from geometry: which hand vertices lie on the object's surface, and which object vertices they lie on."""

from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from deepgrasp.skeleton import BODY_VERTICES, HAND_JOINTS, INDEX, SIDES
from deepgrasp.standin.acting.hand_rig import HandRig, posed_skin
from deepgrasp.standin.array_types import Array
from deepgrasp.standin.people import hand_skin
from deepgrasp.standin.things.objects import ObjectShape

THRESHOLD = 0.003  # m: flesh is seen to touch within this distance of the surface
_SPREAD = 0.0045  # m: object vertices this close to a touching skin vertex are touched by it (half a skin edge)
CONTACT_FRAMES_AT_ONCE = (
    256  # frames at a time: memory does not grow with the length of a take, and blocks fit the cache
)


class Contact(NamedTuple):
    """Part codes (SMPL-X joint index + 1; 0 = none), int8: of object vertices [T, V] and body vertices [T, 10475].

    ``depth`` [T] says how far the skin is inside the object where it is deepest, m.
    """

    object: Array
    body: Array
    depth: Array


def part_codes(side: str) -> Array:
    """Part codes ``[778]`` of a hand's vertices: of each the joint that moves it most."""
    chain = np.array([INDEX[f"{side}_wrist"], *(INDEX[name] for name in HAND_JOINTS[side])])
    return (chain[hand_skin.hand_weights().argmax(1)] + 1).astype(np.int8)


class PosedHands(NamedTuple):
    """Two hands over time, by side: model, the wrist's world rotations [T, 3, 3] and places [T, 3], fingers [T, 45]."""

    models: dict[str, HandRig]
    wrists: dict[str, tuple[Array, Array]]
    fingers: dict[str, Array]

    def surface(self, side: str, frames: Array) -> Array:
        """Skin in the world [N, 778, 3] at some frames."""
        rotations, places = (values[frames] for values in self.wrists[side])
        local = posed_skin(self.models[side], self.fingers[side][frames])
        return local @ np.swapaxes(rotations, -1, -2) + places[:, None]


def touch(shape: ObjectShape, hands: PosedHands, pose: tuple[Array, Array], slack: Array) -> Contact:
    """Contact of posed hands with a posed object.

    Args:
        shape: the object.
        pose: the object's rotation [T, 3, 3] (world = R x + t) and place [T, 3].
        slack: [T, 778] added to the threshold, m: touch is sensed as imprecisely as it is measured.
    """
    rotations, places = pose
    on_object = np.zeros((len(places), len(shape.vertices)), np.int8)
    on_body = np.zeros((len(places), BODY_VERTICES), np.int8)
    depth = np.zeros(len(places))
    tree = cKDTree(shape.vertices)
    apart, neighbours = tree.query(shape.vertices, k=8)  # each vertex itself comes first
    patches = np.where(apart < _SPREAD, neighbours, -1)  # [V, 8], nearest first; -1 = no more so close
    reach = np.linalg.norm(shape.vertices, axis=1).max() + 0.25  # no skin is farther than 25 cm from its wrist
    for side in SIDES:
        ids, codes = hand_skin.vertex_ids(side), part_codes(side)
        near = np.flatnonzero(np.linalg.norm(hands.wrists[side][1] - places, axis=-1) < reach)
        for close in (near[k : k + CONTACT_FRAMES_AT_ONCE] for k in range(0, len(near), CONTACT_FRAMES_AT_ONCE)):
            local = (hands.surface(side, close) - places[close, None]) @ rotations[close]  # R^T (x - t)
            distance = shape.distance(local)
            depth[close] = np.maximum(depth[close], -distance.min(axis=1))
            frame, vertex = np.nonzero(distance < THRESHOLD + slack[close])
            # a vertex of the object that several fingers touch belongs to the one that is closest
            order = np.argsort(-distance[frame, vertex], kind="stable")  # the closest writes last
            frame, vertex = frame[order], vertex[order]
            nearest = patches[tree.query(local[frame, vertex])[1]]
            for k in range(nearest.shape[1] - 1, -1, -1):  # the vertex nearest to the skin is written last and stays
                use = nearest[:, k] >= 0
                on_object[close[frame][use], nearest[use, k]] = codes[vertex][use]
            on_body[close[frame], ids[vertex]] = codes[vertex]
    return Contact(on_object, on_body, depth)
