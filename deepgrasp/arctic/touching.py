"""Touch by distance: which points lie within some millimetres of a surface, decided exactly, and at which vertex."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from deepgrasp.geometry.rotations import Floats

WITHIN = 0.003
"""Metres from the surface that count as touch: what ARCTIC's own metrics of contact take (loss_modules.py, mdev.py)."""
_SMALL = (
    0.004  # metres: edges of the triangles that are searched; smaller ones are more, larger ones leave more to decide
)


class StillSurface:
    """A surface that stands still, to be asked for points near it.

    Args:
        vertices: ``[V, 3]`` metres.
        faces: ``[F, 3]``.
    """

    def __init__(self, vertices: Floats, faces: NDArray[np.int64]) -> None:
        from trimesh.remesh import subdivide_to_size

        # trimesh would need one more library to search large triangles; small ones are found by their centres
        points, small = subdivide_to_size(vertices, faces, _SMALL, max_iter=20)
        self._triangles: Floats = np.asarray(points)[np.asarray(small)]  # [S, 3, 3]
        centres = self._triangles.mean(axis=1)
        # no point of a triangle is farther from its centre
        self._reach = float(np.linalg.norm(self._triangles - centres[:, None], axis=-1).max())
        self._centres, self._vertices = cKDTree(centres), cKDTree(vertices)

    def touched(self, points: Floats, within: float = WITHIN) -> NDArray[np.bool_]:
        """Whether each of ``[N, 3]`` points lies no farther than ``within`` metres from the surface, on either side."""
        from trimesh.triangles import closest_point

        farthest = within + self._reach  # of the centre of any triangle that is near enough
        # inf where none is so near, which is so for most vertices in most frames: they cost no more than this
        apart, _ = self._centres.query(points, distance_upper_bound=farthest)
        found = apart <= within  # a centre is a point of the surface
        # the triangle of such a centre may reach the point, or not
        open_ = np.flatnonzero(np.isfinite(apart) & ~found)
        near = self._centres.query_ball_point(points[open_], farthest)
        point = np.repeat(open_, [len(each) for each in near])
        if len(point):  # nothing is no list that can be joined
            triangle = np.concatenate([np.asarray(each, dtype=np.int64) for each in near])
            at = closest_point(self._triangles[triangle], points[point])
            found[point[np.linalg.norm(at - points[point], axis=1) <= within]] = True
        return found

    def nearest_vertex(self, points: Floats) -> tuple[Floats, NDArray[np.int64]]:
        """How far the nearest vertex is from each of ``[N, 3]`` points, metres, and which it is."""
        apart, vertex = self._vertices.query(points)
        return np.asarray(apart), np.asarray(vertex)
