"""Uses made of one stroke that is done again and again: to chop, to hammer, to stamp, to stir the mouse."""

from dataclasses import replace

from deepgrasp.standin.acting.waypoints import AHEAD, Waypoint, twisted
from deepgrasp.standin.array_types import Vector

# A share of 1 takes up to about 0.7 to 1 s. The shares of 0.2 to 0.4 below are two to three strokes a second,
# about as fast as people brush, chop or shake. Heights below zero are no mistakes: the table stops the object there.
Waypoints = tuple[Waypoint, ...]


def brush() -> Waypoints:
    """Waypoints for brushing teeth: the brush at the mouth, in short strokes."""
    teeth: Vector = (0.6, 0, -0.8)
    # first one side of the teeth, then the other; on each the brush rolls on by 4 degrees a stroke
    strokes = [(dx, 4 * k) for dx in (-0.045, 0.015) for k in (1, 2, 3)]
    there = Waypoint("mouth", (-0.02, 0, 0.03), yaw=50, tip=teeth)
    return there, *(Waypoint("mouth", (dx, 0, 0.02), yaw=50, roll=r, tip=teeth, share=0.22) for dx, r in strokes)


def chop() -> Waypoints:
    """Waypoints for chopping: a knife goes up and down on what lies to the left."""
    # each cut lies 1 cm beside the last one; the tip of the blade is up (-14 degrees) while it is raised
    strokes = [(k, h, p) for k in range(4) for h, p in ((0.035, 6), (0.10, -14))]
    above = Waypoint("start", (0.05, 0.12, 0.03), pitch=-14)
    return above, *(Waypoint("start", (0.05 + 0.01 * k, h, 0.02), pitch=p, share=0.25) for k, h, p in strokes)


def clean() -> Waypoints:
    """Waypoints for cleaning glasses: held in both hands and rubbed."""
    there = Waypoint("chest", (-0.02, -0.02, 0.25), pitch=25, yaw=AHEAD, hold=0.2)
    # after the first hold there are no more: rubbing does not pause
    rubs = [(dx, r) for dx, r in ((0.012, 8), (-0.012, -8)) * 3]
    return there, *(replace(there, offset=(-0.02 + dx, -0.02, 0.25), roll=r, share=0.2, hold=0.0) for dx, r in rubs)


def cook() -> Waypoints:
    """Waypoints for cooking: a pan shaken to and fro, with one throw."""
    # z to and fro by 7 cm; one throw in the middle and a catch after it, else this would be a pan that is carried
    shakes = ((0.03, 0), (0.10, 0), (0.03, 0), (0.11, 16), (0.04, -4), (0.10, 0))
    over = Waypoint("start", (0.04, 0.08, 0.05), yaw=-45, hold=0.25)
    return over, *(replace(over, offset=(0.04, 0.08, z), roll=r, share=0.3, hold=0.0) for z, r in shakes)


def hammer() -> Waypoints:
    """Waypoints for hammering: the handle raised, thumb up, then swung down."""
    # a hammer falls faster (0.35) than it is raised (0.6)
    blows = ((0.07, 55, 0.35), (0.20, -5, 0.6)) * 3
    raised = Waypoint("start", (0.02, 0.22, -0.02), pitch=-10, roll=75)
    return raised, *(Waypoint("start", (0.02, h, 0.06), pitch=p, roll=75, share=s) for h, p, s in blows)


def handshake() -> Waypoints:
    """Waypoints for a handshake with the toy hand: up and down."""
    there = Waypoint("chest", (-0.06, -0.04, 0.34), roll=65)
    beats = (0.0, -0.07) * 3  # m down: the hand stays where it is otherwise
    return there, *(replace(there, offset=(-0.06, h, 0.34), share=0.25) for h in beats)


def knob() -> Waypoints:
    """Waypoints for a doorknob: held as if in a door, and turned to and fro."""
    there = Waypoint("chest", (-0.10, 0.02, 0.32), pitch=-45, yaw=0)
    # 65 degrees at most from side to side: a forearm turns so far without the shoulder's help
    return there, *(replace(twisted(there, t), share=0.5, hold=0.2) for t in (40, -25, 35))


def mouse() -> Waypoints:
    """Waypoints for a computer mouse: pushed about on the table, with rests."""
    # always at height 0: a mouse that leaves the table would be a lift
    way = ((0.05, 0.02, -6), (-0.03, 0.05, 5), (0.02, -0.02, 0), (0.06, 0.06, -8), (-0.01, 0.02, 3))
    return tuple(Waypoint("start", (x, 0.0, z), yaw=yaw, share=0.5, hold=0.2) for x, z, yaw in way)


