"""The SMPL-X body: models, subjects' rest joints, and posed joints by the kinematic chain, without a vertex."""

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.errors import InputError
from deepgrasp.grab.npz import Npz
from deepgrasp.skeleton import JOINTS, PARENTS

VERTICES = 10475
_SHAPES: dict[str, tuple[int, ...]] = {
    "v_template": (VERTICES, 3),
    "weights": (VERTICES, len(JOINTS)),
    "J_regressor": (len(JOINTS), VERTICES),
    "kintree_table": (2, len(JOINTS)),
}


def _generations() -> list[list[int]]:
    depth = [0] * len(PARENTS)
    for joint, parent in enumerate(PARENTS[1:], start=1):
        depth[joint] = depth[parent] + 1
    return [[joint for joint, found in enumerate(depth) if found == level] for level in range(1, max(depth) + 1)]


_GENERATIONS = _generations()  # joints by their distance from the root


@dataclass(frozen=True)
class BodyModel:
    """What the graphs need of an SMPL-X model.

    Attributes:
        joint_regressor: ``[55, 10475]``, rest joints from template vertices.
        faces: ``[F, 3]`` triangles of the surface.
        template: ``[10475, 3]`` mean body, metres.
    """

    joint_regressor: NDArray[np.float64]
    faces: NDArray[np.int64]
    template: NDArray[np.float64]


def model_path(models: Path, gender: str) -> Path:
    """Where smplx looks for a model, below the folder it is given."""
    return models / "smplx" / f"SMPLX_{gender.upper()}.npz"


def load_model(models: Path, gender: str) -> BodyModel:
    """Load ``<models>/smplx/SMPLX_<GENDER>.npz`` through smplx, once its members are known to be safe and SMPL-X's.

    Raises:
        InputError: missing, damaged, or another model (SMPL, SMPL-H, MANO); a pickle that is not numpy.
    """
    path = model_path(models, gender)
    _check_model(path)
    import smplx

    try:
        with contextlib.redirect_stdout(io.StringIO()):  # smplx prints that a model has 10 shape coefficients
            model = smplx.SMPLX(model_path=str(path), gender=gender)
    except Exception as error:  # a damaged or incomplete file: whatever numpy, torch or smplx trips over
        problem = f"smplx cannot load it ({type(error).__name__}: {error})"
        raise InputError(path, problem, "download the SMPL-X model again") from None
    return BodyModel(
        joint_regressor=model.J_regressor.numpy().astype(np.float64),
        faces=np.asarray(model.faces, dtype=np.int64),
        template=model.v_template.numpy().astype(np.float64),
    )


def _check_model(path: Path) -> None:
    with Npz(path) as npz:
        for key in npz.keys:  # smplx unpickles every key, needed or not
            if npz.header(key)[1].hasobject:
                npz.read(key)
        for key, shape in _SHAPES.items():
            found = npz.header(key)[0] if key in npz.keys else None
            if found != shape:
                problem = f"not an SMPL-X model: key {key!r} " + (
                    "is missing" if found is None else f"has shape {found}"
                )
                raise InputError(path, problem, "put the SMPL-X file there (not SMPL, SMPL-H or MANO)")
        parents = npz.read("kintree_table")[0].astype(np.int64)
    if parents[1:].tolist() != list(PARENTS[1:]):
        raise InputError(path, "not SMPL-X's kinematic tree", "put the SMPL-X file there (not SMPL, SMPL-H or MANO)")


def load_template(path: Path) -> NDArray[np.float64]:
    """The vertices ``[10475, 3]`` of a subject's body template, in file order, metres."""
    vertices, _ = load_mesh(path)
    if vertices.shape != (VERTICES, 3):
        raise InputError(path, f"{len(vertices)} vertices, a body has {VERTICES}", "restore the subject's own template")
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
        mesh: Any = trimesh.load(path, process=False)  # processing would merge and reorder vertices
        vertices, faces = np.array(mesh.vertices, dtype=np.float64), np.array(mesh.faces, dtype=np.int64)
    except Exception as error:  # a damaged ply raises anything from struct.error to AttributeError
        raise InputError(path, f"not a readable mesh ({type(error).__name__})", "unpack it again") from None
    if not len(faces) or not np.isfinite(vertices).all():
        raise InputError(path, "a mesh without faces or with vertices that are not finite", "unpack it again")
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
        rest: ``[55, 3]`` joints at rest, metres.
        transl: ``[T, 3]`` metres.

    Returns:
        Positions ``[T, 55, 3]`` in metres and rotations ``[T, 55, 3, 3]`` of all joints, in the world.
    """
    local = rotation_matrix(np.swapaxes(fullpose, 0, 1))  # [55, T, 3, 3]
    rotations, positions = np.empty_like(local), np.empty(local.shape[:-1])
    rotations[0], positions[0] = local[0], rest[0] + transl
    for joints in _GENERATIONS:  # ten products of many joints are faster than 54 of one
        parents = [PARENTS[joint] for joint in joints]
        above = rotations[parents]
        rotations[joints] = above @ local[joints]
        positions[joints] = positions[parents] + np.einsum("jtab,jb->jta", above, rest[joints] - rest[parents])
    return np.swapaxes(positions, 0, 1), np.swapaxes(rotations, 0, 1)
