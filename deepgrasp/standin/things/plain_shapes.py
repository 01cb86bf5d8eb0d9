"""GRAB's plain shapes: cube, cylinder, pyramid, sphere and torus, each small, medium and large."""

from collections.abc import Callable
from functools import partial

from deepgrasp.standin.things import solids as sd
from deepgrasp.standin.things.grips import QUARTERS, DepthRange, Grip, Thing, above, low, side
from deepgrasp.standin.things.solids import Solid

PLAIN_SIZES = {  # m: edge of the cube and of the pyramid's base, diameter of the others
    "small": {"cube": 0.042, "cylinder": 0.036, "pyramid": 0.046, "sphere": 0.042, "torus": 0.052},
    "medium": {"cube": 0.064, "cylinder": 0.054, "pyramid": 0.068, "sphere": 0.066, "torus": 0.073},
    "large": {"cube": 0.092, "cylinder": 0.074, "pyramid": 0.096, "sphere": 0.094, "torus": 0.100},
}
TUBE, HOOP = 0.118, 0.385  # radii of a torus as fractions of its diameter


def _cube(size: float) -> Solid:
    return sd.box((size, size, size))


def _sphere(size: float) -> Solid:
    return sd.ellipsoid((size / 2, size / 2, size / 2))


def _cylinder(size: float) -> Solid:
    # 1.4 times as high as it is wide: as high as wide, a hand would hold it like a cube
    corners = [(0, -0.7 * size), (0.5 * size, -0.7 * size), (0.5 * size, 0.7 * size), (0, 0.7 * size)]
    return sd.lathe(corners, rounding=0.0015)


def _pyramid(size: float) -> Solid:
    return sd.pyramid(size, 0.92 * size)


def _torus(size: float) -> Solid:
    return sd.ring(HOOP * size, TUBE * size)


def _depth(size: float) -> DepthRange:
    """Small things are pinched, large ones come into the palm: thumb-finger apertures end at about 10 cm."""
    middle = min(max((0.105 - size) / 0.06, 0.1), 1.0)
    return max(middle - 0.25, 0.0), min(middle + 0.15, 1.0)


def _cube_grips(size: float) -> dict[str, Grip]:
    # at its faces, not its edges: four equally good sides; below 5 cm no whole hand fits beside it
    beside = Grip((0, 1, 0), (0, 0, 1), (0, 0, 0), _depth(size), QUARTERS, 0.2 * size)
    flat = low(depth=_depth(size), yaw=QUARTERS)
    return {"above": above(0.1 * size, depth=_depth(size), yaw=QUARTERS), "side": beside if size > 0.05 else flat}


def _sphere_grips(size: float) -> dict[str, Grip]:
    beside = side(depth=_depth(size), slide=0.1 * size) if size > 0.05 else low(depth=_depth(size))
    return {"above": above(0.1 * size, depth=_depth(size)), "side": beside}


def _cylinder_grips(size: float) -> dict[str, Grip]:
    beside = side(depth=_depth(1.1 * size), slide=0.3 * size) if size > 0.05 else low(depth=_depth(size))
    return {"side": beside, "above": above(0.3 * size, depth=_depth(size))}


def _pyramid_grips(size: float) -> dict[str, Grip]:
    # about square on to a side, which leans; lower than the middle, where there is more of it
    slope = Grip((0, 0.8, -0.6), (0, 0.6, 0.8), (0, 0, -0.12 * size), _depth(size), QUARTERS, 0.1 * size)
    return {"above": above(-0.12 * size, depth=_depth(0.9 * size), yaw=QUARTERS), "side": slope}


def _torus_grips(size: float) -> dict[str, Grip]:
    # pinched whatever its size: the tube is never thicker than 2.4 cm
    rim = Grip((0, 0, -1), (0, 1, 0), (HOOP * size, 0, 0), (0.75, 1.0), None, 0.004)
    return {"above": above(depth=_depth(0.8 * size)), "rim": rim}


PLAIN_SHAPES: dict[str, tuple[Callable[[float], Solid], Callable[[float], dict[str, Grip]]]] = {
    "cube": (_cube, _cube_grips),
    "cylinder": (_cylinder, _cylinder_grips),
    "pyramid": (_pyramid, _pyramid_grips),
    "sphere": (_sphere, _sphere_grips),
    "torus": (_torus, _torus_grips),
}


THINGS: dict[str, Thing] = {}
"""The 15 plain shapes by name; all that GRAB's people do with them is to look at them."""
for _size, _lengths in PLAIN_SIZES.items():
    for _shape, (_solid, _grips) in PLAIN_SHAPES.items():
        _ways = _grips(_lengths[_shape])
        THINGS[f"{_shape}{_size}"] = Thing(
            partial(_solid, _lengths[_shape]), _ways, {"inspect": tuple(_ways)}, tuple(_ways)
        )
