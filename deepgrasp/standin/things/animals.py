"""Figures of animals, each with its head at +x and standing on the table."""

from deepgrasp.standin.things import shaping as sh
from deepgrasp.standin.things import solids as sd
from deepgrasp.standin.things.grips import PINCH, Grip, Thing, bar
from deepgrasp.standin.things.solids import Solid


def _legs(front: float, rear: float, apart: float, *, thick: float, low: float) -> Solid:
    """Four legs, from the trunk down to z = ``low``."""
    # a flat foot under each leg: on round ends the figure would stand on four points
    pair = [sd.tube([(x, apart, 0.0), (x, apart, low + thick)], thick) for x in (front, rear)]
    feet = [sd.box((2 * thick, 2 * thick, 0.01), at=(x, apart, low + 0.005), edge=0.004) for x in (front, rear)]
    return sh.mirrored(sh.union(*pair, *feet), axis=1)


def _duck() -> Solid:
    body = sh.union(
        sd.ellipsoid((0.044, 0.034, 0.028)), sd.tube([(-0.030, 0, 0.008), (-0.052, 0, 0.027)], [0.018, 0.005])
    )
    wing = sh.turned(sd.ellipsoid((0.026, 0.007, 0.014), at=(-0.006, 0.032, 0.006)), sh.about("y", 12))
    head = sd.ellipsoid((0.024, 0.024, 0.024), at=(0.024, 0, 0.044))
    bill = sd.ellipsoid((0.017, 0.013, 0.005), at=(0.050, 0, 0.039))
    eyes = sh.mirrored(sd.ellipsoid((0.004, 0.004, 0.004), at=(0.040, 0.016, 0.051)), axis=1)
    flat = sd.box((0.2, 0.2, 0.02), at=(0, 0, -0.035))  # a foot to stand on
    return sh.centred(sh.cut(sh.union(body, sh.mirrored(wing, axis=1), head, bill, eyes, blend=0.004), flat))


def _elephant() -> Solid:
    body = sd.ellipsoid((0.046, 0.032, 0.033), at=(-0.012, 0, 0.004))
    head = sd.ellipsoid((0.025, 0.023, 0.026), at=(0.038, 0, 0.020))
    ear = sh.turned(sd.ellipsoid((0.024, 0.0045, 0.026)), sh.about("z", 115))
    # half drawn and mirrored in y, as all figures here: what is seen from both sides is the same
    ears = sh.mirrored(sh.moved(ear, (0.026, 0.036, 0.020)), axis=1)
    trunk = sd.tube(
        [(0.056, 0, 0.014), (0.070, 0, -0.004), (0.074, 0, -0.026), (0.084, 0, -0.036), (0.094, 0, -0.031)],
        [0.013, 0.0095, 0.0075, 0.0065, 0.0055],
    )
    tusks = sh.mirrored(sd.tube([(0.052, 0.012, 0.004), (0.074, 0.015, -0.004)], [0.004, 0.003]), axis=1)
    tail = sd.tube([(-0.054, 0, 0.014), (-0.066, 0, -0.010)], 0.003)
    legs = _legs(0.020, -0.038, 0.018, thick=0.0115, low=-0.050)
    return sh.centred(sh.union(body, head, ears, trunk, tusks, tail, legs, blend=0.004))


def _stanfordbunny() -> Solid:
    """A rabbit that sits as the Stanford bunny does; not that scan, whose mesh belongs to others."""
    body = sh.union(
        sd.ellipsoid((0.040, 0.032, 0.034), at=(-0.008, 0, 0.0)),
        sd.ellipsoid((0.022, 0.024, 0.032), at=(0.020, 0, 0.004)),
    )
    # parts overlap by several millimetres and creases are blended: touching parts would leave gaps thinner than a cell
    haunches = sh.mirrored(sd.ellipsoid((0.026, 0.013, 0.023), at=(-0.016, 0.026, -0.010)), axis=1)
    feet = sh.mirrored(sd.tube([(-0.012, 0.026, -0.031), (0.022, 0.024, -0.032)], 0.006), axis=1)
    paws = sh.mirrored(sd.tube([(0.026, 0.012, -0.010), (0.036, 0.012, -0.033)], 0.0065), axis=1)
    head = sh.union(
        sd.ellipsoid((0.024, 0.020, 0.021), at=(0.034, 0, 0.042)),
        sd.ellipsoid((0.012, 0.012, 0.011), at=(0.052, 0, 0.036)),
    )
    ears = sh.mirrored(
        sd.tube([(0.026, 0.010, 0.056), (0.010, 0.017, 0.084), (-0.010, 0.021, 0.098)], [0.006, 0.0085, 0.0045]), axis=1
    )
    tail = sd.ellipsoid((0.012, 0.012, 0.012), at=(-0.048, 0, -0.014))
    return sh.centred(sh.union(body, haunches, feet, paws, head, ears, tail, blend=0.004))


def _piggybank() -> Solid:
    body = sd.ellipsoid((0.052, 0.038, 0.038))
    snout = sh.turned(sd.lathe([(0, 0.044), (0.016, 0.044), (0.0145, 0.062), (0, 0.062)]), sh.ALONG_X)
    ear = sd.tube([(0.028, 0.018, 0.028), (0.040, 0.026, 0.046)], [0.011, 0.004])
    tail = sh.moved(sd.ring(0.007, 0.0028, axis=1), (-0.055, 0, 0.008))
    legs = _legs(0.026, -0.026, 0.020, thick=0.010, low=-0.046)
    pig = sh.union(body, snout, sh.mirrored(ear, axis=1), tail, legs, blend=0.004)
    # the slot for coins is cut after the blend, which would close it again
    nostrils = sh.mirrored(sd.ellipsoid((0.005, 0.0035, 0.004), at=(0.064, 0.006, 0)), axis=1)
    return sh.centred(sh.cut(sh.cut(pig, sd.box((0.030, 0.0065, 0.020), at=(-0.004, 0, 0.040))), nostrils))


THINGS: dict[str, Thing] = {
    "duck": Thing(
        _duck,
        # behind the head, which the hand would not pass; the head itself is small enough for finger tips
        {"back": bar(-0.022, -0.012, depth=(0.3, 0.6)), "head": bar(0.022, 0.026, depth=(0.5, 0.9), slide=0.004)},
        uses={"inspect": ("back", "head")},
        carry=("back", "head"),
    ),
    "elephant": Thing(
        _elephant,
        {
            "back": bar(-0.022, 0.006, depth=(0.5, 0.7)),
            # thumb to the rear: trunk and tusks are in the way of a thumb at the front
            "rump": bar(-0.030, 0.006, thumb=-1.0, depth=(0.2, 0.5)),
        },
        uses={"inspect": ("back", "rump")},
        carry=("back", "rump"),
    ),
    "piggybank": Thing(
        _piggybank,
        {"back": bar(-0.004, 0.004, depth=(0.2, 0.5)), "rear": bar(-0.02, 0.004, thumb=-1.0, depth=(0.2, 0.5))},
        uses={"use": ("back",)},
        carry=("back", "rear"),
    ),
    "stanfordbunny": Thing(
        _stanfordbunny,
        {
            "back": bar(-0.015, -0.022, depth=(0.2, 0.5)),
            "behind": Grip((1, 0, 0), (0, 0, 1), (-0.012, 0, -0.030), (0.4, 0.7)),
            # ears bend backwards over x = 0, where a hand from above meets them
            "ears": bar(0.0, 0.045, depth=PINCH, slide=0.003),
        },
        uses={"inspect": ("back", "behind")},
        carry=("back", "ears", "behind"),
    ),
}
