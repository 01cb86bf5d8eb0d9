"""Waypoints of the held object for each use. A new use is one entry of ``OBJECT_USES``."""

from deepgrasp.standin.acting import strokes
from deepgrasp.standin.acting.waypoints import AHEAD, BACK, VIEW, ObjectUse, Waypoint

# Places are metres from a part of the body, so that they fit tall and short people alike. What goes to the mouth gives
# its tip: a mug and a banana then both arrive with their end, whatever their size.
OBJECT_USES: dict[str | tuple[str, str], ObjectUse] = {
    "browse": ObjectUse(
        (
            # lower than for a photograph, which is taken at the height of the eyes
            Waypoint("eyes", (-0.02, -0.20, 0.27), pitch=-25, hold=0.5),
            Waypoint("eyes", (0, -0.22, 0.25), pitch=-35, roll=8, share=0.6, hold=0.5),
        ),
        two_handed=True,
    ),
    "brush": ObjectUse(strokes.brush()),
    "call": ObjectUse(
        (
            # most of the time at the ear, nearly still: a call is told by where the phone is
            Waypoint("ear", (-0.035, -0.02, 0.02), pitch=-55, yaw=10, roll=75, hold=1.6),
            Waypoint("ear", (-0.04, -0.03, 0.02), pitch=-50, yaw=15, roll=70, share=0.5),
        )
    ),
    "chop": ObjectUse(strokes.chop()),
    "clean": ObjectUse(strokes.clean(), two_handed=True),
    "cook": ObjectUse(strokes.cook()),
    "drink": ObjectUse(
        (
            Waypoint("mouth", (0, -0.015, 0.012), pitch=-8, yaw=45, tip=BACK),
            # the rim comes first and the tilt after it, or what is inside would be spilt on the way
            Waypoint("mouth", (0, -0.005, 0.004), pitch=-50, yaw=45, tip=BACK, share=0.6, hold=0.8),
            Waypoint("mouth", (-0.02, -0.06, 0.08), pitch=-10, yaw=40, tip=BACK, share=0.6),
        )
    ),
    "eat": ObjectUse(
        (
            Waypoint("mouth", (0, 0, 0.008), pitch=-20, yaw=50, tip=BACK, hold=0.35),
            # two bites: down a little between them, as one chews
            Waypoint("mouth", (-0.02, -0.05, 0.09), pitch=-10, yaw=40, tip=BACK, share=0.5, hold=0.2),
            Waypoint("mouth", (0, 0, 0.008), pitch=-22, yaw=50, tip=BACK, share=0.5, hold=0.35),
        )
    ),
    "fly": ObjectUse(
        (
            # it rolls from side to side as it flies; a thing that is carried or passed stays about level
            Waypoint("chest", (-0.18, 0.10, 0.30), roll=10),
            Waypoint("chest", (-0.04, 0.26, 0.34), pitch=-12, roll=25, share=0.7),
            Waypoint("chest", (0.12, 0.22, 0.32), pitch=10, roll=-22, share=0.7),
            Waypoint("chest", (-0.02, 0.08, 0.38), pitch=14, yaw=-25, roll=-5, share=0.8),
        )
    ),
    "inspect": ObjectUse(
        (
            # one place and three orientations: turning a thing over is what tells this from a lift
            Waypoint("eyes", VIEW, hold=0.2),
            Waypoint("eyes", VIEW, pitch=-25, yaw=25, roll=35, share=0.7, hold=0.2),
            Waypoint("eyes", VIEW, pitch=15, yaw=20, roll=-30, share=0.8, hold=0.2),
        ),
        either_side=True,
    ),
    "on": ObjectUse(
        (
            Waypoint("chest", (-0.10, 0.02, 0.30), pitch=-12, yaw=-5, hold=0.5),
            # the beam is swept from side to side once the light is on
            Waypoint("chest", (-0.06, 0.02, 0.32), pitch=-10, yaw=22, share=0.6),
            Waypoint("chest", (-0.14, 0.03, 0.32), pitch=-14, yaw=-18, share=0.7),
        )
    ),
    "open": ObjectUse(strokes.open_cap(), two_handed=True),
    "peel": ObjectUse(strokes.peel(), two_handed=True),
    "pour": ObjectUse(
        (
            Waypoint("chest", (-0.04, 0.0, 0.30), yaw=20),
            # to the left, the side away from the handle, where a spout is
            Waypoint("chest", (0.0, 0.03, 0.30), yaw=20, roll=-75, share=0.8, hold=0.9),
            Waypoint("chest", (-0.04, 0.0, 0.28), yaw=15, share=0.7),
        )
    ),
    "screw": ObjectUse(strokes.screw()),
    "see": ObjectUse(
        (
            Waypoint("eyes", (-0.02, -0.12, 0.32), pitch=-10, yaw=AHEAD, hold=0.7),
            Waypoint("eyes", (-0.01, -0.10, 0.24), pitch=-14, yaw=AHEAD, share=0.5, hold=0.6),
        )
    ),
    "set": ObjectUse(
        (
            Waypoint("eyes", (-0.01, -0.20, 0.26), pitch=-18, yaw=10, hold=0.7),
            Waypoint("eyes", (0, -0.19, 0.25), pitch=-24, yaw=14, roll=8, share=0.5, hold=0.6),
            Waypoint("eyes", (-0.01, -0.20, 0.25), pitch=-18, yaw=8, roll=-4, share=0.5, hold=0.4),
        ),
        two_handed=True,
    ),
    "shake": ObjectUse(strokes.shake()),
    "squeeze": ObjectUse(strokes.squeeze(), two_handed=True),
    "stamp": ObjectUse(strokes.stamp()),
    "staple": ObjectUse(strokes.staple()),
    "takepicture": ObjectUse(
        (
            Waypoint("eyes", (-0.02, -0.04, 0.20), yaw=-15, hold=0.9),
            Waypoint("eyes", (-0.01, -0.03, 0.19), pitch=-3, yaw=-12, share=0.4, hold=0.5),
        ),
        two_handed=True,
    ),
    "toast": ObjectUse(
        (
            Waypoint("eyes", (-0.04, -0.20, 0.33), hold=0.3),
            # held out to someone, then drunk from: so it overlaps with a pass and with drinking
            Waypoint("eyes", (0.02, -0.17, 0.42), roll=-8, share=0.5, hold=0.2),
            Waypoint("mouth", (0, -0.02, 0.03), pitch=-18, yaw=45, tip=BACK, share=0.8, hold=0.2),
        )
    ),
    # GRAB has one such take, of the doorknob: a thing that is waved about
    "use_fun": ObjectUse(
        (
            Waypoint("eyes", (-0.12, -0.12, 0.34), roll=35, hold=0.1),
            Waypoint("eyes", (0.04, -0.06, 0.36), yaw=10, roll=-40, share=0.6),
            Waypoint("eyes", (-0.14, -0.04, 0.34), roll=40, share=0.6),
            Waypoint("eyes", (0.02, -0.14, 0.34), yaw=10, roll=-30, share=0.6),
        )
    ),
    "wear": ObjectUse(
        (
            Waypoint("eyes", (0, 0.01, 0.12), yaw=AHEAD),
            Waypoint("eyes", (0, -0.005, -0.04), yaw=AHEAD, share=0.7, hold=0.9),
            Waypoint("eyes", (0, 0.01, 0.10), yaw=AHEAD, share=0.6),
        ),
        two_handed=True,
    ),
    ("binoculars", "see"): ObjectUse(
        (
            Waypoint("eyes", (0, -0.01, 0.10), yaw=AHEAD, hold=0.9),
            Waypoint("eyes", (0, 0, 0.095), yaw=AHEAD + 12, share=0.6, hold=0.5),
            Waypoint("eyes", (0, 0, 0.095), pitch=-4, yaw=AHEAD - 8, share=0.6, hold=0.3),
        ),
        two_handed=True,
    ),
    ("doorknob", "use"): ObjectUse(strokes.knob()),
    ("flute", "play"): ObjectUse(
        tuple(
            Waypoint("mouth", (0, -0.005, 0.008), pitch=p, yaw=-10, roll=65, tip=(0, 0.9, -0.5), share=s, hold=0.4)
            for p, s in ((-25, 1.0), (-32, 0.3), (-24, 0.3), (-34, 0.3))
        ),
        two_handed=True,
    ),
    ("gamecontroller", "play"): ObjectUse(
        tuple(
            Waypoint("chest", (x, -0.02, 0.25), pitch=p, yaw=AHEAD, roll=r, share=s, hold=0.3)
            for x, p, r, s in ((0, -20, 0, 1.0), (0.03, -26, -14, 0.3), (-0.03, -14, 12, 0.3), (0.02, -22, -8, 0.3))
        ),
        two_handed=True,
    ),
    ("hammer", "use"): ObjectUse(strokes.hammer()),
    ("hand", "shake"): ObjectUse(strokes.handshake()),
    ("headphones", "use"): ObjectUse(
        (
            # over the head first, then down on it: straight to the ears the band would go through the face
            Waypoint("eyes", (0, 0.15, 0.0), yaw=AHEAD),
            Waypoint("eyes", (0, 0.05, -0.085), yaw=AHEAD, share=0.7, hold=1.0),
            Waypoint("eyes", (0, 0.14, -0.02), yaw=AHEAD, share=0.6),
        ),
        two_handed=True,
    ),
    ("mouse", "use"): ObjectUse(strokes.mouse()),
    ("piggybank", "use"): ObjectUse(strokes.piggybank()),
    ("scissors", "use"): ObjectUse(strokes.scissors()),
    ("train", "play"): ObjectUse(
        tuple(
            # on the table all the time: a train runs
            Waypoint("start", (x, 0.0, z), yaw=yaw, share=0.6)
            for x, z, yaw in ((0.06, 0.02, 0), (0.20, 0.06, -8), (-0.04, 0.05, 6), (0.14, 0.01, 10))
        )
    ),
}
"""By action; where that differs from object to object, by object and action."""


def use_of(thing: str, action: str) -> ObjectUse:
    """How an object is used: in its own way, or as all things with which that is done."""
    return OBJECT_USES.get((thing, action)) or OBJECT_USES[action]
