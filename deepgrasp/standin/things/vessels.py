"""What one drinks and pours from: upright, each with its handle to the right where it has one."""

from collections.abc import Sequence

import numpy as np

from deepgrasp.standin.things import shaping as sh
from deepgrasp.standin.things import solids as sd
from deepgrasp.standin.things.grips import PINCH, Grip, Thing, above, right, side
from deepgrasp.standin.things.solids import Solid

AWAY = (-150.0, -120.0, -90.0)  # yaws at which a hand comes from the other side than the handle


def _bowl() -> Solid:
    # 6 mm thick: a thinner wall has no room for the mesh's two sides, cells being 4 mm wide
    arc = np.radians(np.linspace(15, 90, 8))
    outer = [(0.074 * np.sin(a), 0.060 * (1 - np.cos(a))) for a in arc]
    inner = [(0.068 * np.sin(a), 0.007 + 0.053 * (1 - np.cos(a))) for a in arc[::-1]]
    return sh.centred(sd.lathe([(0.0, 0.0), *outer, *inner, (0.0, 0.008)]))


def _beaker(foot: float, rim: float, height: float, wall: float = 0.0055) -> Solid:
    inner = [(rim - wall, height), (foot - wall, wall), (0.0, wall)]
    return sd.lathe([(0.0, 0.0), (foot, 0.0), (rim, height), *inner])


def _handled(beaker: Solid, ends: Sequence[tuple[float, float]], out: float, thick: float) -> Solid:
    """A vessel with a handle at +x: an arc that stands ``out`` between two (x, z) places on the wall."""
    (x0, z0), (x1, z1) = ends
    # its ends lie in the wall and are thinner there, so that they hardly show on the inside
    angle = np.radians(np.linspace(-80, 80, 9))
    foot, half = min(x0, x1) + 0.3 * out, (z1 - z0) / 2
    arc = np.stack([foot + 0.7 * out * np.cos(angle), 0 * angle, z0 + half * (1 + np.sin(angle))], -1)
    points = [(x0, 0, z0), *arc.tolist(), (x1, 0, z1)]
    return sh.centred(sh.union(beaker, sd.tube(points, [0.6 * thick, *[thick] * len(arc), 0.6 * thick]), blend=0.003))


def _cup() -> Solid:
    return _handled(_beaker(0.028, 0.039, 0.078), ((0.0315, 0.020), (0.0365, 0.060)), 0.031, 0.0045)


def _mug() -> Solid:
    return _handled(_beaker(0.041, 0.041, 0.096), ((0.0385, 0.020), (0.0385, 0.076)), 0.036, 0.0065)


def _teapot() -> Solid:
    belly = [(0.038, 0.0), (0.052, 0.016), (0.056, 0.040), (0.050, 0.064), (0.034, 0.080)]
    lid = [(0.032, 0.086), (0.010, 0.093), (0.006, 0.097), (0.010, 0.104), (0.007, 0.110)]
    pot = sd.lathe([(0.0, 0.0), *sd.smooth(belly), *lid, (0.0, 0.111)])
    # opposite to the handle: what is poured goes to the left of a right hand
    spout = sd.tube(
        [(-0.044, 0, 0.024), (-0.070, 0, 0.040), (-0.082, 0, 0.070), (-0.096, 0, 0.086)], [0.015, 0.0105, 0.008, 0.0062]
    )
    return _handled(sh.union(pot, spout, blend=0.006), ((0.050, 0.020), (0.048, 0.068)), 0.043, 0.0062)


def _waterbottle() -> Solid:
    neck = [(0.024, 0.165), (0.0135, 0.178), (0.0135, 0.205), (0, 0.205)]
    body = sd.lathe([(0, 0), (0.031, 0), (0.033, 0.006), (0.033, 0.13), *neck], rounding=0.002)
    tab = sd.box((0.018, 0.012, 0.007), at=(0.019, 0, 0.199), edge=0.002)  # opens the cap, and shows its turn
    return sh.centred(sh.union(body, tab, blend=0.002))


def _wineglass() -> Solid:
    # hollow to just above the stem; walls of 4.5 mm, which is why its cells are 3.4 mm
    foot = [(0, 0), (0.034, 0), (0.034, 0.003), (0.0035, 0.012)]
    outer = [(0.0035, 0.085), (0.020, 0.095), (0.034, 0.125), (0.034, 0.150), (0.029, 0.185)]
    inner = [(0.0245, 0.185), (0.0295, 0.150), (0.0295, 0.127), (0.017, 0.101), (0, 0.097)]
    return sh.centred(sd.lathe([(0.0, 0.0), *foot[1:], *outer, *inner]))


def _aside(at: float = 0.0) -> Grip:
    """A grip round the body at a height, away from the handle."""
    grip = side(at)
    return Grip(grip.approach, grip.thumb, grip.at, grip.depth, AWAY, grip.slide)


THINGS: dict[str, Thing] = {
    "bowl": Thing(
        _bowl,
        {
            # the edge is the only part that finger tips can pinch, and it is the same all round
            "rim": Grip((0, 0.75, -0.66), (1, 0, 0), (0, -0.064, 0.014), PINCH, None, 0.01),
            "side": side(0.005, depth=(0.0, 0.2), slide=0.006),
        },
        uses={"drink": ("side", "rim")},
        carry=("rim", "side"),
    ),
    "cup": Thing(
        _cup,
        {"side": _aside(), "handle": right(0.045, depth=(0.5, 0.75)), "above": above(0.02, depth=(0.4, 0.7))},
        uses={"drink": ("handle", "side"), "pour": ("side", "handle")},
        carry=("side", "handle", "above"),
    ),
    "mug": Thing(
        _mug,
        {
            "handle": right(0.053, depth=(0.35, 0.6), slide=0.008),
            "side": _aside(0.004),
            "above": above(0.025, depth=(0.3, 0.6)),
        },
        # twice as often by the handle: that is what it is for
        uses={"drink": ("handle", "handle", "side"), "toast": ("handle", "side")},
        carry=("side", "handle", "above"),
    ),
    "teapot": Thing(
        _teapot,
        {"handle": right(0.086, -0.008, depth=(0.3, 0.5)), "lid": above(0.038, depth=PINCH)},
        uses={"pour": ("handle",)},
        carry=("handle", "lid"),
    ),
    "waterbottle": Thing(
        _waterbottle,
        # a tall bottle is taken anywhere along 6 cm
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