def open_cap() -> Waypoints:
    """Waypoints for opening a bottle: twisted while the other hand holds its cap."""
    place: Vector = (-0.03, -0.03, 0.26)
    # to and fro about one place, so that the second hand on the cap is reachable all the time
    twists = [Waypoint("chest", place, pitch=-6, yaw=20 + y, share=0.35, hold=0.1) for y in (22, -8, 22)]
    return Waypoint("chest", place, pitch=-6, yaw=20), *twists


def peel() -> Waypoints:
    """Waypoints for peeling: both hands pull apart what they hold."""
    pulls = [(0.05, 1), (0.0, -1), (0.05, 1), (0.0, 0)]
    place = Waypoint("chest", (-0.05, -0.02, 0.24), pitch=-25, yaw=35, hold=0.2)
    return place, *(
        Waypoint("chest", (-0.05 - d, -0.02, 0.24), pitch=-25, yaw=35 + 12 * s, roll=10 * s, share=0.4)
        for d, s in pulls
    )


def piggybank() -> Waypoints:
    """Waypoints for a piggy bank: turned on its back and shaken, so that the coins fall out."""
    over = Waypoint("chest", (-0.10, 0.10, 0.30), roll=105)
    # rolled beyond 90 degrees, or the slot would not be below; shaking swings it further
    beats = ((0.05, 120), (0.12, 100)) * 3
    return over, *(replace(over, offset=(-0.10, h, 0.30), roll=r, share=0.22) for h, r in beats)


def scissors() -> Waypoints:
    """Waypoints for cutting with scissors: blades to the front, thumb up, onwards through a sheet."""
    # blades do not open, the object is rigid: the wrist's roll and 1.5 cm onwards per cut stand for cutting
    cuts = [(k, r) for k in range(4) for r in (75, 60)]
    there = Waypoint("chest", (-0.08, -0.06, 0.28), roll=65)
    return there, *(replace(there, offset=(-0.08, -0.06, 0.29 + 0.015 * k), roll=r, share=0.22) for k, r in cuts)


def screw() -> Waypoints:
    """Waypoints for screwing in a light bulb: one turn of the wrist after the other."""
    # 55 degrees a turn, about what the wrist has; the bulb sinks by half a centimetre each time
    turns = [(k, y) for k in range(3) for y in (35, -20)]
    there = Waypoint("chest", (-0.10, 0.06, 0.32), yaw=-20)
    return there, *(replace(there, offset=(-0.10, 0.06 - 0.005 * k, 0.32), yaw=y, share=0.35) for k, y in turns)


def shake() -> Waypoints:
    """Waypoints for shaking a bottle: up and down, to mix what is in it."""
    beats = ((0.12, -12), (0.02, 8)) * 4
    there = Waypoint("chest", (-0.12, 0.05, 0.26))
    return there, *(Waypoint("chest", (-0.12, h, 0.26), pitch=p, share=0.2) for h, p in beats)


def squeeze() -> Waypoints:
    """Waypoints for squeezing a tube: held with the cap down to the left, pressed with both hands."""
    there = Waypoint("chest", (-0.02, 0.0, 0.27), roll=-35, hold=0.3)
    # a rigid tube cannot be seen to give way: it tilts and sinks a little at each press
    presses = ((0.01, -45), (0.0, -38), (0.012, -46))
    return there, *(replace(there, offset=(-0.02, -h, 0.27), roll=r, share=0.4, hold=0.25) for h, r in presses)


def stamp() -> Waypoints:
    """Waypoints for stamping: pressed on the pad, lifted, and pressed on the paper."""
    # the pad lies apart from the paper, and the stamp rests only on the table
    prints = ((-0.04, 0.02), (0.08, 0.05), (0.05, 0.06))
    beats = [(x, h, z) for x, z in prints for h in (0.09, -0.01)]
    return tuple(Waypoint("start", (x, h, z), yaw=0, share=0.5, hold=0.0 if h > 0 else 0.2) for x, h, z in beats)


def staple() -> Waypoints:
    """Waypoints for stapling: pressed down on the table again and again."""
    beats = [(x, h) for x in (0.02, 0.03, 0.02) for h in (0.02, -0.01)]
    return tuple(Waypoint("start", (x, h, 0.05), yaw=0, share=0.4, hold=0.0 if h > 0 else 0.25) for x, h in beats)
