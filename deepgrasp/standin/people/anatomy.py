"""The anatomy of the stand-in: where its joints are, and the stations that trunk, arm and leg are drawn through.

All of it is affine in the measures: lengths enter as sums and constant multiples, never as products.
"""

from typing import NamedTuple

import numpy as np

from deepgrasp.skeleton import HAND_JOINTS, INDEX, SIDES
from deepgrasp.standin.array_types import Floats
from deepgrasp.standin.people import hand_skin
from deepgrasp.standin.people.hand_shape import WRIST_RING
from deepgrasp.standin.people.physique import Measures


class Tube(NamedTuple):
    """Stations of a tube: centres, and the two half axes of its elliptic rings, each ``[S, 3]`` in m."""

    centre: Floats
    wide: Floats
    deep: Floats


def skeleton(m: Measures) -> Floats:
    """Rest joints ``[55, 3]`` in m of the T-pose (y up, x to the body's left), affine in the measures."""
    # the origin lies in the chest and the pelvis 35 cm below it, as in SMPL-X
    joints = np.zeros((55, 3))
    pelvis, neck = -0.76 * m.trunk, 0.24 * m.trunk
    head = neck + m.neck
    middle = {
        "pelvis": (0, pelvis, 0.0),
        "spine1": (0, pelvis + 0.235 * m.trunk, -0.015),
        "spine2": (0, pelvis + 0.52 * m.trunk, -0.02),
        "spine3": (0, pelvis + 0.64 * m.trunk, -0.01),
        "neck": (0, neck, -0.03),
        "head": (0, head, 0.0),
        "jaw": (0, head - 0.05 * m.head, 0.01),
    }
    # thigh and shank are about equally long: 0.245 and 0.246 of stature (Drillis & Contini 1966)
    hip, ankle = pelvis - 0.2 * m.trunk, pelvis - 0.2 * m.trunk - m.leg
    elbow = m.shoulder + m.upper_arm
    left = {
        "hip": (0.40 * m.hip, hip, -0.005),
        "knee": (0.50 * m.hip, hip - 0.49 * m.leg, -0.01),
        "ankle": (0.53 * m.hip, ankle, -0.04),
        "foot": (0.60 * m.hip, ankle - 0.22 * m.foot, -0.04 + 0.52 * m.foot),
        "collar": (0.28 * m.shoulder, neck - 0.15 * m.trunk, -0.015),
        "shoulder": (m.shoulder, neck - 0.06 * m.trunk, -0.02),
        "elbow": (elbow, neck - 0.06 * m.trunk, -0.05),
        "wrist": (elbow + m.forearm, neck - 0.06 * m.trunk, -0.04),
        # 63 mm between the neutral body's eyes, as adults have on average (Dodgson 2004)
        "eye": (0.175 * m.head, head + 0.28 * m.head, 0.46 * m.head),
    }
    # a body that is its own mirror image: SMPL-X's is not quite, but left and right are then one design
    for name, place in middle.items():
        joints[INDEX[name]] = place
    for name, (x, y, z) in left.items():
        joints[INDEX[f"left_{name}" if name != "eye" else "left_eye"]] = x, y, z
        joints[INDEX[f"right_{name}"]] = -x, y, z
    for side in SIDES:
        joints[[INDEX[name] for name in HAND_JOINTS[side]]] = placed_hand(m, joints, side)[1][1:]
    return joints


def placed_hand(m: Measures, joints: Floats, side: str) -> tuple[Floats, Floats]:
    """Skin ``[778, 3]`` and joints ``[16, 3]`` of the standard hand, stretched to measure, on the body's wrist."""
    vertices, hand_joints = hand_skin.rest_shape(side)
    # one hand for all, stretched along its axes: only so are vertices affine in the measures
    stretch, wrist = np.array([m.hand_length, m.hand_depth, m.hand_breadth]), joints[INDEX[f"{side}_wrist"]]
    return vertices * stretch + wrist, hand_joints * stretch + wrist


