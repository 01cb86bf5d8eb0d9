"""What one wears on head and wrist, and what one brushes one's teeth with."""

from deepgrasp.standin.things import shaping as sh
from deepgrasp.standin.things import solids as sd
from deepgrasp.standin.things.grips import PINCH, Grip, Thing, bar, for_other_hand, right
from deepgrasp.standin.things.solids import Solid

# Glasses and headphones have x to the wearer's right and y to the front, as on the head.


def _eyeglasses() -> Solid:
    rim = sh.moved(sh.turned(sd.loop((0.027, 0.021), 0.0031), sh.about("x", 90)), (0.037, 0.066, 0))
    # a thin closed lens: without it the frame would have holes for fingers
    lens = sd.ellipsoid((0.027, 0.003, 0.021), at=(0.037, 0.066, 0))
    temple = sd.tube(
        [(0.062, 0.066, 0.009), (0.069, 0.060, 0.010), (0.071, -0.040, 0.009), (0.069, -0.070, -0.014)],
        [0.0032, 0.0036, 0.003, 0.0036],
    )
    bridge = sd.tube([(0, 0.068, 0.008), (0.012, 0.066, 0.004)], 0.003)
    return sh.mirrored(sh.union(rim, lens, temple, bridge, blend=0.002))


def _headphones() -> Solid:
    # 150 degrees are left open for the head; arms and cups go on from there
    band = sh.moved(sd.strip(0.086, 0.022, 0.007, gap=150), (0, 0, -0.002))
    cup = sh.turned(
        sd.lathe([(0, -0.012), (0.026, -0.012), (0.034, -0.006), (0.034, 0.010), (0.024, 0.015), (0, 0.015)]),
        sh.ALONG_X,
    )
    arm = sd.tube([(0.083, 0, -0.022), (0.092, 0, -0.032), (0.092, 0, -0.05)], 0.0055)
    sides = sh.mirrored(sh.union(sh.moved(cup, (0.086, 0, -0.058)), arm, blend=0.003))
    cord = sd.tube([(-0.088, 0, -0.088), (-0.088, 0.006, -0.104)], 0.0035)  # at the left ear
    pad = sd.ellipsoid((0.040, 0.012, 0.006), at=(0, 0, 0.079))
    return sh.centred(sh.union(band, sides, cord, pad, blend=0.003))


def _watch() -> Solid:
    """A watch whose band is open below; twelve o'clock is at +x."""
    band = sd.strip(0.031, 0.020, 0.0050, gap=70, edge=0.002)
    case = sd.lathe([(0, 0.026), (0.0195, 0.026), (0.0205, 0.030), (0.0205, 0.036), (0.0165, 0.039), (0, 0.039)])
    glass = sd.lathe([(0, 0.0375), (0.014, 0.0375), (0.014, 0.05), (0, 0.05)])
    # hands stand on a sunk dial, as on the alarm clock; crown and buckle tell one side of the band from the other
    hands = sh.union(
        sd.tube([(0, 0, 0.0375), (0.011, 0, 0.0375)], 0.0022), sd.tube([(0, 0, 0.0375), (0, 0.007, 0.0375)], 0.0022)
    )
    crown = sd.tube([(0, -0.020, 0.033), (0, -0.025, 0.033)], 0.0034)
    buckle = sd.box((0.007, 0.026, 0.010), at=(0.020, 0, -0.026), edge=0.002)
    return sh.centred(sh.union(band, sh.cut(case, glass), hands, crown, buckle, blend=0.001))


def _toothbrush() -> Solid:
    stem = sd.tube([(-0.09, 0, 0), (-0.03, 0, 0.002), (0.03, 0, 0), (0.085, 0, 0)], [0.0055, 0.0075, 0.0042, 0.0045])
    return sh.centred(sh.union(stem, sd.box((0.026, 0.010, 0.014), at=(0.078, 0, 0.009), edge=0.002), blend=0.002))


def _toothpaste() -> Solid:
    """A tube, flat where it is folded, with its cap at +x."""
    body = sd.flattened(0.116, (0.027, 0.0035), (0.021, 0.019))
    fold = sd.box((0.012, 0.054, 0.006), at=(-0.058, 0, 0), edge=0.002)
    cap = sd.lathe(
        [(0, 0.056), (0.019, 0.056), (0.013, 0.062), (0.013, 0.066), (0.0145, 0.066), (0.0125, 0.086), (0, 0.086)]
    )
    lip = sd.box((0.010, 0.010, 0.007), at=(0.080, 0, 0.0135), edge=0.002)  # opens the cap, and shows its turn
    return sh.centred(sh.union(body, fold, sh.turned(cap, sh.ALONG_X), lip, blend=0.003))


THINGS: dict[str, Thing] = {
    "eyeglasses": Thing(
        _eyeglasses,
        {
            # at the temples near the hinges, as glasses are put on with both hands; never on the lenses
            "right": Grip((-1, 0, -0.3), (0, -1, 0.5), (0.070, 0.040, 0.009), PINCH),
            "left": Grip((1, 0, -0.3), (0, -1, 0.5), (-0.070, 0.040, 0.009), PINCH),
            "frame": Grip((0, 0, -1), (-1, 0, 0), (0.02, 0.066, 0.01), PINCH, slide=0.01),
        },
        uses={"clean": ("right", "frame"), "wear": ("right",)},
        carry=("frame", "right"),
        second=("left",),
        cell=0.0030,
    ),
    "headphones": Thing(
        _headphones,
        {
            # by the cups, where they are when they are put on
            "right": right(0.092, -0.050, depth=(0.1, 0.4)),
            "left": for_other_hand(right(0.092, -0.050, depth=(0.1, 0.4))),
            "band": Grip((0, 0, -1), (-1, 0, 0), (0, 0, 0.092), (0.5, 0.8)),
        },
        uses={"use": ("right",)},
        carry=("band", "right"),
        second=("left",),
        cell=0.0036,
    ),
    "toothbrush": Thing(
        _toothbrush,
        {
            "rear": bar(-0.05, depth=(0.5, 0.8)),
            "middle": bar(0.0, depth=PINCH),
            "back": bar(-0.02, thumb=-1.0, depth=PINCH),
        },
        uses={"brush": ("rear",)},
        carry=("middle", "rear", "back"),
        cell=0.0034,
    ),
    "toothpaste": Thing(
        _toothpaste,
        {
            "middle": bar(0.0, depth=(0.3, 0.6)),
            "front": bar(0.035, thumb=-1.0, depth=(0.3, 0.6)),
            "fold": bar(-0.045, depth=PINCH),
        },
        uses={"squeeze": ("middle",)},
        carry=("middle", "front", "fold"),
    ),
    "watch": Thing(
        _watch,
        {
            "band": bar(0.0, 0.014, depth=PINCH, slide=0.004),
            "low": right(0.030, -0.006, depth=PINCH),
            "face": Grip((0, 0, -1), (0, 1, 0), (0, 0, 0.022), PINCH),
        },
        uses={"set": ("low", "band")},
        carry=("band", "face", "low"),
        cell=0.0027,  # the finest detail of all objects: clock hands 4.4 mm wide
    ),
}
