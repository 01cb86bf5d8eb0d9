"""The skin of the stand-in's body: trunk, arms, legs and eyes as tubes of rings around the bones, and the hands."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from deepgrasp.skeleton import INDEX
from deepgrasp.standin.array_types import Floats
from deepgrasp.standin.people import anatomy
from deepgrasp.standin.people.anatomy import placed_hand, skeleton
from deepgrasp.standin.people.physique import Measures

PIECE_RINGS = {"trunk": (74, 48), "arm": (34, 20), "leg": (52, 28), "eye": (17, 32)}  # rings and vertices of each
PIECES = ("trunk", "left_arm", "right_arm", "left_leg", "right_leg", "left_eye", "right_eye", "left_hand", "right_hand")
"""Order of construction; trunk and legs end in one more vertex, eyes have two poles, hands their 778."""


def _spline(stations: int, spots: npt.NDArray[np.floating]) -> Floats:
    """Catmull-Rom weights ``[R, S]`` at parameters 0..S-1: linear in the stations, so that shape stays linear."""
    # Catmull-Rom passes through its stations, so that the tables in `anatomy` are the measures of the skin itself
    k = np.clip(spots.astype(int), 0, stations - 2)
    t = spots - k
    parts = (-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2)
    weights = np.zeros((len(spots), stations))
    for shift, part in zip((-1, 0, 1, 2), parts, strict=True):
        np.add.at(weights, (np.arange(len(spots)), np.clip(k + shift, 0, stations - 1)), 0.5 * part)
    return weights


@lru_cache(maxsize=3)
def _ring_weights(piece: str, rings: int) -> Floats:
    """Spline weights ``[rings, S]`` that space the rings evenly over the neutral body's skin."""
    # weights come from the neutral body alone: with each person's own, vertices would no more be affine in the measures
    neutral = Measures()
    tube = _TUBES[piece](neutral, skeleton(neutral))
    fine = np.linspace(0, len(tube.centre) - 1, 2001)
    basis = _spline(len(tube.centre), fine)
    front, side = basis @ (tube.centre + tube.deep), basis @ (tube.centre + tube.wide)
    outline = np.c_[basis @ tube.centre, front, side, basis @ (tube.centre - tube.deep)]
    walked = np.r_[0, np.cumsum(np.linalg.norm(np.diff(outline, axis=0), axis=1))]
    spots = np.interp(np.linspace(0, walked[-1], rings), walked, fine)
    return _spline(len(tube.centre), spots)


_TUBES = {"trunk": anatomy.trunk, "arm": anatomy.arm, "leg": anatomy.leg}


def _tube_vertices(piece: str, m: Measures, joints: Floats) -> Floats:
    rings, around = PIECE_RINGS[piece]
    tube = _TUBES[piece](m, joints)
    basis = _ring_weights(piece, rings + (piece != "arm"))  # trunk and legs end in a point
    turn = np.pi + 2 * np.pi * np.arange(around)[:, None] / around
    centre, wide, deep = ((basis @ part)[:, None] for part in tube)  # [R, 1, 3]
    points = centre + np.cos(turn) * wide + np.sin(turn) * deep
    if piece == "arm":
        return points.reshape(-1, 3)
    return np.vstack([points[:-1].reshape(-1, 3), centre[-1]])


def _eye_vertices(m: Measures, centre: Floats) -> Floats:
    rings, around = PIECE_RINGS["eye"]
    polar, turn = np.pi * np.arange(1, rings + 1) / (rings + 1), 2 * np.pi * np.arange(around) / around
    x, y = np.outer(np.sin(polar), np.cos(turn)), np.outer(np.sin(polar), np.sin(turn))
    ball = np.stack([x, y, np.broadcast_to(np.cos(polar)[:, None], x.shape)], axis=-1)
    # 12 mm radius in the neutral head, as an adult's eyeball has; poles last, to the back and to the front
    return centre + 0.068 * m.head * np.vstack([ball.reshape(-1, 3), [[0, 0, -1], [0, 0, 1]]])


def _face(points: Floats, m: Measures, joints: Floats) -> Floats:
    """Nose, brow, chin, lips, eye sockets and ears as smooth bumps of the trunk's skin."""
    neutral = Measures()
    rest = _tube_vertices("trunk", neutral, skeleton(neutral))
    place = (rest - skeleton(neutral)[INDEX["head"]]) / neutral.head
    bumps = [  # centre (x, y), widths (x, y), how far forwards, in head heights
        ((0.0, 0.10), (0.055, 0.065), 0.125),
        ((0.0, 0.24), (0.045, 0.10), 0.055),
        ((0.0, -0.20), (0.11, 0.06), 0.05),
        ((0.0, -0.06), (0.10, 0.035), 0.035),
        ((0.175, 0.27), (0.07, 0.05), -0.055),
        ((-0.175, 0.27), (0.07, 0.05), -0.055),
        ((0.0, 0.39), (0.22, 0.035), 0.02),
    ]
    moved = points.copy()
    # where a bump is decided on the neutral body, how high it is grows with the head: affine again
    front = np.clip(place[:, 2] * 4, 0, 1)
    for (x, y), (wide, high), out in bumps:
        shape = np.exp(-(((place[:, 0] - x) / wide) ** 2) - ((place[:, 1] - y) / high) ** 2)
        moved[:, 2] += out * m.head * shape * front
    ear = np.exp(-(((place[:, 1] - 0.2) / 0.14) ** 2) - ((place[:, 2] + 0.02) / 0.08) ** 2)
    moved[:, 0] += 0.09 * m.head * ear * np.sign(place[:, 0]) * (np.abs(place[:, 0]) > 0.25) * (place[:, 1] > -0.2)
    return moved


def vertices(m: Measures) -> Floats:
    """Skin ``[10475, 3]`` in m in order of construction, affine in the measures."""
    joints, mirror = skeleton(m), np.array([-1.0, 1.0, 1.0])
    # drawn once and mirrored, so that both sides are the same to the last bit; `placed_hand` mirrors the hands itself
    arm, leg = _tube_vertices("arm", m, joints), _tube_vertices("leg", m, joints)
    eyes = [_eye_vertices(m, joints[INDEX[f"{side}_eye"]]) for side in ("left", "right")]
    hands = [placed_hand(m, joints, side)[0] for side in ("left", "right")]
    trunk = _face(_tube_vertices("trunk", m, joints), m, joints)
    return np.vstack([trunk, arm, arm * mirror, leg, leg * mirror, *eyes, *hands])
