"""Devices that are held before oneself: x is the right, y the front, z up."""

from deepgrasp.standin.things import shaping as sh
from deepgrasp.standin.things import solids as sd
from deepgrasp.standin.things.grips import PINCH, Grip, Thing, above, for_other_hand, right
from deepgrasp.standin.things.solids import Solid

HALF_TURNS = (0.0, 180.0)
FORWARD = (180.0,)  # yaw at which a hand from above points along +y


def _alarmclock() -> Solid:
    rim = [(0, -0.022), (0.044, -0.022), (0.044, -0.012), (0.041, -0.010), (0.041, 0.020), (0, 0.020)]
    case = sh.turned(sd.lathe(rim), sh.ALONG_Y)
    # the dial is sunk by 3.5 mm and its hands stand on it: on a flat dial the mesh could not show the time
    face = sh.turned(sd.lathe([(0, -0.03), (0.037, -0.03), (0.037, -0.0185), (0, -0.0185)]), sh.ALONG_Y)
    hands = sh.union(
        sd.tube([(0, -0.019, 0), (0.017, -0.019, 0.010)], 0.0032),
        sd.tube([(0, -0.019, 0), (-0.011, -0.019, 0.026)], 0.0028),
    )
    bell = sh.turned(sd.ellipsoid((0.018, 0.016, 0.012), at=(0, 0, 0.053)), sh.about("y", 34))
    foot = sd.tube([(0.020, 0, -0.032), (0.032, 0, -0.052)], [0.007, 0.0055])
    hammer = sd.tube([(0, 0, 0.04), (0, 0, 0.058)], [0.003, 0.0045])
    key = sd.box((0.018, 0.012, 0.006), at=(0, 0.024, 0), edge=0.002)
    case = sh.union(sh.cut(case, face), hands, sh.mirrored(sh.union(bell, foot)), hammer, key, blend=0.002)
    return sh.centred(case)


def _binoculars() -> Solid:
    eye = [(0, -0.056), (0.017, -0.056), (0.0155, -0.036), (0.021, -0.026)]
    front = [(0.021, 0.012), (0.0265, 0.030), (0.0265, 0.054), (0.022, 0.054), (0.022, 0.047), (0, 0.047)]
    # one half and its mirror image, 7 cm from tube to tube, a little more than from eye to eye
    barrel = sh.moved(sh.turned(sd.lathe([*eye, *front]), sh.ALONG_Y), (0.035, 0, 0))
    bridge = sd.box((0.050, 0.038, 0.014), at=(0, 0.0, 0.006), edge=0.004)
    wheel = sh.moved(
        sh.turned(sd.lathe([(0, -0.018), (0.010, -0.018), (0.010, 0.006), (0, 0.006)]), sh.ALONG_Y), (0, 0, 0.010)
    )
    return sh.centred(sh.union(sh.mirrored(barrel), bridge, wheel, blend=0.003))


def _camera() -> Solid:
    lens = sh.turned(sd.lathe([(0, 0), (0.030, 0), (0.028, 0.042), (0, 0.042)]), sh.ALONG_Y)
    # the finder is on the top, so that a camera upside down is told from one the right way up
    finder = sd.box((0.04, 0.03, 0.02), at=(0, 0, 0.042), edge=0.004)
    return sh.centred(sh.union(sd.box((0.118, 0.040, 0.074), edge=0.006), finder, lens, blend=0.003))


def _gamecontroller() -> Solid:
    body = sd.box((0.104, 0.056, 0.034), at=(0, 0.008, 0), edge=0.014)
    grip = sd.tube([(0.052, 0.006, 0.0), (0.062, -0.022, -0.004), (0.066, -0.046, -0.010)], [0.025, 0.019, 0.0145])
    stick = sh.moved(
        sd.lathe([(0, 0), (0.005, 0), (0.005, 0.008), (0.0085, 0.009), (0.0085, 0.012), (0, 0.012)]),
        (0.024, -0.008, 0.014),
    )
    trigger = sd.box((0.026, 0.014, 0.016), at=(0.044, 0.034, 0.002), edge=0.004)
    cross = sh.union(
        *(
            sd.box(size, at=(-0.052, 0.012, 0.026), edge=0.001)
            for size in ((0.020, 0.007, 0.008), (0.007, 0.020, 0.008))
        )
    )
    # cross to the left and buttons to the right: without them the two ends would be the same
    spots = ((0.043, 0.012), (0.061, 0.012), (0.052, 0.003), (0.052, 0.021))
    buttons = sh.union(*(sd.ellipsoid((0.004, 0.004, 0.004), at=(x, y, 0.026)) for x, y in spots))
    shell = sh.union(body, sh.mirrored(sh.union(grip, trigger)), blend=0.006)
    return sh.centred(sh.union(shell, sh.mirrored(stick), cross, buttons, blend=0.001))


