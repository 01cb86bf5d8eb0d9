"""The objects of the stand-in, ready for touch: closed meshes and grids of signed distance."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np

from deepgrasp.standin.array_types import Array
from deepgrasp.standin.things import animals, devices, kitchen, plain_shapes, tools, toys, vessels, wearables
from deepgrasp.standin.things import shaping as sh
from deepgrasp.standin.things import solids as sd
from deepgrasp.standin.things.grips import Thing
from deepgrasp.standin.things.surface_nets import mesh

MODULES = (animals, devices, plain_shapes, kitchen, tools, toys, vessels, wearables)
ALL_THINGS: dict[str, Thing] = dict(sorted(entry for module in MODULES for entry in module.THINGS.items()))
"""All objects by GRAB's names; a new one is an entry of a module's ``THINGS``."""

SPACING = 0.0025  # m between the points of the distance grid: finer than the 3 mm within which skin touches
MARGIN = 0.02  # m around an object within which distances are known
_TABLE = (0.95, 0.65, 0.03)  # m


@dataclass(frozen=True)
class ObjectShape:
    """An object's mesh and its distance grid.

    Attributes:
        vertices: [V, 3] m, about the middle of the object, z up as it stands on a table.
        faces: [F, 3], outward.
        grid: [x, y, z] signed distance (m), negative inside.
        corner: [3] where the grid begins.
    """

    vertices: Array
    faces: Array
    grid: Array = field(repr=False)
    corner: Array = field(repr=False)

    def distance(self, points: Array) -> Array:
        """Signed distance (m) of points [..., 3] in the object's coordinates, by trilinear interpolation.

        Beyond the grid, ``MARGIN`` from the object's box, it is that margin: a lower bound.
        """
        place = ((points.reshape(-1, 3) - self.corner) / SPACING).astype(np.float32)
        low, high = np.float32(0), np.array(self.grid.shape, np.float32) - 1
        # column by column: numpy reduces rows of three slowly
        within = [(place[:, k] >= low) & (place[:, k] < high[k]) for k in range(3)]
        near = np.flatnonzero(within[0] & within[1] & within[2])
        # by hand, not scipy's map_coordinates: flat indices in float32; this is the inner loop of closing and of touch
        cell = place[near].astype(np.int32)  # [N, 3]
        x, y, z = (place[near] - cell).T
        flat, (_, ny, nz) = self.grid.ravel(), self.grid.shape
        base = (cell[:, 0] * ny + cell[:, 1]) * nz + cell[:, 2]
        edges = [flat[base + k] * (1 - z) + flat[base + k + 1] * z for k in (0, nz, ny * nz, ny * nz + nz)]
        front, back = edges[0] * (1 - y) + edges[1] * y, edges[2] * (1 - y) + edges[3] * y
        value = np.full(len(place), MARGIN)
        value[near] = front * (1 - x) + back * x
        return value.reshape(points.shape[:-1])


@cache
def object_shape(name: str) -> ObjectShape:
    """Mesh and distance grid of an object; made once per process."""
    thing = ALL_THINGS[name]
    solid = thing.solid()
    vertices, faces = mesh(solid, cell=thing.cell)
    grid, corner = sh.sample(solid, SPACING, MARGIN)
    # through float32, as the ply file holds them: touch is decided on the mesh that a reader gets
    return ObjectShape(vertices.astype(np.float32).astype(float), faces, grid.astype(np.float32), corner)


def table_top() -> tuple[Array, Array]:
    """Vertices ``[V, 3]`` (m) and faces ``[F, 3]`` of the table top, its upper side at z = 0."""
    solid = sd.box(_TABLE, at=(0, 0, -_TABLE[2] / 2), edge=0.005)
    return mesh(solid, cell=0.019, fewest=0)
