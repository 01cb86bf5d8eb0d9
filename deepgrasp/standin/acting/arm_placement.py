"""Forward kinematics, skinning of the hands and two-bone arm placement, in SMPL-X's conventions and numpy."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from deepgrasp.geometry.rotations import rotation_vectors
from deepgrasp.skeleton import HAND_JOINTS, INDEX, PARENTS

if TYPE_CHECKING:
    from deepgrasp.standin.people.model_writer import Subject

Floats = npt.NDArray[np.float64]


def rotation_matrices(vectors: npt.ArrayLike) -> Floats:
    """Rotation vectors ``[..., 3]`` (axis-angle, rad) to matrices ``[..., 3, 3]`` (Rodrigues' formula)."""
    vectors = np.asarray(vectors, dtype=np.float64)
    angle = np.sqrt((vectors**2).sum(-1))[..., None, None]
    safe = np.where(angle < 1e-8, 1.0, angle)
    sine = np.where(angle < 1e-8, 1.0, np.sin(safe) / safe)
    cosine = np.where(angle < 1e-8, 0.5, (1 - np.cos(safe)) / safe**2)
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*x.shape, 3, 3)
    return np.eye(3) + sine * cross + cosine * (cross @ cross)


def forward(joints: npt.ArrayLike, pose: npt.ArrayLike, transl: npt.ArrayLike) -> tuple[Floats, Floats]:
    """World frames of all joints, as ``smplx`` computes them.

    Args:
        joints: rest joints ``[55, 3]`` in m.
        pose: rotation vectors ``[T, 55, 3]`` of each joint relative to its parent; the first turns the body about its
            pelvis.
        transl: ``[T, 3]`` in m, added to everything after that turn.

    Returns:
        Rotations ``[T, 55, 3, 3]`` (from rest to world) and positions ``[T, 55, 3]`` in m.
    """
    joints, local = np.asarray(joints, dtype=np.float64), rotation_matrices(pose)
    rotations, positions = np.empty_like(local), np.empty(local.shape[:-1])
    for joint, parent in enumerate(PARENTS):
        if parent < 0:
            rotations[:, joint], positions[:, joint] = local[:, joint], joints[joint] + np.asarray(transl)
            continue
        rotations[:, joint] = rotations[:, parent] @ local[:, joint]
        bone = joints[joint] - joints[parent]
        positions[:, joint] = positions[:, parent] + rotations[:, parent] @ bone
    return rotations, positions


def hand_surface(subject: "Subject", side: str, rotations: Floats, positions: Floats) -> Floats:
    """Posed skin of one hand ``[T, 778, 3]`` in m by linear blend skinning (what SMPL-X's own vertices are)."""
    from deepgrasp.standin.people import hand_anatomy

    chain = [INDEX[f"{side}_wrist"], *(INDEX[name] for name in HAND_JOINTS[side])]
    turn = rotations[:, chain]  # [T, 16, 3, 3]
    shift = positions[:, chain] - (turn @ subject.joints[chain][..., None])[..., 0]
    affine = np.concatenate([turn, shift[..., None]], axis=-1).reshape(len(turn), 16, 12)
    blend = (hand_anatomy.weights() @ affine).reshape(len(turn), -1, 3, 4)  # [T, 778, 3, 4]
    template = subject.hand_template(side)
    return np.einsum("tvij,vj->tvi", blend[..., :3], template) + blend[..., 3]


def vertex_normals(vertices: Floats, faces: npt.NDArray[np.int64]) -> Floats:
    """Outward unit normals ``[T, V, 3]`` of vertices ``[T, V, 3]``, weighted by the area of the triangles around."""
    x = np.ascontiguousarray(np.moveaxis(vertices, -1, 0))  # [3, T, V]: many small cross products are slow otherwise
    a, b, c = (x[:, :, faces[:, k]] for k in range(3))
    u, v = b - a, c - a
    normal = np.stack([u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]])  # [3, T, F]
    corners = np.zeros((len(faces), vertices.shape[1]))
    corners[np.arange(len(faces))[:, None], faces] = 1
    total = np.moveaxis(normal @ corners, 0, -1)  # [T, V, 3]
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=-1, keepdims=True), 1e-12))


class ArmPose(NamedTuple):
    """Rotation vectors ``[T, 3]`` of the joints relative to their parents, and by how many m the target was missed."""

    shoulder: Floats
    elbow: Floats
    wrist: Floats
    missed: Floats


