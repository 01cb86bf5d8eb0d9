"""Meshes: reads ply files, and finds the points and the diameter of an object, by which errors of its pose count."""

import contextlib
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.errors import InputError, check_machine
from deepgrasp.files import check_is_file
from deepgrasp.grab.ranges import BODY_SURFACE, Range, problem_in
from deepgrasp.skeleton import BODY_VERTICES

MESH_POINTS = 256  # of each object's surface, for MSSD and ADD


def spread_points(vertices: ArrayLike, count: int = MESH_POINTS) -> NDArray[np.float64]:
    """Vertices ``[count, 3]`` that are spread evenly: each next is the farthest from those taken (Gonzalez 1985).

    ADD over all vertices would weigh the parts of an object by how finely its mesh is cut. Starts at the vertex
    farthest from the mesh's origin, so that only the mesh decides.
    """
    points = np.asarray(vertices, dtype=np.float64)
    chosen = [int((points**2).sum(axis=1).argmax())]
    distance = ((points - points[chosen[0]]) ** 2).sum(axis=1)  # [V]
    while len(chosen) < count:
        chosen.append(int(distance.argmax()))
        # the distance to the nearest of those taken, kept up to date: no [V, V] distances of 30,000 vertices
        np.minimum(distance, ((points - points[chosen[-1]]) ** 2).sum(axis=1), out=distance)
    return points[chosen]


def diameter(vertices: ArrayLike) -> float:
    """Largest distance between two of the vertices ``[V, 3]``, in their unit. Both lie on the convex hull."""
    from scipy.spatial import ConvexHull, QhullError

    points = np.asarray(vertices, dtype=np.float64)
    with contextlib.suppress(QhullError):  # a flat mesh has no hull in space: all its points count
        points = points[ConvexHull(points).vertices]
    squares = (points**2).sum(axis=1)
    largest = 0.0
    for start in range(0, len(points), 1024):  # a fine sphere is all hull: never hold every pair
        block = slice(start, start + 1024)
        # |a - b|^2 = |a|^2 + |b|^2 - 2 a.b, a matrix product; no difference of two long vectors matters at the largest
        # distance
        largest = max(largest, float((squares[block, None] + squares - 2 * points[block] @ points.T).max()))
    return float(np.sqrt(largest))


# The header's numbers, to compare with what trimesh returns: it reads a text file that was cut off without a word.
_COUNTS = re.compile(rb"^element\s+(?:vertex|face)\s+(\d+)\s*$", re.MULTILINE)


def load_template(path: Path) -> NDArray[np.float64]:
    """The vertices ``[10475, 3]`` of a subject's body template, in file order, metres.

    Raises:
        InputError: as :func:`load_mesh`, or it is no body.
    """
    vertices, _ = load_mesh(path)
    if vertices.shape != (BODY_VERTICES, 3):
        raise InputError(
            path, f"{len(vertices)} vertices, a body has {BODY_VERTICES}", "restore the subject's own template"
        )
    check_surface(path, vertices, BODY_SURFACE)
    return vertices


def check_surface(path: Path, vertices: NDArray[np.float64], allowed: Range) -> None:
    """Check that all coordinates of the vertices ``[V, 3]`` lie in a range, metres.

    Raises:
        InputError: not so, with the unit that they look like.
    """
    if problem := problem_in(vertices, allowed, "vertex"):
        raise InputError(path, f"a coordinate {problem}", "convert it, or unpack it again")


def load_mesh(path: Path) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Vertices ``[V, 3]`` (metres) and faces ``[F, 3]`` of a ply file, in file order.

    Raises:
        InputError: missing, unreadable or without faces.
    """
    import trimesh

    check_is_file(path)
    try:
        data = path.read_bytes()
        claimed = [int(count) for count in _COUNTS.findall(data.partition(b"end_header")[0])]
        # before any memory is taken for them: a vertex or a face takes three bytes at least
        if any(count > len(data) for count in claimed):
            raise ValueError("it claims more than it holds")
        with warnings.catch_warnings():
            warnings.filterwarnings("error", "string or file could not be read")  # how numpy meets a word among numbers
            warnings.filterwarnings("error", category=RuntimeWarning)
            # processing would merge and reorder vertices, materials open files that the mesh names
            mesh: Any = trimesh.load(path, process=False, skip_materials=True)
        vertex_count, face_count = claimed
        vertices, faces = np.array(mesh.vertices, dtype=np.float64), np.array(mesh.faces, dtype=np.int64)
    except FileNotFoundError:
        raise InputError(path, "missing mesh", "unpack GRAB's tools/ folder next to grab/") from None
    except Exception as error:  # a damaged ply raises anything from struct.error to AttributeError
        check_machine(path, error)
        raise InputError(path, f"not a readable mesh ({type(error).__name__})", "unpack it again") from None
    if not len(faces) or not np.isfinite(vertices).all():
        raise InputError(path, "a mesh without faces or with vertices that are not finite", "unpack it again")
    if len(vertices) != vertex_count or len(faces) < face_count:  # more: a quadrilateral becomes two triangles
        raise InputError(path, "not as many vertices and faces as its header says", "unpack it again")
    if faces.min() < 0 or faces.max() >= len(vertices):
        raise InputError(path, "a mesh whose faces join vertices that do not exist", "unpack it again")
    return vertices, faces
