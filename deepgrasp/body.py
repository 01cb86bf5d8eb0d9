"""The SMPL-X body: subjects' rest joints, and posed joints by the kinematic chain, without a vertex."""

import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.errors import InputError
from deepgrasp.models import BodyModel
from deepgrasp.skeleton import BODY_VERTICES, PARENTS


def _generations() -> list[list[int]]:
    depth = [0] * len(PARENTS)
    for joint, parent in enumerate(PARENTS[1:], start=1):
        depth[joint] = depth[parent] + 1
    return [[joint for joint, found in enumerate(depth) if found == level] for level in range(1, max(depth) + 1)]


_COUNTS = re.compile(rb"^element\s+(?:vertex|face)\s+(\d+)\s*$", re.MULTILINE)  # a text may end early and still be read
_GENERATIONS = _generations()  # joints by their distance from the root


def load_template(path: Path) -> NDArray[np.float64]:
    """The vertices ``[10475, 3]`` of a subject's body template, in file order, metres."""
    vertices, _ = load_mesh(path)
    if vertices.shape != (BODY_VERTICES, 3):
        raise InputError(
            path, f"{len(vertices)} vertices, a body has {BODY_VERTICES}", "restore the subject's own template"
        )
    return vertices


def load_mesh(path: Path) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Vertices ``[V, 3]`` (metres) and faces ``[F, 3]`` of a ply file, in file order.

    Raises:
        InputError: missing, unreadable or without faces.
    """
    import trimesh

    if not path.is_file():
        raise InputError(path, "missing mesh", "unpack GRAB's tools/ folder next to grab/")
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", "string or file could not be read")  # how numpy meets a word among numbers
            warnings.filterwarnings("error", category=RuntimeWarning)
            # processing would merge and reorder vertices, materials open files that the mesh names
            mesh: Any = trimesh.load(path, process=False, skip_materials=True)
            vertex_count, face_count = (
                int(count) for count in _COUNTS.findall(path.read_bytes().partition(b"end_header")[0])
            )
        vertices, faces = np.array(mesh.vertices, dtype=np.float64), np.array(mesh.faces, dtype=np.int64)
    except Exception as error:  # a damaged ply raises anything from struct.error to AttributeError
        raise InputError(path, f"not a readable mesh ({type(error).__name__})", "unpack it again") from None
    if not len(faces) or not np.isfinite(vertices).all():
        raise InputError(path, "a mesh without faces or with vertices that are not finite", "unpack it again")
    if len(vertices) != vertex_count or len(faces) < face_count:  # more: a quadrilateral becomes two triangles
        raise InputError(path, "not as many vertices and faces as its header says", "unpack it again")
    if faces.min() < 0 or faces.max() >= len(vertices):
        raise InputError(path, "a mesh whose faces join vertices that do not exist", "unpack it again")
    return vertices, faces


def rest_joints(model: BodyModel, template: NDArray[np.float64]) -> NDArray[np.float64]:
    """Joints ``[55, 3]`` of a subject at rest, metres.

    smplx also lets the facial expression move the vertices it regresses joints from. No arm joint is regressed from the
    face, so expressions are left out.
    """
    return model.joint_regressor @ template


def rotation_matrix(axis_angle: ArrayLike) -> NDArray[np.float64]:
    """Rodrigues' formula: axis-angle ``[..., 3]`` in radians to column-vector rotations ``[..., 3, 3]``."""
    vector = np.asarray(axis_angle, dtype=np.float64)
    angle = np.sqrt(np.einsum("...i,...i->...", vector, vector))
    axis = vector / np.maximum(angle, 1e-300)[..., None]  # a zero vector has no axis and needs none
    sine, cosine = np.sin(angle), np.cos(angle)
    matrix = ((1 - cosine)[..., None] * axis)[..., :, None] * axis[..., None, :]
    for row, column, around in ((2, 1, 0), (0, 2, 1), (1, 0, 2)):
        matrix[..., row, column] += sine * axis[..., around]
        matrix[..., column, row] -= sine * axis[..., around]
        matrix[..., around, around] += cosine
    return matrix


def forward_kinematics(
    fullpose: NDArray[np.float64], rest: NDArray[np.float64], transl: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Posed joints by the kinematic chain (SMPL, Loper et al. 2015, eq. 3-4): the joints of smplx's full forward pass.

    Args:
        fullpose: ``[T, 55, 3]`` axis-angle relative to the parent.
        rest: ``[55, 3]`` joints at rest, metres, or ``[T, 55, 3]`` if they differ from frame to frame.
        transl: ``[T, 3]`` metres.

    Returns:
        Positions ``[T, 55, 3]`` in metres and rotations ``[T, 55, 3, 3]`` of all joints, in the world.
    """
    local = rotation_matrix(np.swapaxes(fullpose, 0, 1))  # [55, T, 3, 3]
    rotations, positions = np.empty_like(local), np.empty(local.shape[:-1])
    bones, subscripts = (rest, "jtab,jb->jta") if rest.ndim == 2 else (np.swapaxes(rest, 0, 1), "jtab,jtb->jta")
    rotations[0], positions[0] = local[0], bones[0] + transl
    for joints in _GENERATIONS:  # ten products of many joints are faster than 54 of one
        parents = [PARENTS[joint] for joint in joints]
        above = rotations[parents]
        rotations[joints] = above @ local[joints]
        positions[joints] = positions[parents] + np.einsum(subscripts, above, bones[joints] - bones[parents])
    return np.swapaxes(positions, 0, 1), np.swapaxes(rotations, 0, 1)
