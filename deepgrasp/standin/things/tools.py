"""Tools of house and desk: bars lie along x with the working end at +x, knobs stand up."""

from deepgrasp.standin.things import shaping as sh
from deepgrasp.standin.things import solids as sd
from deepgrasp.standin.things.grips import PINCH, Grip, Thing, above, bar, side
from deepgrasp.standin.things.solids import Solid


def _doorknob() -> Solid:
    """A knob on its plate, as it is sold: loose, the plate on the table."""
    plate = sd.box((0.100, 0.046, 0.007), at=(0, 0, 0.0035), edge=0.002)
    ball = [(0.013, 0.032), (0.025, 0.037), (0.0285, 0.048), (0.025, 0.060), (0.012, 0.065), (0, 0.065)]
    knob = sd.lathe([(0, 0.003), (0.017, 0.003), (0.015, 0.010), (0.010, 0.016), (0.010, 0.026), *ball])
    # the latch shows how far the knob is turned, which a body of revolution would not
    latch = sd.box((0.008, 0.020, 0.014), at=(0.039, 0, 0.012), edge=0.003)
    return sh.moved(sh.union(plate, knob, latch, blend=0.002), (0, 0, -0.033))


def _flashlight() -> Solid:
    lamp = [(0.0145, 0.045), (0.0225, 0.06), (0.0225, 0.085), (0, 0.085)]
    upright = sd.lathe([(0, -0.085), (0.0145, -0.085), *lamp], rounding=0.002)
    # higher than on a real one, so that the mesh shows which side is up
    switch = sd.box((0.024, 0.010, 0.010), at=(0.010, 0, 0.0155), edge=0.002)
    return sh.union(sh.turned(upright, sh.ALONG_X), switch, blend=0.001)


def _hammer() -> Solid:
    handle = sd.tube([(-0.135, 0, 0), (-0.05, 0, 0), (0.12, 0, 0)], [0.0155, 0.014, 0.0095])
    head = sd.box((0.028, 0.075, 0.026), at=(0.13, -0.0175, 0), edge=0.004)
    # one end broad and one thin: a hammer has a face to strike with
    face = sd.ellipsoid((0.016, 0.016, 0.016), at=(0.13, -0.05, 0))
    peen = sd.tube([(0.13, 0.01, 0), (0.126, 0.055, 0)], [0.013, 0.006])
    return sh.centred(sh.union(handle, sh.union(head, face, peen), blend=0.004))


def _lightbulb() -> Solid:
    base = [(0, 0), (0.007, 0), (0.0115, 0.005)]
    # rings, not a thread: a body of revolution has no pitch
    screw = [(0.0115 + 0.0018 * (k % 2), 0.008 + 0.004 * k) for k in range(6)]
    glass = [(0.0155, 0.034), (0.0255, 0.055), (0.0295, 0.073), (0.0255, 0.092), (0.014, 0.102), (0, 0.105)]
    return sh.centred(sd.lathe([*base, *screw, *sd.smooth(glass)]))


def _scissors() -> Solid:
    blade = sd.plate([(-0.004, -0.007), (-0.004, 0.007), (0.060, 0.0065), (0.092, -0.002), (0.092, -0.004)], 0.005)
    # one eye larger than the other, as on most scissors: several fingers go through it
    halves = []
    for tilt, radii, at in ((7, (0.027, 0.017), (-0.066, -0.0215, 0)), (-7, (0.021, 0.016), (-0.060, 0.021, 0))):
        eye = sh.moved(sh.turned(sd.loop(radii, 0.0042), sh.about("z", tilt)), at)
        shank = sd.tube([(0, 0, 0), (at[0] + radii[0], 0.75 * at[1], 0)], [0.0075, 0.0055], flat=0.7)
        cutting = sh.turned(blade if tilt > 0 else sh.turned(blade, sh.about("x", 180)), sh.about("z", tilt))
        halves.append(sh.union(eye, shank, cutting, blend=0.002))
    return sh.centred(sh.union(*halves, sd.ellipsoid((0.005, 0.005, 0.005))))


