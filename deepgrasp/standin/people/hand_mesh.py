"""The triangles of the hand surface: a palm of rings, five finger tubes, one disc of 778 vertices and 1538 faces."""

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from deepgrasp.skeleton import FINGERS
from deepgrasp.standin.array_types import Ints

FINGER_RINGS = {"index": 10, "middle": 11, "ring": 10, "pinky": 9, "thumb": 10}  # rings of a finger beyond its root
WRIST, CUFF = 16, 21  # vertices of the open wrist ring and of the ring that leads over to the palm's 26
# the palm's box: vertices across, vertices deep (0 palmar, 2 dorsal), rings along
PALM_COLUMNS, PALM_ROWS, PALM_RINGS = 12, 3, 12
HOLE = 3  # the thumb leaves the radial side between palm rings HOLE and HOLE + 3
FIRST_COLUMN = {"pinky": 0, "ring": 3, "middle": 6, "index": 9}


class HandMesh(NamedTuple):
    """Combinatorial hand: integers only, so that every machine builds the same surface.

    Attributes:
        faces: ``[1538, 3]``, outward for a right hand.
        group: ``[778]``, -1 for the palm and the wrist, else the finger's place in ``FINGERS``.
        wrist, cuff: indices of the two proximal rings, ulnar side first, then across the front of the hand.
        palm: ``{(ring, column, row): index}`` of the box that the palm is.
        tubes: rings of each finger, root ring (shared with the palm) first; its last entry is the tip alone.
    """

    faces: Ints
    group: Ints
    wrist: list[int]
    cuff: list[int]
    palm: dict[tuple[int, int, int], int]
    tubes: dict[str, list[list[int]]]


def zip_rings(low: list[int], high: list[int]) -> list[tuple[int, int, int]]:
    """Triangles of the band between two closed rings of any sizes, both starting at the same angle."""
    faces, i, j, n, m = [], 0, 0, len(low), len(high)
    while i < n or j < m:
        if j == m or (i < n and (2 * i + 1) * m <= (2 * j + 1) * n):  # advance the ring that lags behind
            faces.append((low[i % n], low[(i + 1) % n], high[j % m]))
            i += 1
        else:
            faces.append((low[i % n], high[(j + 1) % m], high[j % m]))
            j += 1
    return faces


def _palm_loop(ring: int) -> list[tuple[int, int, int]]:
    """The 26 boundary places of one palm ring: ulnar side, front (ulnar to radial), radial side, back."""
    front = [(ring, c, 0) for c in range(PALM_COLUMNS)]
    back = [(ring, c, 2) for c in reversed(range(PALM_COLUMNS))]
    return [(ring, 0, 1), *front, (ring, PALM_COLUMNS - 1, 1), *back]


def _palm_faces(palm: dict[tuple[int, int, int], int]) -> list[tuple[int, int, int]]:
    faces = []
    for ring in range(PALM_RINGS - 1):
        low, high = _palm_loop(ring), _palm_loop(ring + 1)
        for k in range(len(low)):
            corners = (low[k], low[(k + 1) % len(low)], high[(k + 1) % len(low)], high[k])
            hole = all(c == PALM_COLUMNS - 1 for _, c, _ in corners) and HOLE <= ring < HOLE + 3
            faces += [] if hole else _quad(*(palm[corner] for corner in corners))
    top = PALM_RINGS - 1
    for c in (2, 5, 8):  # the webs
        for row in (0, 1):
            web = ((top, c, row), (top, c + 1, row), (top, c + 1, row + 1), (top, c, row + 1))
            faces += _quad(*(palm[corner] for corner in web))
    return faces


def _quad(a: int, b: int, c: int, d: int) -> list[tuple[int, int, int]]:
    return [(a, b, c), (a, c, d)]


def _root_ring(finger: str) -> list[tuple[int, int, int]]:
    """Places of the ring a finger grows from, counter-clockwise seen from its tip."""
    # ten vertices for the thumb, eight for a finger: the boundary of 4 x 3 and of 3 x 3 places of the palm's box
    top, side = PALM_RINGS - 1, PALM_COLUMNS - 1
    if finger == "thumb":
        steps = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (3, 2), (3, 1), (3, 0), (2, 0), (1, 0)]
        return [(HOLE + up, side, row) for up, row in steps]
    steps = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1)]
    return [(top, FIRST_COLUMN[finger] + across, row) for across, row in steps]


@lru_cache(maxsize=1)
def hand_mesh() -> HandMesh:
    """The surface in construction order (`hand_skin.vertex_order` turns it into the model's order)."""
    wrist, cuff = list(range(WRIST)), list(range(WRIST, WRIST + CUFF))
    side, top = PALM_COLUMNS - 1, PALM_RINGS - 1
    inside_hole = {(HOLE + 1, side, 1), (HOLE + 2, side, 1)}
    places = [place for ring in range(PALM_RINGS) for place in _palm_loop(ring) if place not in inside_hole]
    places += [(top, c, 1) for c in range(1, PALM_COLUMNS - 1) if c % 3 != 1]  # between the fingers, not under them
    palm = {place: WRIST + CUFF + k for k, place in enumerate(places)}
    faces = zip_rings(wrist, cuff) + zip_rings(cuff, [palm[place] for place in _palm_loop(0)]) + _palm_faces(palm)
    # every root ring belongs to the palm: a finger's skin has no seam that could open
    group, tubes, count = [-1] * (WRIST + CUFF + len(palm)), {}, WRIST + CUFF + len(palm)
    for k, finger in enumerate(FINGERS):
        rings = [[palm[place] for place in _root_ring(finger)]]
        for _ in range(FINGER_RINGS[finger]):
            rings.append(list(range(count, count + len(rings[0]))))
            count += len(rings[0])
        rings.append([count])
        count += 1
        for low, high in pairwise(rings[:-1]):
            for i in range(len(low)):
                faces += _quad(low[i], low[(i + 1) % len(low)], high[(i + 1) % len(low)], high[i])
        last, tip = rings[-2], rings[-1][0]
        faces += [(last[i], last[(i + 1) % len(last)], tip) for i in range(len(last))]
        group += [k] * (FINGER_RINGS[finger] * len(last) + 1)
        tubes[finger] = rings
    return HandMesh(np.array(faces), np.array(group), wrist, cuff, palm, tubes)
