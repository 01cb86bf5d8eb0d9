"""What one does with things, use by use: the way of the held object. A new use is one entry of ``WAYS``."""

from deepgrasp.standin.acting import strokes
from deepgrasp.standin.acting.waypoints import AHEAD, BACK, VIEW, Station, Way

WAYS: dict[str | tuple[str, str], Way] = {
    "browse": Way(
        (
            Station("eyes", (-0.02, -0.20, 0.27), pitch=-25, hold=0.5),
            Station("eyes", (0, -0.22, 0.25), pitch=-35, roll=8, share=0.6, hold=0.5),
        ),
        two_handed=True,
    ),
    "brush": Way(strokes.brush()),
    "call": Way(
        (
            Station("ear", (-0.035, -0.02, 0.02), pitch=-55, yaw=10, roll=75, hold=1.6),
            Station("ear", (-0.04, -0.03, 0.02), pitch=-50, yaw=15, roll=70, share=0.5),
        )
    ),
    "chop": Way(strokes.chop()),
    "clean": Way(strokes.clean(), two_handed=True),
    "cook": Way(strokes.cook()),
    "drink": Way(
        (
            Station("mouth", (0, -0.015, 0.012), pitch=-8, yaw=45, tip=BACK),
            Station("mouth", (0, -0.005, 0.004), pitch=-50, yaw=45, tip=BACK, share=0.6, hold=0.8),
            Station("mouth", (-0.02, -0.06, 0.08), pitch=-10, yaw=40, tip=BACK, share=0.6),
        )
    ),
    "eat": Way(
        (
            Station("mouth", (0, 0, 0.008), pitch=-20, yaw=50, tip=BACK, hold=0.35),
            Station("mouth", (-0.02, -0.05, 0.09), pitch=-10, yaw=40, tip=BACK, share=0.5, hold=0.2),
            Station("mouth", (0, 0, 0.008), pitch=-22, yaw=50, tip=BACK, share=0.5, hold=0.35),
        )
    ),
    "fly": Way(
        (
            Station("chest", (-0.18, 0.10, 0.30), roll=10),
            Station("chest", (-0.04, 0.26, 0.34), pitch=-12, roll=25, share=0.7),
            Station("chest", (0.12, 0.22, 0.32), pitch=10, roll=-22, share=0.7),
            Station("chest", (-0.02, 0.08, 0.38), pitch=14, yaw=-25, roll=-5, share=0.8),
        )
    ),
    "inspect": Way(
        (
            Station("eyes", VIEW, hold=0.2),
            Station("eyes", VIEW, pitch=-25, yaw=25, roll=35, share=0.7, hold=0.2),
            Station("eyes", VIEW, pitch=15, yaw=20, roll=-30, share=0.8, hold=0.2),
        ),
        either_side=True,
    ),
    "on": Way(
        (
            Station("chest", (-0.10, 0.02, 0.30), pitch=-12, yaw=-5, hold=0.5),
            Station("chest", (-0.06, 0.02, 0.32), pitch=-10, yaw=22, share=0.6),
            Station("chest", (-0.14, 0.03, 0.32), pitch=-14, yaw=-18, share=0.7),
        )
    ),
    "open": Way(strokes.open_cap(), two_handed=True),
    "peel": Way(strokes.peel(), two_handed=True),
    "pour": Way(
        (
            Station("chest", (-0.04, 0.0, 0.30), yaw=20),
            Station("chest", (0.0, 0.03, 0.30), yaw=20, roll=-75, share=0.8, hold=0.9),
            Station("chest", (-0.04, 0.0, 0.28), yaw=15, share=0.7),
        )
    ),
    "screw": Way(strokes.screw()),
    "see": Way(
        (
            Station("eyes", (-0.02, -0.12, 0.32), pitch=-10, yaw=AHEAD, hold=0.7),
            Station("eyes", (-0.01, -0.10, 0.24), pitch=-14, yaw=AHEAD, share=0.5, hold=0.6),
        )
    ),
    "set": Way(
        (
            Station("eyes", (-0.01, -0.20, 0.26), pitch=-18, yaw=10, hold=0.7),
            Station("eyes", (0, -0.19, 0.25), pitch=-24, yaw=14, roll=8, share=0.5, hold=0.6),
            Station("eyes", (-0.01, -0.20, 0.25), pitch=-18, yaw=8, roll=-4, share=0.5, hold=0.4),
        ),
        two_handed=True,
    ),
    "shake": Way(strokes.shake()),
    "squeeze": Way(strokes.squeeze(), two_handed=True),
    "stamp": Way(strokes.stamp()),
    "staple": Way(strokes.staple()),
    "takepicture": Way(
        (
            Station("eyes", (-0.02, -0.04, 0.20), yaw=-15, hold=0.9),
            Station("eyes", (-0.01, -0.03, 0.19), pitch=-3, yaw=-12, share=0.4, hold=0.5),
        ),
        two_handed=True,
    ),
    "toast": Way(
        (
            Station("eyes", (-0.04, -0.20, 0.33), hold=0.3),
            Station("eyes", (0.02, -0.17, 0.42), roll=-8, share=0.5, hold=0.2),
            Station("mouth", (0, -0.02, 0.03), pitch=-18, yaw=45, tip=BACK, share=0.8, hold=0.2),
        )
    ),
    "use_fun": Way(
        (
            Station("eyes", (-0.12, -0.12, 0.34), roll=35, hold=0.1),
            Station("eyes", (0.04, -0.06, 0.36), yaw=10, roll=-40, share=0.6),
            Station("eyes", (-0.14, -0.04, 0.34), roll=40, share=0.6),
            Station("eyes", (0.02, -0.14, 0.34), yaw=10, roll=-30, share=0.6),
        )
    ),
    "wear": Way(
        (
            Station("eyes", (0, 0.01, 0.12), yaw=AHEAD),
            Station("eyes", (0, -0.005, -0.04), yaw=AHEAD, share=0.7, hold=0.9),
            Station("eyes", (0, 0.01, 0.10), yaw=AHEAD, share=0.6),
        ),
        two_handed=True,
    ),
    ("binoculars", "see"): Way(
        (
            Station("eyes", (0, -0.01, 0.10), yaw=AHEAD, hold=0.9),
            Station("eyes", (0, 0, 0.095), yaw=AHEAD + 12, share=0.6, hold=0.5),
            Station("eyes", (0, 0, 0.095), pitch=-4, yaw=AHEAD - 8, share=0.6, hold=0.3),
        ),
        two_handed=True,
    ),
    ("doorknob", "use"): Way(strokes.knob()),
    ("flute", "play"): Way(
        tuple(
            Station("mouth", (0, -0.005, 0.008), pitch=p, yaw=-10, roll=65, tip=(0, 0.9, -0.5), share=s, hold=0.4)
            for p, s in ((-25, 1.0), (-32, 0.3), (-24, 0.3), (-34, 0.3))
        ),
        two_handed=True,
    ),
    ("gamecontroller", "play"): Way(
        tuple(
            Station("chest", (x, -0.02, 0.25), pitch=p, yaw=AHEAD, roll=r, share=s, hold=0.3)
            for x, p, r, s in ((0, -20, 0, 1.0), (0.03, -26, -14, 0.3), (-0.03, -14, 12, 0.3), (0.02, -22, -8, 0.3))
        ),
        two_handed=True,
    ),
    ("hammer", "use"): Way(strokes.hammer()),
    ("hand", "shake"): Way(strokes.handshake()),
    ("headphones", "use"): Way(
        (
            Station("eyes", (0, 0.15, 0.0), yaw=AHEAD),
            Station("eyes", (0, 0.05, -0.085), yaw=AHEAD, share=0.7, hold=1.0),
            Station("eyes", (0, 0.14, -0.02), yaw=AHEAD, share=0.6),
        ),
        two_handed=True,
    ),
    ("mouse", "use"): Way(strokes.mouse()),
    ("piggybank", "use"): Way(strokes.piggybank()),
    ("scissors", "use"): Way(strokes.scissors()),
    ("train", "play"): Way(
        tuple(
            Station("start", (x, 0.0, z), yaw=yaw, share=0.6)
            for x, z, yaw in ((0.06, 0.02, 0), (0.20, 0.06, -8), (-0.04, 0.05, 6), (0.14, 0.01, 10))
        )
    ),
}
"""By action; where that differs from object to object, by object and action."""


def way(thing: str, action: str) -> Way:
    """How an object is used: in its own way, or as all things with which that is done."""
    return WAYS.get((thing, action)) or WAYS[action]
