"""Objects and their grips: the two types that the catalogue of objects is written in."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from deepgrasp.standin.array_types import Vector
from deepgrasp.standin.things.solids import Solid

DepthRange = tuple[float, float]

# a square thing offers its four sides; one that is round is taken at any angle
QUARTERS = (0.0, 90.0, 180.0, 270.0)
PINCH: DepthRange = (0.75, 1.0)  # depth of a pinch


@dataclass(frozen=True)
class Grip:
    """One way to take hold, in the object's coordinates.

    Attributes:
        approach: direction from the palm into the object.
        thumb: direction in which the thumb side of the hand points.
        at: the point that comes to lie in the hand (m).
        depth: range of 0 = against the palm (power grasp) to 1 = at the finger tips (pinch).
        yaw: turns about z (degrees) that give an equally good grip; None = any angle.
        slide: half-range along the thumb direction (m) within which hands are laid.
    """

    approach: Vector
    thumb: Vector
    at: Vector = (0.0, 0.0, 0.0)
    depth: DepthRange = (0.0, 0.3)
    yaw: tuple[float, ...] | None = (0.0,)
    slide: float = 0.005


@dataclass(frozen=True)
class Thing:
    """One object: its solid as it lies on a table (z up, m), its grips, and which of them serve what.

    Attributes:
        uses: grips for each use that GRAB's file names know for the object (a grip named twice is twice as likely).
        carry: grips for lift, pass and offhand.
        second: grips for a hand that helps in a use; none named = any that is free.
        cell: coarsest mesh cell that its thinnest part allows, m.
    """

    solid: Callable[[], Solid]
    grips: dict[str, Grip]
    uses: dict[str, tuple[str, ...]]
    carry: tuple[str, ...]
    second: tuple[str, ...] = ()
    cell: float = 0.004


def side(at: float = 0.0, *, depth: DepthRange = (0.0, 0.3), slide: float = 0.01) -> Grip:
    """A grip round an upright body of revolution at height ``at``, thumb up."""
    # y stands for any horizontal direction: the yaw is free
    return Grip((0, 1, 0), (0, 0, 1), (0, 0, at), depth, None, slide)


def low(*, depth: DepthRange, yaw: tuple[float, ...] | None = None) -> Grip:
    """A grip from the side and from above, for what is too low for a whole hand beside it."""
    # 53 degrees downwards, the thumb at right angles to that: both are unit vectors
    return Grip((0, 0.6, -0.8), (0.6, 0.64, 0.48), (0, 0, 0), depth, yaw, 0.003)


def above(at: float = 0.0, *, depth: DepthRange = (0.4, 0.9), yaw: tuple[float, ...] | None = None) -> Grip:
    """A grip from above at height ``at``, fingers on one side and thumb on the other."""
    return Grip((0, 0, -1), (1, 0, 0), (0, 0, at), depth, yaw, 0.006)


def bar(x: float, z: float = 0.0, *, thumb: float = 1.0, depth: DepthRange = (0.0, 0.2), slide: float = 0.015) -> Grip:
    """A grip from above around a bar that lies along x, at ``x``, thumb towards +x (or, with -1, towards -x)."""
    # one yaw alone: working ends are at +x, and a hand that is turned round would use the other end
    return Grip((0, 0, -1), (thumb, 0, 0), (x, 0, z), depth, (0.0,), slide)


def right(x: float, z: float = 0.0, *, y: float = 0.0, depth: DepthRange = (0.1, 0.4), slide: float = 0.006) -> Grip:
    """A grip round the right-hand end, at ``x``, of a thing that is held before oneself, y to the front; thumb up."""
    return Grip((-1, 0, 0), (0, 0, 1), (x, y, z), depth, (0.0,), slide)


def for_other_hand(grip: Grip) -> Grip:
    """A grip mirrored in x for the other hand, on the other side of a thing that is symmetric in x."""
    # mirrored in x, thumb and all: a right hand's thumb at the right-hand end is a left hand's at the left one
    (ax, ay, az), (tx, ty, tz), (x, y, z) = grip.approach, grip.thumb, grip.at
    return replace(grip, approach=(-ax, ay, az), thumb=(-tx, ty, tz), at=(-x, y, z))
