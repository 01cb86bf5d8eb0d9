"""Solids put together, cut, turned, mirrored and moved, and their distance on a grid."""

from collections.abc import Sequence

import numpy as np
from scipy.spatial.transform import Rotation

from deepgrasp.standin.array_types import Array
from deepgrasp.standin.things.solids import Solid


def union(*parts: Solid, blend: float = 0.0) -> Solid:
    """The union of solids; ``blend`` > 0 rounds the creases between them by about that length."""

    def distance(x: Array) -> Array:
        total = parts[0].distance(x)
        for part in parts[1:]:
            other = part.distance(x)
            # quadratic smooth minimum: no more than blend / 4 is added, and only where both are near
            fillet = np.maximum(blend - np.abs(total - other), 0) ** 2 / (4 * blend) if blend else 0.0
            total = np.minimum(total, other) - fillet
        return total

    return Solid(distance, np.min([p.lower for p in parts], 0), np.max([p.upper for p in parts], 0))


def cut(solid: Solid, hole: Solid) -> Solid:
    """The solid with a hole cut out of it."""
    return Solid(lambda x: np.maximum(solid.distance(x), -hole.distance(x)), solid.lower, solid.upper)


def common(a: Solid, b: Solid) -> Solid:
    """The intersection of two solids."""
    return Solid(
        lambda x: np.maximum(a.distance(x), b.distance(x)), np.maximum(a.lower, b.lower), np.minimum(a.upper, b.upper)
    )


def turned(solid: Solid, rotation: Array) -> Solid:
    """The solid rotated about the origin by a rotation ``[3, 3]``."""
    # the box of the turned box: larger than need be, but it holds the solid for certain
    corners = np.array([[(solid.lower, solid.upper)[k >> d & 1][d] for d in range(3)] for k in range(8)]) @ rotation.T
    return Solid(lambda x: solid.distance(x @ rotation), corners.min(0), corners.max(0))


def about(axis: str, degrees: float) -> Array:
    """Rotation ``[3, 3]`` about a coordinate axis, for :func:`turned`."""
    return np.asarray(Rotation.from_euler(axis, degrees, degrees=True).as_matrix())


ALONG_X = about("y", 90)
"""What stood along z lies along x, its top at +x."""
ALONG_Y = about("x", -90)
"""What stood along z lies along y, its top at +y."""


def moved(solid: Solid, by: Sequence[float]) -> Solid:
    """The solid moved by a vector [3] (m)."""
    step = np.asarray(by, float)
    return Solid(lambda x: solid.distance(x - step), solid.lower + step, solid.upper + step)


def mirrored(solid: Solid, axis: int = 0) -> Solid:
    """The part of the solid with positive coordinates along ``axis``, and its mirror image."""
    sign = np.ones(3)
    sign[axis] = -1

    # folding space costs one evaluation; a union with the image would cost two
    def distance(x: Array) -> Array:
        return solid.distance(np.where(sign < 0, np.abs(x), x))

    return Solid(distance, np.minimum(solid.lower, sign * solid.upper), np.maximum(solid.upper, sign * solid.lower))


def centred(solid: Solid) -> Solid:
    """The solid with the middle of its box at the origin."""
    # the box's middle, not the centre of mass: that would need the mesh, which is made from this
    middle = (solid.lower + solid.upper) / 2
    return Solid(lambda x: solid.distance(x + middle), solid.lower - middle, solid.upper - middle)


def sample(solid: Solid, spacing: float, margin: float) -> tuple[Array, Array]:
    """The distance on a regular grid around the solid: values [x, y, z] and the grid's first corner [3]."""
    lower = solid.lower - margin
    count = np.ceil((solid.upper - solid.lower + 2 * margin) / spacing).astype(int) + 1
    axes = [lower[d] + spacing * np.arange(count[d]) for d in range(3)]
    y, z = np.meshgrid(axes[1], axes[2], indexing="ij")
    # slab by slab: all points at once would need several hundred bytes for each point of the grid
    return np.stack([solid.distance(np.stack([np.full_like(y, x), y, z], -1)) for x in axes[0]]), lower