def trunk(m: Measures, joints: Floats) -> Tube:
    """Trunk, neck and head from crotch to crown; ``joints [55, 3]`` at rest (m), see :func:`skeleton`."""
    low, t, neck, head = joints[INDEX["pelvis"], 1], m.trunk, joints[INDEX["neck"], 1], joints[INDEX["head"], 1]
    # heights in trunk lengths from the pelvis, in head lengths from the head joint; `g` is the neck's radius
    h, g = m.head, 0.052 * m.girth
    rows = [  # height, forwards, half width, half depth
        (low - 0.34 * t, -0.012, 0.45 * m.hip, 0.34 * m.hip),
        (low - 0.26 * t, -0.014, 0.90 * m.hip, 0.54 * m.hip),
        (low - 0.12 * t, -0.018, 1.02 * m.hip, 0.68 * m.hip),
        (low + 0.05 * t, -0.008, 0.93 * m.hip, 0.63 * m.hip),
        (low + 0.28 * t, 0.006, 1.00 * m.waist, 0.76 * m.waist),
        (low + 0.50 * t, 0.004, 0.93 * m.chest, 0.71 * m.chest),
        (low + 0.68 * t, 0.004, 1.02 * m.chest, 0.78 * m.chest),
        (low + 0.82 * t, -0.008, 1.03 * m.chest, 0.72 * m.chest),
        (neck - 0.075 * t, -0.022, 0.90 * m.shoulder, 0.50 * m.chest),
        (neck + 0.005 * t, -0.030, 0.66 * m.shoulder, 0.42 * m.chest),
        (neck + 0.065 * t, -0.026, 1.25 * g, 1.12 * g),
        (neck + 0.40 * m.neck, -0.016, 1.00 * g, 1.02 * g),
        (head - 0.36 * h, -0.002, 0.96 * g, 1.12 * g),
        (head - 0.27 * h, 0.06 * h, 0.28 * h, 0.42 * h),
        (head - 0.08 * h, 0.09 * h, 0.345 * h, 0.47 * h),
        (head + 0.20 * h, 0.07 * h, 0.405 * h, 0.515 * h),
        (head + 0.42 * h, 0.05 * h, 0.425 * h, 0.545 * h),
        (head + 0.66 * h, 0.03 * h, 0.405 * h, 0.51 * h),
        (head + 0.85 * h, 0.02 * h, 0.31 * h, 0.38 * h),
        (head + 0.965 * h, 0.01 * h, 0.155 * h, 0.19 * h),
        (head + 1.00 * h, 0.01 * h, 0.01 * h, 0.01 * h),
    ]
    y, z, width, depth = np.array(rows).T
    return Tube(np.c_[0 * y, y, z], np.outer(width, (1.0, 0.0, 0.0)), np.outer(depth, (0.0, 0.0, 1.0)))


def arm(m: Measures, joints: Floats) -> Tube:
    """The left arm from inside the shoulder to just before the hand, whose open ring it matches.

    Args:
        joints: ``[55, 3]`` at rest (m), see :func:`skeleton`.
    """
    shoulder, elbow, wrist = (joints[INDEX[f"left_{name}"]] for name in ("shoulder", "elbow", "wrist"))
    # the ring's size is in mm of the standard hand: the same stretch as the hand's own, so that the seam closes
    hand_wide, hand_deep = WRIST_RING[1] / 1e3 * m.hand_breadth, WRIST_RING[2] / 1e3 * m.hand_depth
    g, inside, end = m.girth, shoulder * (0.45, 1, 1), wrist + np.array([2e-3 * WRIST_RING[0] * m.hand_length, 0, 0])
    rows = [  # from which joint towards which, how far, lower by, half depth (z), half height (y)
        (inside, shoulder, 0.0, 0.014, 0.034 * g, 0.040 * g),
        (inside, shoulder, 0.5, 0.008, 0.054 * g, 0.062 * g),
        (shoulder, elbow, 0.00, 0.006, 0.060 * g, 0.066 * g),
        (shoulder, elbow, 0.20, 0.005, 0.053 * g, 0.056 * g),
        (shoulder, elbow, 0.52, 0.0, 0.046 * g, 0.045 * g),
        (shoulder, elbow, 0.80, 0.0, 0.040 * g, 0.039 * g),
        (shoulder, elbow, 1.00, 0.0, 0.040 * g, 0.037 * g),
        (elbow, wrist, 0.22, 0.0, 0.043 * g, 0.040 * g),
        (elbow, wrist, 0.45, 0.0, 0.040 * g, 0.036 * g),
        (elbow, wrist, 0.75, 0.0, 0.031 * g, 0.026 * g),
        (elbow, wrist, 0.90, 0.0, 0.5 * (hand_wide + 0.029 * g), 0.5 * (hand_deep + 0.022 * g)),
        (end, end, 0.0, 0.0, hand_wide, hand_deep),
    ]
    centre = [a + along * (b - a) - np.array([0, drop, 0]) for a, b, along, drop, _, _ in rows]
    sizes = np.array([row[-2:] for row in rows])
    return Tube(np.array(centre), np.outer(sizes[:, 0], (0.0, 0.0, 1.0)), np.outer(sizes[:, 1], (0.0, 1.0, 0.0)))


