"""A thing that moves as a whole, the object or the table: its mesh, and where it is in each frame."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepgrasp.body.meshes import check_surface, load_mesh
from deepgrasp.errors import InputError
from deepgrasp.geometry.rotations import Floats, rotation_matrix
from deepgrasp.grab.data_root import mesh_path
from deepgrasp.grab.npz import Npz
from deepgrasp.grab.ranges import PLACE, Range
from deepgrasp.grab.reader import RecordedSequence

_TABLE = "table"  # key of a recording, and name of its mesh
_FURNITURE = Range("metres", 3.0)


@dataclass(frozen=True)
class RigidThing:
    """A mesh of ``O`` vertices in ``T`` frames: ``x -> rotation x + translation``; lengths are metres.

    Attributes:
        vertices: ``[O, 3]`` in its own coordinates.
        faces: ``[F, 3]`` triangles.
        rotation: ``[T, 3, 3]`` for column vectors: the transpose of the files', which multiply rows.
        translation: ``[T, 3]``.
        touch: ``[T, O]`` code of the body part (SMPL-X joint + 1) that touches each vertex, 0 without contact.
    """

    name: str
    vertices: NDArray[np.float32]
    faces: NDArray[np.int64]
    rotation: Floats
    translation: Floats
    touch: NDArray[np.uint8]

    def placed(self, frame: int) -> NDArray[np.float32]:
        """The vertices ``[O, 3]`` in the world in one frame."""
        # rows are points, so the matrix is transposed: x R^T = (R x)^T
        return np.asarray(self.vertices @ self.rotation[frame].T + self.translation[frame], np.float32)


def grasped_thing(data_root: Path, sequence: RecordedSequence, frames: NDArray[np.int64]) -> RigidThing:
    """The object of a recording in some of its ``frames [T]``, with its mesh, places and touch.

    Raises:
        InputError: its mesh is missing or damaged, or has another number of vertices than the recording's contact.
    """
    path = mesh_path(data_root, sequence.name.object)
    vertices, faces = load_mesh(path)
    if sequence.object_vertices != len(vertices):
        problem = f"{len(vertices)} vertices, contact of {sequence.object_vertices} in the recording"
        raise InputError(path, problem, "sequence and tools/object_meshes must be of one release")
    return RigidThing(
        name=sequence.name.object,
        vertices=vertices.astype(np.float32),
        faces=faces,
        rotation=column_rotation(sequence.object_orient[frames]),
        translation=sequence.object_transl[frames],
        touch=sequence.contact_object[frames].astype(np.uint8),
    )


def column_rotation(orient: Floats) -> Floats:
    """The usual rotation ``[T, 3, 3]``, for columns, of a file's axis-angle ``[T, 3]``, which is meant for rows."""
    # GRAB's tools: vertices @ R + t
    return np.swapaxes(rotation_matrix(orient), -1, -2)


def recorded_table(data_root: Path, recording: Path, frames: NDArray[np.int64]) -> RigidThing | None:
    """The table of a recording in some of its ``frames [T]``; None where the recording, or the data root, has none.

    Raises:
        InputError: table or mesh is damaged, or not in GRAB's format.
    """
    path = mesh_path(data_root, _TABLE)
    with Npz(recording) as npz:
        params = npz.read(_TABLE).get("params", {}) if _TABLE in npz.keys and path.is_file() else {}
    if not params:
        return None
    try:
        orient, place = (np.asarray(params[key], float)[frames].reshape(-1, 3) for key in ("global_orient", "transl"))
    except (KeyError, TypeError, ValueError, IndexError):
        raise InputError(recording, f"key {_TABLE!r} is not in GRAB's format", "get the file again") from None
    if not (np.isfinite(orient).all() and np.isfinite(place).all() and np.abs(place).max() <= PLACE.limit):
        raise InputError(recording, f"key {_TABLE!r} has no place in a room", "get the file again")
    vertices, faces = load_mesh(path)
    check_surface(path, vertices, _FURNITURE)
    untouched = np.zeros((len(frames), len(vertices)), np.uint8)  # contact is recorded of hands and object alone
    return RigidThing(_TABLE, vertices.astype(np.float32), faces, column_rotation(orient), place, untouched)
