"""Surfaces to paint: triangles with colours, and balls and sticks for a graph."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.geometry.rotations import unit

Floats = NDArray[np.float64]
CREASE = np.cos(np.radians(30))  # a face that turns further away from the mean of its neighbours has an edge there


@dataclass(frozen=True)
class Surface:
    """Coloured triangles in the world, and how they are to be painted.

    Attributes:
        vertices: ``[V, 3]`` metres.
        faces: ``[F, 3]``, counter-clockwise seen from outside.
        colours: red, green and blue from 0 to 1, as a screen wants them (sRGB): ``[3]`` for all or ``[V, 3]``.
        opacity: 1 hides what is behind, 0 is not to be seen.
        through: opacity where something stands before it; above 0 it shines through, as a graph does through skin.
        closed: whether only its outer side can be seen; the inner side is then not drawn.
        shade: whether it throws a shadow.
    """

    vertices: NDArray[np.floating]
    faces: NDArray[np.integer]
    colours: ArrayLike
    opacity: float = 1.0
    through: float = 0.0
    closed: bool = True
    shade: bool = True


def corners(surface: Surface) -> Floats:
    """Place, outward direction and colour (amounts of light) of each corner of each triangle: ``[F, 3, 9]``."""
    vertices, faces = np.asarray(surface.vertices, float), np.asarray(surface.faces)
    at = vertices[faces]  # [F, 3, 3]
    face_normals = np.cross(
        at[:, 1] - at[:, 0], at[:, 2] - at[:, 0]
    )  # as long as twice the area: large faces count more
    total = np.zeros_like(vertices)
    for axis in range(3):
        # summed: a vertex has several faces, of which plain indexing would keep the last
        summed = [np.bincount(faces[:, k], face_normals[:, axis], len(vertices)) for k in range(3)]
        total[:, axis] = np.sum(summed, axis=0)
    flat, smooth = unit(face_normals)[:, None], unit(total)[faces]  # [F, 1, 3], [F, 3, 3]
    round_ = (flat * smooth).sum(axis=-1, keepdims=True) > CREASE
    colours = np.broadcast_to(linear(np.asarray(surface.colours, float)), vertices.shape)[faces]
    return np.concatenate([at, np.where(round_, smooth, np.broadcast_to(flat, at.shape)), colours], axis=-1)


def linear(colours: Floats) -> Floats:
    """Amounts of light, 0 to 1, of a screen's colours ``[...]`` from 0 to 1 (IEC 61966-2-1, sRGB)."""
    return np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)


def screen(light: Floats) -> Floats:
    """A screen's colours, 0 to 1, of amounts of light ``[...]``: the inverse of :func:`linear`; above 1 is white."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def balls(centres: ArrayLike, radius: ArrayLike, colours: ArrayLike, **how: float | bool) -> Surface:
    """A ball at each of ``centres`` ``[N, 3]``, of one or ``N`` radii (metres) and colours."""
    places = np.asarray(centres, float)
    sizes = np.broadcast_to(np.asarray(radius, float), len(places))
    vertices, faces = _ball()
    paint = np.repeat(np.broadcast_to(np.asarray(colours, float), places.shape), len(vertices), axis=0)
    at = places[:, None] + sizes[:, None, None] * vertices  # [N, V, 3]
    return Surface(at.reshape(-1, 3), _each(faces, len(vertices), len(places)), paint, **how)  # type: ignore[arg-type]


def sticks(starts: ArrayLike, ends: ArrayLike, radius: float, colours: ArrayLike, **how: float | bool) -> Surface:
    """A round stick from each of ``starts`` ``[N, 3]`` to each of ``ends``."""
    one, other = np.asarray(starts, float), np.asarray(ends, float)
    along = unit(other - one)
    # any direction across will do: the one farthest from the stick's own
    helper = np.eye(3)[np.abs(along).argmin(axis=1)]
    across = unit(np.cross(along, helper))
    up = np.cross(along, across)
    turn = 2 * np.pi * np.arange(_SIDES) / _SIDES
    ring = np.cos(turn)[:, None] * across[:, None] + np.sin(turn)[:, None] * up[:, None]  # [N, _SIDES, 3]
    vertices = np.concatenate([one[:, None] + radius * ring, other[:, None] + radius * ring], axis=1)
    near = np.arange(_SIDES)
    following = (near + 1) % _SIDES
    faces = np.concatenate(
        [np.stack([near, following, near + _SIDES], 1), np.stack([following, following + _SIDES, near + _SIDES], 1)]
    )
    paint = np.repeat(np.broadcast_to(np.asarray(colours, float), one.shape), 2 * _SIDES, axis=0)
    return Surface(vertices.reshape(-1, 3), _each(faces, 2 * _SIDES, len(one)), paint, **how)  # type: ignore[arg-type]


_SIDES = 10  # of a stick


def together(surfaces: Sequence[Surface]) -> Surface:
    """One surface of several, as opaque and closed as the first: where they overlap, the nearest is seen alone."""
    starts = np.cumsum([0, *(len(each.vertices) for each in surfaces)])
    colours = [np.broadcast_to(np.asarray(each.colours, float), each.vertices.shape) for each in surfaces]
    return replace(
        surfaces[0],
        vertices=np.concatenate([each.vertices for each in surfaces]),
        faces=np.concatenate([each.faces + start for each, start in zip(surfaces, starts, strict=False)]),
        colours=np.concatenate(colours),
    )


def _each(faces: NDArray[np.int64], size: int, count: int) -> NDArray[np.int64]:
    return np.asarray((faces + size * np.arange(count)[:, None, None]).reshape(-1, 3))


@cache
def _ball() -> tuple[Floats, NDArray[np.int64]]:
    from trimesh.creation import icosphere

    mesh = icosphere(subdivisions=2)  # 320 faces: round enough for a node
    return np.asarray(mesh.vertices, float), np.asarray(mesh.faces, np.int64)


def joined(surfaces: Sequence[Surface]) -> Floats:
    """The corners ``[F, 3, 9]`` of all of them, in order."""
    return np.concatenate([corners(each) for each in surfaces]) if surfaces else np.zeros((0, 3, 9))
