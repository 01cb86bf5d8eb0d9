"""Finds the symmetries of an object from its mesh alone, by trying turns about the middle of its surface."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from deepgrasp.geometry.rotations import Floats, rotation_deg, rotation_matrix, unit
from deepgrasp.geometry.symmetries import Symmetries

TOLERANCE = 0.02  # of the diameter, within which most of the turned surface must lie
_MOST = 0.95  # of the surface: a leaf, a switch or another detail does not tell a turn to the hand that holds the rest
_LIMIT_M, _LIMIT = 0.015, 0.1  # BOP's own rule, for all of the surface: what sticks out farther is no detail
SURFACE_POINTS = 16384  # their spacing, about 1 % of the diameter, is below the tolerance
_SEEN_POINTS, _FEW = 256, 64  # of the surface, that are turned; and those that are looked at first
_DIRECTIONS = 800  # of a hemisphere: about 5 degrees from one to the next
ORDERS = (5, 4, 3, 2)  # turns by 360 degrees over these make all groups of turns but those of gears of 7 teeth or more
STEPS_DEG = (3, 2, 1, 0.5, 0.25, 0.12)  # by which an axis is moved to where its turn fits best
SAME_DEG = 8.0  # turns, and axes, that are closer are one
_MOST_TURNS, _MOST_AXES = 60, 24  # an icosahedron's, which has at most 15 axes of one order
_GOLDEN = (1 + 5**0.5) / 2
ANY_ANGLE = 2 * np.pi / _GOLDEN * np.arange(1, 9)[:, None]  # multiples of no common part: what passes them passes all


def find_symmetries(vertices: Floats, faces: NDArray[np.int64], points: Floats, diameter: float) -> Symmetries:
    """The symmetries of a mesh, whatever its triangles: turns after which the surface lies where it lay.

    A turn counts if 95 % of the turned area is within 2 % of the diameter from the surface, and all of it within BOP's
    15 mm or 10 % of the diameter, whichever is more. BOP asks the second alone, and lets people drop what they can see.

    Args:
        vertices: ``[V, 3]``, metres.
        faces: ``[F, 3]``.
        points: ``[P, 3]`` of the surface with the parts that stick out among them, metres.
        diameter: metres.
    """
    solid = _Solid(vertices, faces, points, diameter)
    # turns about two axes make all rotations
    if solid.holds(np.concatenate([rotation_matrix(axis * ANY_ANGLE) for axis in np.eye(3)[:2]])):
        return Symmetries(solid.centre, np.eye(3)[None], np.zeros(3), 3)
    axes: list[Floats] = []
    generators: list[Floats] = []
    for order in ORDERS:
        angle = 2 * np.pi / order
        for axis in solid.likely_axes(angle):
            if order == ORDERS[0] and solid.holds(rotation_matrix(axis * ANY_ANGLE)):
                axes.append(axis)
            elif solid.holds(turn := rotation_matrix(axis * angle)[None]):
                generators.append(turn[0])
        if axes:  # besides, only a half turn across the axis is possible
            flip = rotation_matrix(np.pi * _across(axes[0]))[None]
            turns = np.concatenate([np.eye(3)[None], flip]) if solid.holds(flip) else np.eye(3)[None]
            return Symmetries(solid.centre, turns, axes[0], 1)
    return Symmetries(solid.centre, _closed(generators, solid), np.zeros(3), 0)


class _Solid:
    """A surface that its turned points are compared with."""

    def __init__(self, vertices: Floats, faces: NDArray[np.int64], points: Floats, diameter: float) -> None:
        from scipy.spatial import cKDTree  # here: whoever reads meshes of bodies alone needs none of it

        surface = surface_points(vertices, faces, SURFACE_POINTS)
        self.centre = surface.mean(axis=0)
        self._tree, self._diameter = cKDTree(surface - self.centre), diameter
        self._moment = (surface - self.centre).T @ (surface - self.centre) / len(surface)
        self._seen, self._all_over = surface_points(vertices, faces, _SEEN_POINTS) - self.centre, points - self.centre

    def holds(self, turns: Floats) -> bool:
        """Whether the object looks the same after each of the turns ``[S, 3, 3]``."""
        near = np.quantile(self._gaps(turns, self._seen), _MOST, axis=1) <= TOLERANCE * self._diameter
        most = max(_LIMIT_M, _LIMIT * self._diameter)
        return bool(near.all() and self._gaps(turns, self._all_over).max() <= most)

    def likely_axes(self, angle: float) -> Floats:
        """Axes ``[A, 3]`` about which a turn by the angle may be a symmetry, best first."""
        # the principal axes first: most solids have theirs among them
        axes = np.concatenate([np.linalg.eigh(self._moment)[1].T, _hemisphere(_DIRECTIONS)])
        turns = rotation_matrix(axes * angle)
        # a symmetry leaves the second moments as they are: cheap, and sorts out most directions of most solids
        change = np.linalg.norm(turns @ self._moment @ np.swapaxes(turns, 1, 2) - self._moment, axis=(1, 2))
        axes = axes[change <= 0.1 * np.trace(self._moment)]
        few = self._seen[:: _SEEN_POINTS // _FEW]
        apart = self._gaps(rotation_matrix(axes * angle), few).mean(axis=1)
        # half a step of the grid off, a symmetry's turn is still near: 2.5 degrees move a point by 2 % of the diameter
        order = apart.argsort(kind="stable")[: np.count_nonzero(apart <= 1.5 * TOLERANCE * self._diameter)]
        axes = _distinct(axes[order])[:_MOST_AXES]
        for step in STEPS_DEG if len(axes) else ():
            near = _neighbours(axes, np.radians(step))  # [A, 9, 3]
            apart = (self._gaps(rotation_matrix(near.reshape(-1, 3) * angle), few) ** 2).mean(axis=1)
            apart = apart.reshape(len(axes), -1)
            better = near[np.arange(len(axes)), apart.argmin(axis=1)]
            # those that have met on their way are one from here on
            axes = _distinct(better[apart.min(axis=1).argsort(kind="stable")])
        return axes

    def _gaps(self, turns: Floats, points: Floats) -> Floats:
        turned = points @ np.swapaxes(turns, -1, -2)  # [S, P, 3]
        return np.asarray(self._tree.query(turned.reshape(-1, 3))[0]).reshape(turned.shape[:2])


def surface_points(vertices: Floats, faces: NDArray[np.int64], count: int) -> Floats:
    """Points ``[count, 3]`` spread evenly over the area of a mesh, without chance: fine triangles weigh no more."""
    corners = vertices[faces]  # [F, 3, 3]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    until = np.cumsum(area)
    chosen = until.searchsorted((np.arange(count) + 0.5) / count * until[-1]).clip(max=len(faces) - 1)
    # the additive recurrence R2 (Roberts 2018), folded into the triangle
    u, v = (np.arange(1, count + 1)[:, None] * np.array([0.7548776662466927, 0.5698402909980532]) % 1).T
    outside = u + v > 1
    u, v = np.where(outside, 1 - u, u)[:, None], np.where(outside, 1 - v, v)[:, None]
    first, second, third = corners[chosen].swapaxes(0, 1)
    return np.asarray(first + u * (second - first) + v * (third - first))


def _hemisphere(count: int) -> Floats:
    """Directions ``[count, 3]``, evenly spread: a Fibonacci lattice."""
    height, around = (np.arange(count) + 0.5) / count, 2 * np.pi * np.arange(count) / _GOLDEN
    ring = np.sqrt(1 - height**2)
    return np.stack([ring * np.cos(around), ring * np.sin(around), height], axis=1)


def _across(axes: Floats) -> Floats:
    """A direction of length one at right angles to each axis ``[..., 3]``."""
    across = np.cross(axes, np.eye(3)[np.abs(axes).argmin(axis=-1)])
    return unit(across)


def _neighbours(axes: Floats, step: float) -> Floats:
    """Each axis and eight around it, ``[A, 9, 3]``, an angle of ``step`` (radians) away."""
    first = _across(axes)
    second = np.cross(axes, first)
    aside = [0 * first, *(np.cos(a) * first + np.sin(a) * second for a in np.arange(8) * np.pi / 4)]
    near = axes[:, None] + np.tan(step) * np.stack(aside, axis=1)
    return unit(near)


def _distinct(axes: Iterable[Floats]) -> Floats:
    """Distinct axes ``[A, 3]``: without those that are close to an earlier one."""
    kept: list[Floats] = []
    for axis in axes:
        if all(abs(axis @ other) < np.cos(np.radians(SAME_DEG)) for other in kept):
            kept.append(axis)
    return np.array(kept).reshape(-1, 3)


def _closed(generators: Iterable[Floats], solid: _Solid) -> Floats:
    """All turns ``[S, 3, 3]`` that these make one after the other, the identity first."""
    group, waiting = [np.eye(3)], list(generators)
    while waiting and len(group) < _MOST_TURNS:
        turn = waiting.pop(0)
        # checked too: two turns that hold by a hair may make a third that does not
        if rotation_deg(np.stack(group), turn).min() > SAME_DEG and solid.holds(turn[None]):
            group.append(turn)
            waiting += [made for other in group[1:] for made in (turn @ other, other @ turn)]
    return np.stack(group)
