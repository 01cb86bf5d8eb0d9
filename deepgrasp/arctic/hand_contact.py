"""Contact of hands with an object of two parts, frame by frame, in the codes of GRAB."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.arctic.articulated import OBJECT_PARTS, ArticulatedObject
from deepgrasp.arctic.touching import StillSurface
from deepgrasp.body.model_files import BodyModel
from deepgrasp.geometry.rotations import Floats

Codes = NDArray[np.int8]
Points = NDArray[np.floating[Any]]


def body_parts_of(model: BodyModel, vertices: NDArray[np.int64]) -> Codes:
    """Code ``[N]`` of the body part of each vertex: the SMPL-X joint that moves it most, + 1, as GRAB counts them."""
    # + 1, as 0 is no contact: 55 at most, which fits a signed byte
    return (model.weights[vertices].argmax(axis=1) + 1).astype(np.int8)


class Touched:
    """The surfaces of an object's two parts, to be asked what hands touch.

    Args:
        thing: the closed object.
    """

    def __init__(self, thing: ArticulatedObject) -> None:
        self._vertices = len(thing.vertices)
        self._parts = []
        for part in range(len(OBJECT_PARTS)):
            ids, faces = thing.surface(part)
            self._parts.append((ids, StillSurface(thing.vertices[ids], faces)))

    def contact(self, points: Points, codes: Codes, poses: list[tuple[Floats, Floats]]) -> tuple[Codes, Codes]:
        """Contact of a recording: codes at the vertices that touch, and at those that are touched.

        Args:
            points: ``[T, N, 3]`` vertices of hands in the world, metres.
            codes: ``[N]`` of these, see :func:`body_parts_of`.
            poses: of each part, see :func:`deepgrasp.arctic.articulated.part_poses`.

        Returns:
            Of the hands ``[T, N]`` the code of each vertex that touches either part, and of the object ``[T, V]`` the
            code of the hand vertex that touches it, of several the closest one; 0 = no contact. An object's vertex is
            touched if it is the nearest one of its part to a vertex that touches.
        """
        frames = len(points)
        hands = np.zeros(points.shape[:2], np.int8)
        thing = np.zeros((frames, self._vertices), np.int8)
        for (ids, surface), (rotation, place) in zip(self._parts, poses, strict=True):
            # in the part's own axes its surface stands still: R^T (x - t), for rows
            local = (points - place[:, None]) @ rotation  # [T, N, 3]
            # [T N] to [T, N]: all frames at once
            frame, vertex = np.nonzero(surface.touched(local.reshape(-1, 3)).reshape(frames, -1))
            hands[frame, vertex] = codes[vertex]
            apart, nearest = surface.nearest_vertex(local[frame, vertex])
            order = np.argsort(-apart, kind="stable")  # the closest writes last
            thing[frame[order], ids[nearest[order]]] = codes[vertex[order]]
        return hands, thing