_FOOT = (  # in foot lengths: instep (forwards of the ankle, above the sole), heel or sole below it, half width
    (0.165, 0.40, -0.165, 0.36, 0.130),
    (0.185, 0.315, -0.205, 0.22, 0.135),
    (0.225, 0.27, -0.215, 0.08, 0.135),
    (0.28, 0.245, -0.14, 0.0, 0.135),
    (0.36, 0.215, 0.10, 0.0, 0.145),
    (0.50, 0.165, 0.42, 0.0, 0.172),
    (0.62, 0.12, 0.60, 0.0, 0.172),
    (0.72, 0.10, 0.725, 0.01, 0.130),
    (0.785, 0.055, 0.785, 0.045, 0.010),
)


def leg(m: Measures, joints: Floats) -> Tube:
    """The left leg from inside the hip to the tip of the foot, around the heel; ``joints [55, 3]`` at rest (m)."""
    hip, knee, ankle = (joints[INDEX[f"left_{name}"]] for name in ("hip", "knee", "ankle"))
    g, f, out, back = m.girth, m.foot, np.array([0.10 * m.hip, 0, 0]), np.array([0, 0, 0.012])
    shank = [  # centre, half width, half depth
        (hip + np.array([0, 0.06, -0.008]) + out, 0.050 * g, 0.060 * g),
        (hip + 0.06 * (knee - hip) + out - 0.8 * back, 0.080 * g, 0.096 * g),
        (hip + 0.22 * (knee - hip) + out - 0.5 * back, 0.084 * g, 0.093 * g),
        (hip + 0.55 * (knee - hip) + 0.7 * out, 0.071 * g, 0.076 * g),
        (hip + 0.88 * (knee - hip), 0.054 * g, 0.058 * g),
        (knee + np.array([0, 0, 0.004]), 0.051 * g, 0.056 * g),
        (knee + 0.28 * (ankle - knee) - back, 0.054 * g, 0.058 * g),
        (knee + 0.55 * (ankle - knee) - back, 0.045 * g, 0.048 * g),
        (knee + 0.82 * (ankle - knee), 0.034 * g, 0.038 * g),
    ]
    # the rings turn from level to upright around the heel; past it they run along the foot
    foot = f * np.array(_FOOT)  # [9, 5]
    top, bottom = (ankle + np.c_[0 * foot[:, 0], foot[:, k + 1] - 0.30 * f, foot[:, k]] for k in (0, 2))
    wide = np.array([*(width for _, width, _ in shank), *foot[:, 4]], dtype=np.float64)
    deep = np.vstack([np.outer([depth for *_, depth in shank], (0.0, 0.0, 1.0)), (top - bottom) / 2])
    return Tube(
        np.vstack([[row[0] for row in shank], (top + bottom) / 2]), wide[:, None] * np.array([1.0, 0.0, 0.0]), deep
    )
