"""Everyday objects: a solid and one entry each. Bars lie along x; what is poured from or worn stands upright."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from deepgrasp.synthetic import solids as sd
from deepgrasp.synthetic.grips import TIPS, Grip, Thing, above, bar, side
from deepgrasp.synthetic.solids import Solid

HALF_TURNS = (0.0, 180.0)
Profile = Sequence[tuple[float, float]]


def _turned_up(profile: Profile, rounding: float = 0.001) -> Solid:
    return sd.centred(sd.lathe(profile, rounding=rounding))


def _apple() -> Solid:
    right = [(0.010, 0.064), (0.022, 0.066), (0.034, 0.056), (0.037, 0.040), (0.033, 0.020), (0.020, 0.004)]
    flesh = sd.lathe([(0.0, 0.058), *right, (0.008, 0.0), (0.0, 0.005)], rounding=0.002)
    return sd.centred(sd.union(flesh, sd.tube([(0, 0, 0.056), (0.003, 0, 0.076)], 0.0028), blend=0.003))


def _banana() -> Solid:
    angle = np.radians(np.linspace(-52, 52, 12))
    points = np.stack([0.105 * np.sin(angle), 0.105 * np.cos(angle) - 0.09, 0 * angle], -1)
    radii = [0.007, 0.009, 0.014, 0.0165, 0.0175, 0.018, 0.018, 0.0175, 0.0165, 0.014, 0.008, 0.006]
    return sd.centred(sd.tube(points.tolist(), radii))


def _bowl() -> Solid:
    arc = np.radians(np.linspace(15, 90, 8))
    outer = [(0.074 * np.sin(a), 0.060 * (1 - np.cos(a))) for a in arc]
    inner = [(0.068 * np.sin(a), 0.007 + 0.053 * (1 - np.cos(a))) for a in arc[::-1]]
    return _turned_up([(0.0, 0.0), *outer, *inner, (0.0, 0.008)])


def _camera() -> Solid:
    to_front = np.array([[1, 0, 0], [0, 0, 1.0], [0, -1, 0]])
    lens = sd.turned(sd.lathe([(0, 0), (0.030, 0), (0.028, 0.042), (0, 0.042)]), to_front)
    finder = sd.box((0.04, 0.03, 0.02), at=(0, 0, 0.042), edge=0.004)
    return sd.centred(sd.union(sd.box((0.118, 0.040, 0.074), edge=0.006), finder, lens, blend=0.003))


def _beaker(foot: float, rim: float, height: float, wall: float = 0.0055) -> Solid:
    inner = [(rim - wall, height), (foot - wall, wall), (0.0, wall)]
    return sd.lathe([(0.0, 0.0), (foot, 0.0), (rim, height), *inner])


def _cup() -> Solid:
    return sd.centred(_beaker(0.028, 0.038, 0.098))


def _flashlight() -> Solid:
    lamp = [(0.0145, 0.045), (0.0225, 0.06), (0.0225, 0.085), (0, 0.085)]
    upright = sd.lathe([(0, -0.085), (0.0145, -0.085), *lamp], rounding=0.002)
    return sd.turned(upright, np.array([[0, 0, 1.0], [0, 1, 0], [-1, 0, 0]]))


def _hammer() -> Solid:
    handle = sd.tube([(-0.135, 0, 0), (-0.05, 0, 0), (0.12, 0, 0)], [0.0155, 0.014, 0.0095])
    head = sd.box((0.028, 0.11, 0.026), at=(0.13, 0, 0), edge=0.004)
    face = sd.ellipsoid((0.016, 0.016, 0.016), at=(0.13, -0.05, 0))
    return sd.centred(sd.union(handle, sd.union(head, face), blend=0.004))


def _knife() -> Solid:
    back = sd.tube([(0.19, 0.042, 0), (0.11, 0.052, 0)], 0.036)
    blade = sd.cut(sd.box((0.16, 0.030, 0.0045), at=(0.085, 0.0, 0), edge=0.002), back)
    return sd.centred(sd.union(sd.tube([(-0.105, 0, 0), (0.0, 0, 0)], [0.012, 0.0105], flat=0.75), blade, blend=0.003))


def _mug() -> Solid:
    angle = np.radians(np.linspace(-80, 80, 9))
    arc = np.stack([0.042 + 0.030 * np.cos(angle), 0 * angle, 0.048 + 0.028 * np.sin(angle)], -1)
    ends = [(0.0385, 0, 0.020), *arc.tolist(), (0.0385, 0, 0.076)]
    handle = sd.tube(ends, [0.0035, *[0.0065] * len(arc), 0.0035])
    return sd.centred(sd.union(_beaker(0.041, 0.041, 0.096), handle, blend=0.003))


def _phone() -> Solid:
    return sd.box((0.148, 0.072, 0.009), edge=0.004)


def _toothbrush() -> Solid:
    stem = sd.tube([(-0.09, 0, 0), (-0.03, 0, 0.002), (0.03, 0, 0), (0.085, 0, 0)], [0.0055, 0.0075, 0.0042, 0.0045])
    return sd.centred(sd.union(stem, sd.box((0.026, 0.010, 0.014), at=(0.078, 0, 0.009), edge=0.002), blend=0.002))


def _waterbottle() -> Solid:
    neck = [(0.024, 0.165), (0.0135, 0.178), (0.0135, 0.205), (0, 0.205)]
    return _turned_up([(0, 0), (0.031, 0), (0.033, 0.006), (0.033, 0.13), *neck], rounding=0.002)


def _wineglass() -> Solid:
    foot = [(0, 0), (0.034, 0), (0.034, 0.003), (0.0035, 0.012)]
    outer = [(0.0035, 0.085), (0.020, 0.095), (0.034, 0.125), (0.034, 0.150), (0.029, 0.185)]
    inner = [(0.0245, 0.185), (0.0295, 0.150), (0.0295, 0.127), (0.017, 0.101), (0, 0.097)]
    return _turned_up([*foot, *outer, *inner])


def everyday() -> dict[str, Thing]:
    """Name to thing; a new object is one entry here, in alphabetical order."""
    return {
        "apple": Thing(
            _apple,
            {"above": above(0.0, depth=(0.3, 0.7)), "side": side(depth=(0.2, 0.6))},
            uses={"eat": ("side", "above")},
            carry=("above", "side"),
        ),
        "banana": Thing(
            _banana,
            {
                "middle": bar(0.0, depth=(0.2, 0.7)),
                "end": bar(-0.05, depth=(0.1, 0.5)),
                "other": bar(0.04, thumb=-1.0, depth=(0.2, 0.7)),
            },
            uses={"eat": ("end", "middle"), "peel": ("end", "middle")},
            carry=("middle", "other", "end"),
        ),
        "bowl": Thing(
            _bowl,
            {
                "rim": Grip((0, 0.75, -0.66), (1, 0, 0), (0, -0.064, 0.014), TIPS, None, 0.01),
                "side": side(0.005, depth=(0.0, 0.2), slide=0.006),
            },
            uses={"drink": ("side", "rim")},
            carry=("rim", "side"),
        ),
        "camera": Thing(
            _camera,
            {
                "right": Grip((1, 0, 0), (0, 0, 1), (-0.056, 0, 0), (0.15, 0.5), HALF_TURNS, 0.006),
                "above": above(0.02, depth=(0.3, 0.6), yaw=HALF_TURNS),
            },
            uses={"browse": ("right",), "takepicture": ("right",)},
            carry=("right", "above"),
        ),
        "cup": Thing(
            _cup,
            {"side": side(), "above": above(0.025, depth=(0.4, 0.7))},
            uses={"drink": ("side",), "pour": ("side",)},
            carry=("side", "side", "above"),
        ),
        "flashlight": Thing(
            _flashlight,
            {"rear": bar(-0.07), "front": bar(0.045), "back": bar(-0.05, thumb=-1.0)},
            uses={"on": ("rear",)},
            carry=("rear", "front", "back"),
        ),
        "hammer": Thing(
            _hammer,
            {"rear": bar(-0.11), "neck": bar(0.04), "back": bar(-0.02, thumb=-1.0)},
            uses={"use": ("rear",)},
            carry=("rear", "neck", "back"),
            never=("offhand",),
        ),
        "knife": Thing(
            _knife,
            {"rear": bar(-0.075), "back": bar(-0.06, thumb=-1.0), "tip": bar(-0.03, depth=(0.5, 0.9))},
            uses={"chop": ("rear",), "peel": ("rear", "tip")},
            carry=("rear", "back", "tip"),
            never=("offhand",),
            cell=0.0036,
        ),
        "mug": Thing(
            _mug,
            {
                "handle": Grip((-1, 0, 0), (0, 0, 1), (0.066, 0, 0), (0.35, 0.6), (0.0,), 0.008),
                "side": replace(side(0.004), yaw=(60.0, 90.0, 120.0)),
                "above": above(0.025, depth=(0.3, 0.6)),
            },
            uses={"drink": ("handle", "handle", "side"), "toast": ("handle", "side")},
            carry=("side", "handle", "above"),
        ),
        "phone": Thing(
            _phone,
            {
                "flat": Grip((0, 0, -1), (1, 0, 0), (0, 0, 0), (0.3, 0.7), HALF_TURNS, 0.02),
                "end": Grip((0, 0, -1), (0, 1, 0), (0.045, 0, 0), TIPS, HALF_TURNS, 0.01),
            },
            uses={"call": ("flat",)},
            carry=("flat", "end"),
        ),
        "toothbrush": Thing(
            _toothbrush,
            {
                "rear": bar(-0.05, depth=(0.3, 0.8)),
                "middle": bar(0.0, depth=TIPS),
                "back": bar(-0.02, thumb=-1.0, depth=TIPS),
            },
            uses={"brush": ("rear",)},
            carry=("middle", "rear", "back"),
            never=("offhand",),
            cell=0.0034,
        ),
        "waterbottle": Thing(
            _waterbottle,
            {"side": side(-0.02, slide=0.03), "neck": above(0.075, depth=(0.6, 0.9)), "high": side(0.03)},
            uses={"drink": ("side", "high"), "open": ("side",), "pour": ("side",), "shake": ("side", "high")},
            carry=("side", "high", "neck"),
        ),
        "wineglass": Thing(
            _wineglass,
            {
                "stem": side(-0.04, depth=(0.4, 0.8)),
                "body": side(0.05, slide=0.008),
                "above": above(0.06, depth=(0.5, 0.8)),
            },
            uses={"drink": ("stem", "body"), "toast": ("stem", "body")},
            carry=("stem", "body", "above"),
            cell=0.0034,
        ),
    }