def arm_ik(
    subject: "Subject",
    side: str,
    collar: tuple[Floats, Floats],
    wrist: tuple[Floats, Floats],
    swivel: npt.ArrayLike = 0.0,
) -> ArmPose:
    """Places the wrist: the analytic solution for two bones and a hinge at the elbow.

    Args:
        collar: world rotation ``[T, 3, 3]`` and position ``[T, 3]`` of the collar joint (from `forward`).
        wrist: wanted world rotation ``[T, 3, 3]`` and position ``[T, 3]`` of the wrist joint. Too far away, the arm
            stretches (almost) straight towards it.
        swivel: ``[T]`` or a number, rad: 0 lets the elbow hang down (towards the body's feet), positive lifts it
            outwards, away from the trunk, about the line from shoulder to wrist.

    The forearm carries part of the hand's turn about it, as pronation and supination do.
    """
    rest = [subject.joints[INDEX[f"{side}_{part}"]] for part in ("collar", "shoulder", "elbow", "wrist")]
    upper, fore = rest[2] - rest[1], rest[3] - rest[2]
    frame, origin = collar
    shoulder = origin + frame @ (rest[1] - rest[0])
    elbow, end = _elbow(side, frame, shoulder, wrist[1], (upper, fore), swivel)
    hinge = np.cross(fore, upper)  # elbows bend further the way that they are bent at rest
    normal = np.cross(end - elbow, elbow - shoulder)
    upper_turn = _align(upper, hinge, elbow - shoulder, normal)
    fore_turn = _align(fore, hinge, end - elbow, normal)
    twist = _twist(np.swapaxes(fore_turn, -1, -2) @ wrist[0], fore)
    fore_turn = fore_turn @ rotation_matrices(0.6 * twist[:, None] * fore / np.linalg.norm(fore))
    local = [
        np.swapaxes(a, -1, -2) @ b for a, b in ((frame, upper_turn), (upper_turn, fore_turn), (fore_turn, wrist[0]))
    ]
    missed = np.linalg.norm(end - wrist[1], axis=-1)
    return ArmPose(rotation_vectors(local[0]), rotation_vectors(local[1]), rotation_vectors(local[2]), missed)


def _elbow(
    side: str, frame: Floats, shoulder: Floats, target: Floats, bones: tuple[Floats, Floats], swivel: npt.ArrayLike
) -> tuple[Floats, Floats]:
    """World positions ``[T, 3]`` of the elbow and of the wrist as far as the arm reaches."""
    long, short = (float(np.linalg.norm(bone)) for bone in bones)
    reach = target - shoulder
    distance = np.linalg.norm(reach, axis=-1, keepdims=True)
    line = reach / np.maximum(distance, 1e-9)
    distance = np.clip(distance, abs(long - short) + 0.15 * short, 0.998 * (long + short))  # never folded or locked
    along = (distance**2 + long**2 - short**2) / (2 * distance)
    down = _perpendicular(-frame[:, :, 1] - 0.35 * frame[:, :, 2], line)  # elbows hang down and a little back
    out = np.cross(line, down)
    outward = frame[:, :, 0] * (1.0 if side == "left" else -1.0)
    out *= np.where((out * outward).sum(-1, keepdims=True) < 0, -1.0, 1.0)
    angle = np.broadcast_to(swivel, distance.shape[:1])[:, None]
    away = np.cos(angle) * down + np.sin(angle) * out
    elbow = shoulder + along * line + np.sqrt(np.maximum(long**2 - along**2, 0)) * away
    return elbow, shoulder + distance * line


def _perpendicular(vector: Floats, line: Floats) -> Floats:
    across = vector - (vector * line).sum(-1, keepdims=True) * line
    return across / np.maximum(np.linalg.norm(across, axis=-1, keepdims=True), 1e-9)


def _align(bone: Floats, hinge: Floats, direction: Floats, normal: Floats) -> Floats:
    """Rotations ``[T, 3, 3]`` that take a rest bone and its hinge to a direction and the normal of the bent arm."""

    def triad(first: Floats, second: Floats) -> Floats:
        first = first / np.linalg.norm(first, axis=-1, keepdims=True)
        second = _perpendicular(second, first)
        return np.stack([first, second, np.cross(first, second)], axis=-1)

    return triad(direction, normal) @ triad(bone, hinge).T


def _twist(turn: Floats, bone: Floats) -> Floats:
    """Angle ``[T]`` of a rotation about a bone (swing-twist decomposition), in -pi..pi."""
    vector = rotation_vectors(turn)
    angle = np.linalg.norm(vector, axis=-1)
    axis = (vector @ bone) / np.linalg.norm(bone)
    part = np.where(angle < 1e-9, 0.5 * axis, np.sin(angle / 2) * axis / np.maximum(angle, 1e-9))
    return np.asarray(2 * np.arctan2(part, np.cos(angle / 2)))
