"""Surface nets: one closed, roughly even triangle mesh of a signed-distance solid.

Our own, not trimesh's or scikit-image's marching cubes: those leave slivers and vertices at all distances, and touch is
counted on vertices, which must therefore lie evenly. The published tools also want at least 1,024 of them.
"""

import numpy as np

from deepgrasp.standin.array_types import Array
from deepgrasp.standin.things.shaping import sample
from deepgrasp.standin.things.solids import Solid


def mesh(solid: Solid, *, vertices: int = 1700, fewest: int = 1100, cell: float = 0.004) -> tuple[Array, Array]:
    """Vertices [V, 3] f64 (m) and faces [F, 3] i64 of the solid's surface, V about ``vertices``.

    Naive surface nets (Gibson 1998), then vertices are evened out within the surface and projected onto it.
    """
    # the number of vertices goes with 1 / cell^2, so that the next cell can be estimated from the ratio
    most = cell
    for _ in range(12):
        points, faces = _nets(*sample(solid, cell, 2 * cell), cell)
        ratio = len(points) / vertices
        if len(points) < fewest or (ratio > 1.3 and cell < most):
            cell = min(cell * ratio**0.5, most)
        else:
            return _even(solid, points, faces, cell), faces
    raise ValueError("no grid gives about as many vertices as are wanted")


def _nets(values: Array, lower: Array, cell: float) -> tuple[Array, Array]:
    values = _clear(values, cell)
    inside = values < 0
    low, high = slice(None, -1), slice(1, None)
    corners = [tuple(high if k >> d & 1 else low for d in range(3)) for k in range(8)]  # of every cell at once
    count = sum(inside[corner].astype(np.int8) for corner in corners)
    active = np.argwhere((count > 0) & (count < 8))  # [V, 3] cells that the surface crosses
    number = np.full(np.array(values.shape) - 1, -1)
    number[tuple(active.T)] = np.arange(len(active))
    points = lower + cell * (active + _crossing(values, active))
    quads = np.concatenate([_quads(inside, number, axis) for axis in range(3)])
    # two triangles a quad along its shorter diagonal: the longer one would give slivers
    corner = points[quads]  # [Q, 4, 3]
    short = np.linalg.norm(corner[:, 0] - corner[:, 2], axis=-1) <= np.linalg.norm(corner[:, 1] - corner[:, 3], axis=-1)
    first = np.where(short[:, None], quads[:, [0, 1, 2]], quads[:, [0, 1, 3]])
    second = np.where(short[:, None], quads[:, [0, 2, 3]], quads[:, [1, 2, 3]])
    return points, np.concatenate([first, second])


def _clear(values: Array, cell: float) -> Array:
    """The grid without faces whose corners are inside and outside by turns: the nearer outer one is filled.

    Four quads would meet in the edge through such a face, and the mesh would not be a surface there.
    """
    values = values.copy()
    while True:
        found = [_fills(values, *axes) for axes in ((0, 1), (0, 2), (1, 2))]
        if not any(len(places) for places in found):
            return values
        values[tuple(np.concatenate(found).T)] = -1e-3 * cell


def _fills(values: Array, first: int, second: int) -> Array:
    """Grid points [N, 3] to be filled because of faces along two axes."""
    steps = np.eye(3, dtype=int)[[first, second]]
    ends = [(0, 0), (0, 1), (1, 1), (1, 0)]  # round the face
    size = np.array(values.shape) - steps.sum(0)
    offsets = [i * steps[0] + j * steps[1] for i, j in ends]
    corner = [values[tuple(slice(o, o + n) for o, n in zip(at, size, strict=True))] for at in offsets]
    inside = [c < 0 for c in corner]
    crossed = (inside[0] == inside[2]) & (inside[1] == inside[3]) & (inside[0] != inside[1])
    where = np.argwhere(crossed)
    outer = np.stack([np.where(c < 0, np.inf, c)[crossed] for c in corner])
    return where + np.array(offsets)[outer.argmin(0)]


def _crossing(values: Array, active: Array) -> Array:
    """Mean of the points where the surface crosses the twelve edges of each cell, in cell units [V, 3]."""
    total, hits = np.zeros((len(active), 3)), np.zeros(len(active))
    for k in range(8):
        for axis in range(3):
            if k >> axis & 1:
                continue
            start = np.array([k >> d & 1 for d in range(3)])
            step = np.eye(3, dtype=int)[axis]
            a, b = values[tuple((active + start).T)], values[tuple((active + start + step).T)]
            cross = (a < 0) != (b < 0)
            t = np.where(cross, a / np.where(cross, a - b, 1.0), 0.0)
            total += cross[:, None] * (start + t[:, None] * step)
            hits += cross
    return total / hits[:, None]


def _quads(inside: Array, number: Array, axis: int) -> Array:
    """One quad [4] of cells around every grid edge along ``axis`` that the surface crosses, seen from outside."""
    moved = np.moveaxis(inside, axis, 0)
    cells = np.moveaxis(number, axis, 0)
    i, j, k = np.nonzero(moved[:-1] != moved[1:])
    quad = np.stack([cells[i, j - 1, k - 1], cells[i, j, k - 1], cells[i, j, k], cells[i, j - 1, k]], -1)
    flip = moved[i, j, k] == (axis == 1)  # moving axis 1 to the front is an odd permutation
    return np.where(flip[:, None], quad[:, ::-1], quad)


def _even(solid: Solid, points: Array, faces: Array, cell: float) -> Array:
    edges = np.unique(np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), -1), axis=0)
    pairs = np.concatenate([edges, edges[:, ::-1]])
    degree = np.bincount(pairs[:, 0], minlength=len(points))[:, None]
    # three rounds even the mesh out within the surface, two more only bring the vertices back onto it
    for pull in (0.5, 0.5, 0.3, 0.0, 0.0):
        mean = np.stack([np.bincount(pairs[:, 0], points[pairs[:, 1], d], len(points)) for d in range(3)], -1) / degree
        normal = _normal(solid, points, cell)
        shift = pull * (mean - points)
        points = points + shift - (shift * normal).sum(-1, keepdims=True) * normal
        step = np.clip(solid.distance(points), -cell / 2, cell / 2)
        points = points - step[:, None] * _normal(solid, points, cell)
    return points


def _normal(solid: Solid, points: Array, cell: float) -> Array:
    # central differences: every solid has a distance, none needs a formula for its gradient
    step = 0.05 * cell * np.eye(3)
    gradient = np.stack([solid.distance(points + e) - solid.distance(points - e) for e in step], -1)
    return gradient / np.maximum(np.linalg.norm(gradient, axis=-1, keepdims=True), 1e-12)
