"""Waypoints of a held object, and what else tells one use of it from another: the types that uses are written in.

Body axes: x to the person's left, y up, z to the front.
"""

from dataclasses import dataclass, replace

from scipy.spatial.transform import Rotation

from deepgrasp.standin.array_types import Vector

BACK: Vector = (0.0, 0.25, -1.0)  # towards the face
VIEW: Vector = (-0.02, -0.16, 0.30)  # before the eyes, where one looks at a thing in the hand
AHEAD = -20.0  # yaw from how the right hand takes a thing that stands before it to straight ahead


@dataclass(frozen=True)
class Waypoint:
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


@dataclass(frozen=True)
class ObjectUse:
    """How one thing is used.

    Attributes:
        two_handed: people use the second hand too.
        either_side: it is done to either side (turning a thing over), not as drawn here only.
    """

    waypoints: tuple[Waypoint, ...]
    two_handed: bool = False
    either_side: bool = False


def twisted(waypoint: Waypoint, degrees: float) -> Waypoint:
    """The waypoint with the object turned first about the vertical in which it was picked up, as a knob is."""
    # a waypoint has angles, not a rotation, so that the entries can be read; "zxy" = roll, then pitch, then yaw
    turn = Rotation.from_euler("zxy", [waypoint.roll, waypoint.pitch, waypoint.yaw or 0.0], degrees=True)
    roll, pitch, yaw = (turn * Rotation.from_euler("y", degrees, degrees=True)).as_euler("zxy", degrees=True)
    return replace(waypoint, roll=float(roll), pitch=float(pitch), yaw=float(yaw))
