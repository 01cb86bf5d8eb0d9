"""Solids as signed distances: boxes, tubes, bodies of revolution and other parts that the objects are made of.

Our own, not trimesh: its meshes need an outside engine for unions and cuts, and get no rounded creases. And touch needs
the distance at every point of a fine grid: here a function gives it, a mesh would search its triangles for each.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from deepgrasp.standin.array_types import Array

Field = Callable[[Array], Array]


@dataclass(frozen=True)
class Solid:
    """A solid as its signed distance (m, negative inside) and a box that holds it.

    The distance is exact for a single part and a lower bound inside unions and near the edges of cuts, as usual.
    """

    distance: Field  # [..., 3] -> [...]
    lower: Array  # [3]
    upper: Array  # [3]


def _solid(distance: Field, lower: Sequence[float] | Array, upper: Sequence[float] | Array) -> Solid:
    return Solid(distance, np.asarray(lower, float), np.asarray(upper, float))


def _length(v: Array) -> Array:
    return np.sqrt(np.einsum("...i,...i->...", v, v))  # several times faster than linalg.norm over a short axis


def box(size: Sequence[float], *, at: Sequence[float] = (0, 0, 0), edge: float = 0.002) -> Solid:
    """A box with rounded edges of radius ``edge``; all lengths here and below in metres."""
    half, centre = np.asarray(size, float) / 2, np.asarray(at, float)

    def distance(x: Array) -> Array:
        q = np.abs(x - centre) - (half - edge)
        return _length(np.maximum(q, 0)) + np.minimum(q.max(-1), 0) - edge

    return _solid(distance, centre - half, centre + half)


def ellipsoid(radii: Sequence[float], *, at: Sequence[float] = (0, 0, 0)) -> Solid:
    """An ellipsoid; with three equal radii the distance is exact, otherwise to first order."""
    r, centre = np.asarray(radii, float), np.asarray(at, float)

    # the exact distance to an ellipsoid has no closed form
    def distance(x: Array) -> Array:
        return _to_oval(x - centre, r)

    return _solid(distance, centre - r, centre + r)


def _to_oval(x: Array, r: Array) -> Array:
    """Signed distance of points [..., D] to the ellipse or ellipsoid of half axes ``r`` about the origin."""
    p = x / r
    k0, k1 = _length(p), _length(p / r)
    # value over gradient of the oval's own equation; at the centre, where that is 0 / 0, the smallest half axis
    return np.where(k1 > 1e-9, k0 * (k0 - 1) / np.maximum(k1, 1e-9), -r.min(-1))


def lathe(profile: Sequence[tuple[float, float]], *, rounding: float = 0.001) -> Solid:
    """The solid of revolution about z of a closed polygon of (radius, height) corners, edges rounded outwards."""
    a = np.asarray(profile, float)

    def distance(x: Array) -> Array:
        return _to_polygon(np.stack([np.hypot(x[..., 0], x[..., 1]), x[..., 2]], -1), a, axis=True) - rounding

    radius, low, high = a[:, 0].max() + rounding, a[:, 1].min() - rounding, a[:, 1].max() + rounding
    return _solid(distance, (-radius, -radius, low), (radius, radius, high))


def smooth(corners: Sequence[tuple[float, float]], between: int = 1) -> list[tuple[float, float]]:
    """Corners of a profile with others between them, on a cubic spline through all."""
    # over the length along the corners, not their number: unevenly spaced corners would make the spline swing
    points = np.asarray(corners, float)
    along = np.append(0.0, np.cumsum(np.hypot(*np.diff(points, axis=0).T)))
    fine = np.interp(np.arange(len(points) * (between + 1) - between) / (between + 1), np.arange(len(points)), along)
    return [(float(r), float(z)) for r, z in CubicSpline(along, points)(fine)]


def plate(outline: Sequence[tuple[float, float]], thick: float, *, edge: float = 0.001) -> Solid:
    """A flat piece about the plane z = 0 with a closed polygon of (x, y) corners as its outline, edges rounded."""
    a = np.asarray(outline, float)

    def distance(x: Array) -> Array:
        q = np.stack([_to_polygon(x[..., :2], a), np.abs(x[..., 2]) - (thick / 2 - edge)], -1)
        return _length(np.maximum(q, 0)) + np.minimum(q.max(-1), 0) - edge

    return _solid(distance, (*(a.min(0) - edge), -thick / 2), (*(a.max(0) + edge), thick / 2))


def _to_polygon(p: Array, corners: Array, *, axis: bool = False) -> Array:
    """Signed distance of points [..., 2] to a closed polygon; with ``axis`` its stretches at x = 0 are no surface."""
    nearest, inside = np.full(p.shape[:-1], np.inf), np.zeros(p.shape[:-1], bool)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if not axis or start[0] > 1e-6 or end[0] > 1e-6:
            nearest = np.minimum(nearest, _to_segment(p, start, end)[0])
        # inside is decided by how often a ray towards +x crosses the outline: an odd number of times
        crosses = (start[1] > p[..., 1]) != (end[1] > p[..., 1])
        slope = (end[0] - start[0]) / (end[1] - start[1] if end[1] != start[1] else 1.0)
        inside ^= crosses & (p[..., 0] < start[0] + slope * (p[..., 1] - start[1]))
    return np.where(inside, -nearest, nearest)


def _to_segment(p: Array, start: Array, end: Array) -> tuple[Array, Array]:
    """Distance to a segment and the fraction along it of the nearest point."""
    along = end - start
    t = np.clip((p - start) @ along / max(float(along @ along), 1e-12), 0, 1)
    return _length(p - start - t[..., None] * along), t


def tube(points: Sequence[Sequence[float]], radii: float | Sequence[float], *, flat: float = 1.0) -> Solid:
    """A chain of rounded cones through ``points``; ``flat`` < 1 squeezes it in z about the first point's height."""
    corner = np.asarray(points, float)
    radius = np.broadcast_to(np.asarray(radii, float), len(corner)).astype(float)
    base, squeeze = corner[0, 2], np.array([1, 1, 1 / flat])

    def distance(x: Array) -> Array:
        y = (x - (0, 0, base)) * squeeze + (0, 0, base)
        nearest = np.full(x.shape[:-1], np.inf)
        for k in range(len(corner) - 1):
            d, t = _to_segment(y, corner[k], corner[k + 1])
            nearest = np.minimum(nearest, d - radius[k] - t * (radius[k + 1] - radius[k]))
        # in squeezed space distances in z are too long by 1 / flat: scaled back they are a lower bound
        return nearest * (flat if flat < 1 else 1.0)

    pad = radius[:, None] * np.array([1, 1, flat])
    return _solid(distance, (corner - pad).min(0), (corner + pad).max(0))


