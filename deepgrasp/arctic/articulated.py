"""An object of two parts on a hinge: its mesh, and where each part is when it is opened and moved."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from deepgrasp.arctic.download import LARGEST_TEXT, read_json
from deepgrasp.errors import InputError, check_machine
from deepgrasp.files import check_is_file
from deepgrasp.geometry.rotations import Floats, rotation_matrix
from deepgrasp.grab.ranges import OBJECT_SURFACE, Range, problem_in

HINGE = np.array([0.0, 0.0, -1.0])
"""About which the top part turns, in the mesh's axes, through its origin (ARCTIC's object_tensors.py)."""
OBJECT_PARTS = ("bottom", "top")
_TOP = 0
"""What ``parts.json`` calls the top: as ARCTIC's code reads it. Its page on the files says the reverse."""
_MILLIMETRES = Range("millimetres", 1000 * OBJECT_SURFACE.limit)


@dataclass(frozen=True)
class ArticulatedObject:
    """The surface of an object of two parts on a hinge, closed.

    Attributes:
        vertices: ``[V, 3]`` of both parts, metres; the origin lies on the hinge.
        faces: ``[F, 3]``.
        part: ``[V]`` 0 for the bottom, which the object's pose is of, and 1 for the top, which is opened.
    """

    vertices: Floats
    faces: NDArray[np.int64]
    part: NDArray[np.int64]

    def surface(self, part: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Numbers of a part's vertices ``[N]``, and its faces ``[F, 3]``, which count among these."""
        ids = np.flatnonzero(self.part == part)
        place = np.full(len(self.vertices), -1)  # -1: of the other part
        place[ids] = np.arange(len(ids))
        faces = place[self.faces]
        # a face that joins both parts is no surface: it stretches when the object opens
        return ids, faces[(faces >= 0).all(axis=1)]


def part_poses(articulation: Floats, orient: Floats, transl: Floats) -> list[tuple[Floats, Floats]]:
    """Where the bottom and the top are: rotations ``[T, 3, 3]`` and places ``[T, 3]``, points ``x`` go to ``R x + t``.

    Args:
        articulation: ``[T]`` by how much the top is turned about :data:`HINGE`, radians.
        orient: ``[T, 3]`` axis-angle of the bottom, radians.
        transl: ``[T, 3]`` of the origin, metres.
    """
    bottom = rotation_matrix(orient)  # [T, 3, 3]
    # the origin is on the hinge: to open moves it nowhere
    return [(bottom, transl), (bottom @ rotation_matrix(articulation[:, None] * HINGE), transl)]


def load_object(folder: Path) -> ArticulatedObject:
    """The object whose ``mesh.obj`` (millimetres) and ``parts.json`` lie in a folder of ``meta/object_vtemplates``.

    Raises:
        InputError: a file is missing or damaged; the mesh is in another unit, or its parts are not those of top.obj.
    """
    path = folder / "mesh.obj"
    vertices, faces = load_obj(path)
    if problem := problem_in(vertices, _MILLIMETRES, "vertex"):
        raise InputError(path, f"a coordinate {problem}", "convert it, or unpack ARCTIC's meta.zip again")
    # no thing has all of its vertices within a millimetre of its hinge
    if (largest := np.abs(vertices).max()) <= OBJECT_SURFACE.limit:
        problem = f"no coordinate is larger than {largest:.4g}, which looks like metres"
        raise InputError(path, problem, "ARCTIC's are millimetres: convert it")
    labels, again = folder / "parts.json", "unpack ARCTIC's meta.zip again"
    said = read_json(labels)
    # type, not isinstance: to Python, true and false are whole numbers, too
    if not isinstance(said, list) or not all(type(value) is int and value in (0, 1) for value in said):
        raise InputError(labels, "is no list of 0 and 1", again)
    if len(said) != len(vertices):
        raise InputError(labels, f"tells the part of {len(said)} vertices, mesh.obj has {len(vertices)}", again)
    thing = ArticulatedObject(vertices / 1000, faces, (np.array(said) == _TOP).astype(np.int64))
    # a part without a face could never be touched
    for part, name in enumerate(OBJECT_PARTS):
        if not len(thing.surface(part)[1]):
            raise InputError(path, f"its {name} has no face", again)
    # all meshes of an object lie over each other: its own files tell whether the labels are understood
    if (folder / "top.obj").is_file():
        apart, _ = cKDTree(load_obj(folder / "top.obj")[0]).query(vertices)
        # means: at the hinge, vertices of both parts lie near the top
        if apart[thing.part == 1].mean() > apart[thing.part == 0].mean():
            raise InputError(labels, "calls top what top.obj does not show", again)
    return thing


def load_obj(path: Path) -> tuple[Floats, NDArray[np.int64]]:
    """Vertices ``[V, 3]``, in the file's unit, and faces ``[F, 3]`` of an obj file, in its order.

    Raises:
        InputError: it is missing, unreadable or without faces.
    """
    import trimesh

    check_is_file(path)
    try:
        # before it is read: what is no mesh may fill the memory
        if path.stat().st_size > LARGEST_TEXT:
            raise ValueError("too large")
        # processing would merge vertices, textures split them, materials open files that the mesh names
        mesh: Any = trimesh.load_mesh(path, process=False, maintain_order=True, skip_materials=True)
        vertices, faces = np.array(mesh.vertices, dtype=np.float64), np.array(mesh.faces, dtype=np.int64)
    except FileNotFoundError:
        raise InputError(path, "is missing", "unpack ARCTIC's meta.zip beside raw_seqs/") from None
    except Exception as error:  # a damaged mesh raises anything
        check_machine(path, error)
        raise InputError(path, f"is no readable mesh ({type(error).__name__})", "unpack it again") from None
    if not len(faces) or vertices.shape[1:] != (3,) or not np.isfinite(vertices).all():
        raise InputError(path, "has no faces, or vertices that are not finite", "unpack it again")
    if faces.min() < 0 or faces.max() >= len(vertices):
        raise InputError(path, "has faces of vertices that do not exist", "unpack it again")
    return vertices, faces
