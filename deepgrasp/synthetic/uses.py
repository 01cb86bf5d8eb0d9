"""What one does with things, use by use: the stations of the held object. A new use is one entry of ``USES``.

Body axes: x to the person's left, y up, z to the front.
"""

from dataclasses import dataclass

Vector = tuple[float, float, float]

BACK: Vector = (0.0, 0.25, -1.0)  # towards the face
VIEW: Vector = (-0.02, -0.16, 0.30)  # before the eyes, where one looks at a thing in the hand


@dataclass(frozen=True)
class Station:
    """A place on the way of the held object.

    Attributes:
        anchor: what the place is relative to: ``start`` (where the object stood) or a part of the body.
        offset: from the anchor (m).
        pitch, yaw, roll: orientation relative to that at the pick-up, degrees about x, y, z of the body (roll first);
            yaw None = as the forearm's heading turns it.
        tip: bring the object's farthest point in this direction to the place, not its middle.
        share, hold: relative time to get there and to stay there.
    """

    anchor: str
    offset: Vector = (0.0, 0.0, 0.0)
    pitch: float = 0.0
    yaw: float | None = None
    roll: float = 0.0
    tip: Vector | None = None
    share: float = 1.0
    hold: float = 0.0


def _brush() -> tuple[Station, ...]:
    teeth: Vector = (0.6, 0, -0.8)
    strokes = [(dx, 4 * k) for dx in (-0.045, 0.015) for k in (1, 2, 3)]
    there = Station("mouth", (-0.02, 0, 0.03), yaw=50, tip=teeth)
    return there, *(Station("mouth", (dx, 0, 0.02), yaw=50, roll=r, tip=teeth, share=0.22) for dx, r in strokes)


def _chop() -> tuple[Station, ...]:
    strokes = [(k, h, p) for k in range(4) for h, p in ((0.035, 6), (0.10, -14))]
    above = Station("start", (0.05, 0.12, 0.03), pitch=-14)
    return above, *(Station("start", (0.05 + 0.01 * k, h, 0.02), pitch=p, share=0.25) for k, h, p in strokes)


def _hammer() -> tuple[Station, ...]:
    blows = ((0.055, 4, 0.35), (0.20, -35, 0.6)) * 3
    raised = Station("start", (0.02, 0.22, -0.03), pitch=-40)
    return raised, *(Station("start", (0.03, h, 0.05), pitch=p, share=s) for h, p, s in blows)


def _open() -> tuple[Station, ...]:
    place: Vector = (-0.03, -0.03, 0.26)
    twists = [Station("chest", place, pitch=-6, yaw=20 + y, share=0.35, hold=0.1) for y in (22, -8, 22)]
    return Station("chest", place, pitch=-6, yaw=20), *twists


def _peel() -> tuple[Station, ...]:
    pulls = [(0.05, 1), (0.0, -1), (0.05, 1), (0.0, 0)]
    place = Station("chest", (-0.05, -0.02, 0.24), pitch=-25, yaw=35, hold=0.2)
    return place, *(
        Station("chest", (-0.05 - d, -0.02, 0.24), pitch=-25, yaw=35 + 12 * s, roll=10 * s, share=0.4) for d, s in pulls
    )


def _shake() -> tuple[Station, ...]:
    beats = ((0.12, -12), (0.02, 8)) * 4
    there = Station("chest", (-0.12, 0.05, 0.26))
    return there, *(Station("chest", (-0.12, h, 0.26), pitch=p, share=0.2) for h, p in beats)


USES: dict[str, tuple[Station, ...]] = {
    "browse": (
        Station("eyes", (-0.02, -0.20, 0.27), pitch=-25, hold=0.5),
        Station("eyes", (0, -0.22, 0.25), pitch=-35, roll=8, share=0.6, hold=0.5),
    ),
    "brush": _brush(),
    "call": (
        Station("ear", (-0.035, -0.02, 0.02), pitch=-55, yaw=10, roll=75, hold=1.6),
        Station("ear", (-0.04, -0.03, 0.02), pitch=-50, yaw=15, roll=70, share=0.5),
    ),
    "chop": _chop(),
    "drink": (
        Station("mouth", (0, -0.015, 0.012), pitch=-8, yaw=45, tip=BACK),
        Station("mouth", (0, -0.005, 0.004), pitch=-50, yaw=45, tip=BACK, share=0.6, hold=0.8),
        Station("mouth", (-0.02, -0.06, 0.08), pitch=-10, yaw=40, tip=BACK, share=0.6),
    ),
    "eat": (
        Station("mouth", (0, 0, 0.008), pitch=-20, yaw=50, tip=BACK, hold=0.35),
        Station("mouth", (-0.02, -0.05, 0.09), pitch=-10, yaw=40, tip=BACK, share=0.5, hold=0.2),
        Station("mouth", (0, 0, 0.008), pitch=-22, yaw=50, tip=BACK, share=0.5, hold=0.35),
    ),
    "inspect": (
        Station("eyes", VIEW, hold=0.2),
        Station("eyes", VIEW, pitch=-25, yaw=25, roll=35, share=0.7, hold=0.2),
        Station("eyes", VIEW, pitch=15, yaw=20, roll=-30, share=0.8, hold=0.2),
    ),
    "on": (
        Station("chest", (-0.10, 0.02, 0.30), pitch=-12, yaw=-5, hold=0.5),
        Station("chest", (-0.06, 0.02, 0.32), pitch=-10, yaw=22, share=0.6),
        Station("chest", (-0.14, 0.03, 0.32), pitch=-14, yaw=-18, share=0.7),
    ),
    "open": _open(),
    "peel": _peel(),
    "pour": (
        Station("chest", (-0.04, 0.0, 0.30), yaw=20),
        Station("chest", (0.0, 0.03, 0.30), yaw=20, roll=-75, share=0.8, hold=0.9),
        Station("chest", (-0.04, 0.0, 0.28), yaw=15, share=0.7),
    ),
    "shake": _shake(),
    "takepicture": (
        Station("eyes", (-0.02, -0.04, 0.20), yaw=10, hold=0.9),
        Station("eyes", (-0.01, -0.03, 0.19), pitch=-3, yaw=12, share=0.4, hold=0.5),
    ),
    "toast": (
        Station("eyes", (-0.04, -0.20, 0.33), hold=0.3),
        Station("eyes", (0.02, -0.17, 0.42), roll=-8, share=0.5, hold=0.2),
        Station("mouth", (0, -0.02, 0.03), pitch=-18, yaw=45, tip=BACK, share=0.8, hold=0.2),
    ),
    "use": _hammer(),
}
TWO_HANDED = ("open", "peel", "takepicture")  # uses that need the second hand
EITHER_WAY = ("inspect",)  # plain turning over goes to either side