def _stamp() -> Solid:
    block = sd.box((0.060, 0.034, 0.018), at=(0, 0, 0.009), edge=0.002)
    shaft = [(0.011, 0.016), (0.0075, 0.032), (0.0085, 0.042)]
    handle = sd.lathe([(0, 0.010), *shaft, (0.0155, 0.054), (0.0165, 0.064), (0.011, 0.074), (0, 0.077)])
    front = sd.box((0.014, 0.008, 0.010), at=(0, 0.018, 0.009), edge=0.002)  # tells how to hold it
    return sh.centred(sh.union(block, handle, front, blend=0.002))


def _stapler() -> Solid:
    foot = sd.box((0.132, 0.034, 0.010), at=(0, 0, 0.005), edge=0.003)
    arm = sh.union(
        sd.box((0.124, 0.026, 0.020), edge=0.005), sd.box((0.030, 0.030, 0.024), at=(0.050, 0, 0), edge=0.006)
    )
    hinge = sd.box((0.030, 0.032, 0.034), at=(-0.050, 0, 0.018), edge=0.006)
    anvil = sd.box((0.016, 0.020, 0.006), at=(0.052, 0, 0.011), edge=0.002)
    # open by 7 degrees: closed, its arm and foot would be one block
    lifted = sh.moved(sh.turned(arm, sh.about("y", -7)), (-0.002, 0, 0.039))
    return sh.centred(sh.union(foot, lifted, hinge, anvil, blend=0.002))


THINGS: dict[str, Thing] = {
    "doorknob": Thing(
        _doorknob,
        # on the knob alone: the plate lies flat on the table
        {"knob": above(0.012, depth=(0.4, 0.7)), "side": side(0.014, depth=(0.5, 0.8), slide=0.003)},
        uses={"use": ("knob",), "use_fun": ("knob", "side")},
        carry=("knob", "side"),
    ),
    "flashlight": Thing(
        _flashlight,
        {"rear": bar(-0.07), "front": bar(0.045), "back": bar(-0.05, thumb=-1.0, depth=(0.5, 0.7))},
        uses={"on": ("rear",)},
        carry=("rear", "front", "back"),
    ),
    "hammer": Thing(
        _hammer,
        {"rear": bar(-0.11), "neck": bar(0.04), "back": bar(-0.02, thumb=-1.0, depth=(0.6, 0.8))},
        uses={"use": ("rear",)},
        carry=("rear", "neck", "back"),
    ),
    "lightbulb": Thing(
        _lightbulb,
        {"glass": above(0.022, depth=(0.4, 0.8)), "side": side(0.018, depth=(0.3, 0.7))},
        uses={"screw": ("glass",)},
        carry=("glass", "side"),
    ),
    "scissors": Thing(
        _scissors,
        {
            "eyes": Grip((0, 0, -1), (0, 1, 0), (-0.064, 0, 0), (0.6, 0.9)),
            "shank": bar(-0.015, depth=PINCH, slide=0.006),
            # carried by its closed blades as well, as scissors are handed over
            "blades": bar(0.045, thumb=-1.0, depth=PINCH),
        },
        uses={"use": ("eyes",)},
        carry=("shank", "eyes", "blades"),
        cell=0.0029,
    ),
    "stamp": Thing(
        _stamp,
        {
            "handle": above(0.022, depth=(0.3, 0.5)),
            "side": side(0.018, depth=(0.5, 0.8), slide=0.003),
            "block": bar(0.0, -0.026, depth=PINCH, slide=0.003),
        },
        uses={"stamp": ("handle",)},
        carry=("handle", "side"),  # `block` is for a second hand that comes to help
    ),
    "stapler": Thing(
        _stapler,
        {
            "rear": bar(-0.03, 0.006, depth=(0.3, 0.6)),
            "front": bar(0.02, 0.008, depth=(0.3, 0.6)),
            "back": bar(0.0, 0.006, thumb=-1.0, depth=(0.3, 0.6)),
        },
        uses={"staple": ("rear", "front")},
        carry=("front", "back", "rear"),
    ),
}
