"""The skin of the stand-in's hands in the models' order: vertex ids, triangles, weights, and the hand at rest."""

from functools import lru_cache

import numpy as np

from deepgrasp.skeleton import FINGERS, FINGERTIP_VERTICES, HAND_VERTICES
from deepgrasp.standin.array_types import Floats, Ints
from deepgrasp.standin.people.hand_mesh import hand_mesh
from deepgrasp.standin.people.hand_shape import hand_shape, to_body

_THUMB_SIDE = 728  # smplx takes another vertex for the right thumb's tip than for the left one's
_LANDMARKS = {  # place in the hand: id in the body; the last entry is the end of the hand's range
    "right": {320: 7669, 443: 7794, 554: 7905, 671: 8022, _THUMB_SIDE: 8079, 744: 8095, 778: 8129},
    "left": {320: 4933, 443: 5058, 554: 5169, 671: 5286, 744: 5361, 778: 5395},
}


@lru_cache(maxsize=1)
def vertex_order() -> Ints:
    """Place ``[778]`` in construction order of each vertex: the tips sit where smplx expects them."""
    tubes = hand_mesh().tubes
    landmarks = {FINGERTIP_VERTICES[finger]: tubes[finger][-1][0] for finger in FINGERS}
    landmarks |= {_THUMB_SIDE: tubes["thumb"][-2][0]}
    # smplx takes finger tips by their number in the hand: those places are fixed, all other vertices keep their order
    order = [k for k in range(HAND_VERTICES) if k not in landmarks.values()]
    for place in sorted(landmarks):
        order.insert(place, landmarks[place])
    return np.array(order)


def hand_faces(side: str) -> Ints:
    """Triangles ``[1538, 3]`` of the 778 vertices, outward."""
    place = np.argsort(vertex_order())
    # a mirror image turns triangles inside out, so the left hand's are reversed
    triangles = place[hand_mesh().faces]
    return triangles[:, ::-1].copy() if side == "left" else triangles


def hand_weights() -> Floats:
    """Skinning weights ``[778, 16]``: wrist, then 15 finger joints in the body's order; rows sum to 1."""
    return hand_shape().weights[vertex_order()]


def rest_shape(side: str) -> tuple[Floats, Floats]:
    """Standard hand about its wrist: vertices ``[778, 3]`` and joints ``[16, 3]`` in metres, in the body's axes."""
    shape = hand_shape()
    return to_body(shape.vertices[vertex_order()], side), to_body(shape.joints, side)


def vertex_ids(side: str) -> Ints:
    """Ids ``[778]`` of the hand's vertices in the body (0..10474): distinct, and as in SMPL-X not sorted."""
    ids, place = np.zeros(HAND_VERTICES, dtype=np.int64), 0
    for landmark, number in _LANDMARKS[side].items():
        count = landmark - place
        ids[place:landmark] = np.arange(number - 1, number - 1 - count, -1)  # between two landmarks they run backwards
        if landmark < HAND_VERTICES:
            ids[landmark] = number
        place = landmark + 1
    return ids