def _mouse() -> Solid:
    dome = sd.ellipsoid((0.044, 0.074, 0.037), at=(0, -0.006, -0.014))
    back = sh.common(dome, sd.box((0.061, 0.108, 0.052), at=(0, 0, 0.014), edge=0.020))
    split = sd.box((0.003, 0.06, 0.03), at=(0, 0.045, 0.022), edge=0.001)
    wheel = sd.ring(0.006, 0.0035, at=(0, 0.026, 0.018), axis=0)
    # a stub of its cord shows the front; a whole one would be a string, which no rigid body is
    cord = sd.tube([(0, 0.050, -0.006), (0.003, 0.062, -0.008), (0.002, 0.074, -0.009)], 0.003)
    return sh.moved(sh.union(sh.cut(back, split), wheel, cord, blend=0.001), (0, 0, -0.005))


def _phone() -> Solid:
    """A phone with its screen below: the side with the camera comes to lie in the palm."""
    return sh.union(sd.box((0.148, 0.072, 0.009), edge=0.004), sd.box((0.026, 0.024, 0.007), at=(0.056, 0.020, 0.004)))


THINGS: dict[str, Thing] = {
    "alarmclock": Thing(
        _alarmclock,
        {
            # its bells are above; hands hold the case below them, left and right alike
            "right": right(0.040, -0.006, depth=(0.1, 0.4)),
            "left": for_other_hand(right(0.040, -0.006, depth=(0.1, 0.4))),
            "above": above(0.028, depth=(0.4, 0.7), yaw=FORWARD),
        },
        uses={"see": ("right", "above")},
        carry=("right", "above"),
        second=("left",),
    ),
    "binoculars": Thing(
        _binoculars,
        {
            "right": Grip((-1, 0, -0.2), (0, -0.8, 0.6), (0.040, 0.0, 0.0), (0.1, 0.4)),
            "left": Grip((1, 0, -0.2), (0, -0.8, 0.6), (-0.040, 0.0, 0.0), (0.1, 0.4)),
            # one tube from above: the bridge between both is too deep down for a palm
            "bridge": Grip((0, 0, -1), (0, 1, 0), (0.035, 0, 0), (0.3, 0.6)),
        },
        uses={"see": ("right",)},
        carry=("right", "bridge"),
        second=("left",),
    ),
    "camera": Thing(
        _camera,
        {
            "right": right(0.056, depth=(0.15, 0.5)),
            "left": for_other_hand(right(0.056, depth=(0.15, 0.5))),
            "above": above(0.02, depth=(0.3, 0.6), yaw=HALF_TURNS),
        },
        uses={"browse": ("right",), "takepicture": ("right",)},
        carry=("right", "above"),
        second=("left",),
    ),
    "gamecontroller": Thing(
        _gamecontroller,
        {
            # fingers round the horn (0.6 to 0.9), thumbs left free for the sticks
            "right": right(0.064, y=-0.005, depth=(0.6, 0.9)),
            "left": for_other_hand(right(0.064, y=-0.005, depth=(0.6, 0.9))),
            "above": above(0.0, depth=(0.4, 0.7), yaw=FORWARD),
        },
        uses={"play": ("right",)},
        carry=("right", "above"),
        second=("left",),
    ),
    "mouse": Thing(
        _mouse,
        {
            # as a mouse is used: palm on its back, thumb on its left side
            "back": Grip((0, 0, -1), (-1, 0, 0), (0, -0.006, -0.004), (0.4, 0.7)),
            "across": Grip((0, 0, -1), (0, 1, 0), (0, 0, -0.004), (0.4, 0.7)),
        },
        uses={"use": ("back",)},
        carry=("back", "across"),
    ),
    "phone": Thing(
        _phone,
        {
            # from above on the long edges: a thing 9 mm thick offers a hand nothing beside it on a table
            "flat": Grip((0, 0, -1), (1, 0, 0), (0, 0, 0), (0.3, 0.7), HALF_TURNS, 0.02),
            "end": Grip((0, 0, -1), (0, 1, 0), (0.045, 0, 0), PINCH, HALF_TURNS, 0.01),
        },
        uses={"call": ("flat",)},
        carry=("flat", "end"),
    ),
}