def ring(major: float, minor: float, *, at: Sequence[float] = (0, 0, 0), axis: int = 2) -> Solid:
    """A torus about a coordinate axis."""
    centre, keep = np.asarray(at, float), [k for k in range(3) if k != axis]

    def distance(x: Array) -> Array:
        p = x - centre
        return np.hypot(np.hypot(p[..., keep[0]], p[..., keep[1]]) - major, p[..., axis]) - minor

    half = np.full(3, major + minor)
    half[axis] = minor
    return _solid(distance, centre - half, centre + half)


def strip(radius: float, wide: float, thick: float, *, gap: float = 0.0, edge: float = 0.001) -> Solid:
    """A strip bent round the y axis, ``wide`` along it; ``gap`` degrees of the circle, at its bottom, are left out."""
    reach = np.pi - np.radians(gap) / 2  # from the top, to either side
    end = radius * np.array([np.sin(reach), np.cos(reach)])

    def distance(x: Array) -> Array:
        across, up = np.abs(x[..., 0]), x[..., 2]
        # x is folded to |x|, because the gap is at the bottom and both halves are the same
        on = np.arctan2(across, up) <= reach
        off = np.where(on, np.abs(np.hypot(across, up) - radius), np.hypot(across - end[0], up - end[1]))
        q = np.stack([off - (thick / 2 - edge), np.abs(x[..., 1]) - (wide / 2 - edge)], -1)
        return _length(np.maximum(q, 0)) + np.minimum(q.max(-1), 0) - edge

    out = radius + thick / 2
    return _solid(distance, (-out, -wide / 2, -out if reach > 3 else end[1] - thick / 2), (out, wide / 2, out))


def flattened(length: float, start: Sequence[float], end: Sequence[float]) -> Solid:
    """A bar along x about the origin with an elliptic section, whose (y, z) half axes go from ``start`` to ``end``."""
    a, b = np.asarray(start, float), np.asarray(end, float)

    def distance(x: Array) -> Array:
        t = np.clip(x[..., :1] / length + 0.5, 0, 1)
        r = a + t * (b - a)
        q = np.stack([_to_oval(x[..., 1:], r), np.abs(x[..., 0]) - length / 2], -1)
        return _length(np.maximum(q, 0)) + np.minimum(q.max(-1), 0)

    y, z = np.maximum(a, b)
    return _solid(distance, (-length / 2, -y, -z), (length / 2, y, z))


def loop(radii: tuple[float, float], thick: float) -> Solid:
    """An oval wire of radius ``thick`` about the origin, with half axes along x and y."""
    r, out = np.asarray(radii, float), np.array([*radii, 0.0]) + thick
    return _solid(lambda x: np.hypot(_to_oval(x[..., :2], r), x[..., 2]) - thick, -out, out)


def pyramid(base: float, height: float, *, edge: float = 0.002) -> Solid:
    """A square pyramid standing on z = -height/2, its edges rounded."""
    tilt = np.array([height, base / 2]) / np.hypot(height, base / 2)  # (outward, up) of a side's normal

    def distance(x: Array) -> Array:
        side = np.maximum(np.abs(x[..., 0]), np.abs(x[..., 1])) * tilt[0] + (x[..., 2] - height / 2) * tilt[1]
        q = np.stack([side + edge, -height / 2 - x[..., 2] + edge], -1)
        return _length(np.maximum(q, 0)) + np.minimum(q.max(-1), 0) - edge

    return _solid(distance, (-base / 2, -base / 2, -height / 2), (base / 2, base / 2, height / 2))
