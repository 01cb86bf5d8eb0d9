"""What one plays with: a plane, a train, a recorder, and a hand; each lies along x with its front at +x."""

from deepgrasp.standin.things import shaping as sh
from deepgrasp.standin.things import solids as sd
from deepgrasp.standin.things.grips import PINCH, Thing, bar
from deepgrasp.standin.things.solids import Solid


def _airplane() -> Solid:
    hull = sd.tube(
        [(-0.078, 0, 0.006), (-0.03, 0, 0.0), (0.045, 0, 0.0), (0.068, 0, -0.003)], [0.0055, 0.0145, 0.0165, 0.010]
    )
    wing = sh.moved(sd.plate([(0.036, 0), (0.004, 0.086), (-0.014, 0.086), (-0.004, 0)], 0.0055), (0, 0, -0.006))
    engine = sh.turned(sd.tube([(0, 0, 0.006), (0, 0, 0.028)], 0.0068), sh.ALONG_X)
    fins = sh.moved(sd.plate([(-0.054, 0), (-0.074, 0.036), (-0.084, 0.036), (-0.080, 0)], 0.005), (0, 0, 0.006))
    wings = sh.mirrored(sh.union(wing, sh.moved(engine, (0, 0.038, -0.013)), fins), axis=1)
    # fin and rudder are 5 mm thick: plates thinner than a cell would leave holes in the mesh
    rudder = sh.turned(sd.plate([(-0.050, 0), (-0.076, 0.042), (-0.086, 0.042), (-0.080, 0)], 0.005), sh.about("x", 90))
    return sh.centred(sh.union(hull, wings, sh.moved(rudder, (0, 0, 0.006)), blend=0.003))


def _flute() -> Solid:
    """A recorder, a little short so that the longest object remains below 0.3 m."""
    bell = [(0.0125, -0.142), (0.0100, -0.118), (0.0100, -0.104), (0.0130, -0.100), (0.0130, -0.086), (0.0102, -0.082)]
    top = [(0.0112, 0.052), (0.0145, 0.056), (0.0145, 0.074), (0.0118, 0.078), (0.0115, 0.115), (0.0075, 0.142)]
    pipe = sh.turned(sd.lathe([(0, -0.142), *bell, *top, (0, 0.142)]), sh.ALONG_X)
    beak = sh.turned(sd.box((0.05, 0.04, 0.012), at=(0.004, 0, -0.006), edge=0.001), sh.about("y", -14))
    pipe = sh.cut(pipe, sh.moved(beak, (0.128, 0, -0.0045)))
    # six holes on one side only: they tell how far the pipe is rolled
    for x in (-0.062, -0.042, -0.022, -0.002, 0.018, 0.038):
        pipe = sh.cut(pipe, sd.ellipsoid((0.0045, 0.0045, 0.005), at=(x, 0, 0.0115)))
    return sh.cut(pipe, sd.box((0.010, 0.011, 0.008), at=(0.096, 0, 0.0125), edge=0.001))


def _hand() -> Solid:
    palm = sd.box((0.072, 0.074, 0.026), at=(-0.020, 0, 0), edge=0.011)
    wrist = sh.moved(sd.flattened(0.034, (0.026, 0.017), (0.029, 0.014)), (-0.066, 0, 0))
    parts = [palm, wrist]
    for y, length, radius in (
        (-0.028, 0.054, 0.0088),
        (-0.0095, 0.062, 0.009),
        (0.0095, 0.056, 0.0087),
        (0.028, 0.042, 0.0076),
    ):
        knuckle, tip = (0.006, 0.95 * y, 0.001), (0.014 + length, 1.22 * y, -0.006)
        parts.append(sd.tube([knuckle, (0.012 + 0.55 * length, 1.12 * y, 0.003), tip], [radius, radius, 0.85 * radius]))
    thumb = [(-0.036, -0.028, -0.002), (-0.012, -0.054, -0.006), (0.012, -0.066, -0.008)]
    return sh.centred(sh.union(*parts, sd.tube(thumb, [0.013, 0.0105, 0.0085]), blend=0.005))


def _train() -> Solid:
    frame = sd.box((0.128, 0.038, 0.014), at=(0, 0, -0.018), edge=0.003)
    boiler = sh.turned(sd.lathe([(0, -0.03), (0.0185, -0.03), (0.0185, 0.056), (0.014, 0.062), (0, 0.062)]), sh.ALONG_X)
    cab = sd.box((0.040, 0.042, 0.048), at=(-0.042, 0, 0.010), edge=0.002)
    roof = sd.box((0.052, 0.050, 0.006), at=(-0.042, 0, 0.037), edge=0.002)
    funnel = sh.moved(sd.lathe([(0, 0), (0.0065, 0), (0.0065, 0.024), (0.0105, 0.034), (0, 0.034)]), (0.044, 0, 0.014))
    dome = sd.ellipsoid((0.009, 0.009, 0.010), at=(0.012, 0, 0.020))
    wheel = sh.turned(sd.lathe([(0, 0.018), (0.013, 0.018), (0.013, 0.025), (0, 0.025)]), sh.ALONG_Y)
    wheels = sh.mirrored(sh.union(*(sh.moved(wheel, (x, 0, -0.026)) for x in (-0.042, -0.004, 0.036))), axis=1)
    plough = sd.plate([(0.058, -0.018), (0.076, 0), (0.058, 0.018)], 0.014, edge=0.002)
    windows = sd.box((0.018, 0.06, 0.014), at=(-0.042, 0, 0.022))
    engine = sh.union(frame, boiler, cab, roof, funnel, dome, wheels, sh.moved(plough, (0, 0, -0.026)), blend=0.002)
    return sh.centred(sh.cut(engine, sh.cut(windows, sd.box((0.03, 0.034, 0.03), at=(-0.042, 0, 0.022)))))


THINGS: dict[str, Thing] = {
    "airplane": Thing(
        _airplane,
        # between the wings' roots and at the tail, from above; both are thin, so finger tips do it
        {"hull": bar(0.004, -0.008, depth=(0.6, 0.9)), "tail": bar(-0.045, -0.006, depth=PINCH)},
        uses={"fly": ("hull", "tail")},
        carry=("hull", "tail"),
        cell=0.0036,
    ),
    "flute": Thing(
        _flute,
        {
            # where hands play: the right one at the lower holes, the left one at the upper
            "lower": bar(-0.05, depth=(0.6, 0.8)),
            "upper": bar(0.035, depth=(0.6, 0.8)),
            "middle": bar(-0.01, thumb=-1.0, depth=(0.6, 0.8)),
        },
        uses={"play": ("lower",)},
        carry=("middle", "upper", "lower"),
        second=("upper",),
        cell=0.0036,
    ),
    "hand": Thing(
        _hand,
        # a handshake takes the palm; a wrist is held to look at the hand
        {"wrist": bar(-0.066, depth=(0.3, 0.6)), "palm": bar(-0.015, depth=(0.3, 0.6), slide=0.006)},
        uses={"inspect": ("wrist", "palm"), "shake": ("palm",)},
        carry=("palm", "wrist"),
    ),
    "train": Thing(
        _train,
        {
            "boiler": bar(0.018, 0.0, depth=(0.4, 0.7), slide=0.004),
            "cab": bar(-0.042, 0.010, depth=(0.3, 0.6), slide=0.004),
        },
        uses={"play": ("cab", "boiler")},
        carry=("boiler", "cab"),
    ),
}
