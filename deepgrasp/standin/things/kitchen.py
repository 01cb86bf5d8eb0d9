"""Food, and what one prepares it with: bars lie along x, what is to be used at +x."""

import numpy as np

from deepgrasp.standin.things import shaping as sh
from deepgrasp.standin.things import solids as sd
from deepgrasp.standin.things.grips import Thing, above, bar, side
from deepgrasp.standin.things.solids import Solid


def _apple() -> Solid:
    right = [(0.010, 0.064), (0.022, 0.066), (0.034, 0.056), (0.037, 0.040), (0.033, 0.020), (0.020, 0.004)]
    flesh = sd.lathe([(0.0, 0.058), *sd.smooth(right), (0.008, 0.0), (0.0, 0.005)], rounding=0.002)
    # stem and leaf: a body of revolution has no front, its orientation could not be told
    leaf = sh.turned(sd.ellipsoid((0.014, 0.007, 0.0026), at=(0.013, 0, 0)), sh.about("y", -15))
    stem = sh.union(sd.tube([(0, 0, 0.056), (0.003, 0, 0.076)], 0.0028), sh.moved(leaf, (0.002, 0, 0.071)))
    return sh.centred(sh.union(flesh, stem, blend=0.003))


def _banana() -> Solid:
    angle = np.radians(np.linspace(-52, 52, 12))
    # an arc of 104 degrees about 10.5 cm, in the plane of the table, as a banana lies
    points = np.stack([0.105 * np.sin(angle), 0.105 * np.cos(angle) - 0.09, 0 * angle], -1)
    radii = [0.007, 0.009, 0.014, 0.0165, 0.0175, 0.018, 0.018, 0.0175, 0.0165, 0.014, 0.008, 0.006]
    stem = (points[-1] + (0.010, -0.017, 0)).tolist()
    return sh.centred(sd.tube([*points.tolist(), stem], [*radii, 0.0055]))


def _fryingpan() -> Solid:
    dish = sd.lathe([(0, 0), (0.054, 0), (0.073, 0.032), (0.068, 0.032), (0.051, 0.0055), (0, 0.0055)])
    # the handle begins in the wall of the dish, so that the blend has something to blend with, and rises to the hand
    handle = sd.tube(
        [(0.002, 0, 0.026), (-0.045, 0, 0.034), (-0.10, 0, 0.037), (-0.145, 0, 0.036)],
        [0.006, 0.008, 0.0105, 0.0095],
        flat=0.8,
    )
    return sh.centred(sh.union(sh.moved(dish, (0.072, 0, 0)), handle, blend=0.004))


def _knife() -> Solid:
    # a thick round body cuts the blade's back to a point; 4.5 mm is thicker than a blade, but a mesh cell is 3.6 mm
    back = sd.tube([(0.19, 0.042, 0), (0.11, 0.052, 0)], 0.036)
    blade = sh.cut(sd.box((0.16, 0.030, 0.0045), at=(0.085, 0.0, 0), edge=0.002), back)
    return sh.centred(sh.union(sd.tube([(-0.105, 0, 0), (0.0, 0, 0)], [0.012, 0.0105], flat=0.75), blade, blend=0.003))


THINGS: dict[str, Thing] = {
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
            "other": bar(0.04, thumb=-1.0, depth=(0.6, 0.8)),
        },
        uses={"eat": ("end", "middle"), "peel": ("end", "middle")},
        carry=("middle", "other", "end"),
    ),
    "fryingpan": Thing(
        _fryingpan,
        # heavy things are also held near the dish, deep in the palm
        {"rear": bar(-0.115, 0.015, depth=(0.5, 0.8)), "near": bar(-0.075, 0.015, depth=(0.0, 0.3))},
        uses={"cook": ("rear", "near")},
        carry=("near", "rear"),
    ),
    "knife": Thing(
        _knife,
        {
            # all grips on the handle: nobody is asked to hold a blade
            "rear": bar(-0.075, depth=(0.6, 0.8)),
            "back": bar(-0.06, thumb=-1.0, depth=(0.5, 0.7)),
            "tip": bar(-0.03, depth=(0.6, 0.9)),
        },
        uses={"chop": ("rear",), "peel": ("rear", "tip")},
        carry=("rear", "back", "tip"),
        cell=0.0036,
    ),
}
