"""Inverse kinematics of an arm: shoulder, elbow and wrist angles that put the hand where it is wanted."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from deepgrasp.geometry.rotations import rotation_vectors
from deepgrasp.skeleton import INDEX
from deepgrasp.standin.acting.posed_joints import rotation_matrices
from deepgrasp.standin.array_types import Floats
from deepgrasp.standin.people.subjects import Subject


class ArmPose(NamedTuple):
    """Rotation vectors ``[T, 3]`` of the joints relative to their parents, and by how many m the target was missed."""

    shoulder: Floats
    elbow: Floats
    wrist: Floats
    missed: Floats


def place_arm(
    subject: Subject,
    side: str,
    collar: tuple[Floats, Floats],
    wrist: tuple[Floats, Floats],
    swivel: npt.ArrayLike = 0.0,
) -> ArmPose:
    """Angles of shoulder, elbow and wrist that put the wrist where it is wanted, in closed form for two bones.

    Args:
        collar: world rotation ``[T, 3, 3]`` and position ``[T, 3]`` of the collar joint (from `posed_joints`).
        wrist: wanted world rotation ``[T, 3, 3]`` and position ``[T, 3]`` of the wrist joint. Too far away, the arm
            stretches (almost) straight towards it.
        swivel: ``[T]`` or a number, rad: 0 lets the elbow hang down (towards the body's feet), positive lifts it
            outwards, away from the trunk, about the line from shoulder to wrist.

    The forearm carries part of the hand's turn about it, as pronation and supination do. The closed form
    is exact to 1e-9 m; an iterative solver would need a start and a tolerance.
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
    # 0.6 of the turn is the forearm's: a wrist bends, but hardly turns about the forearm itself
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
    # law of cosines: where on the line from shoulder to wrist the elbow's foot is
    along = (distance**2 + long**2 - short**2) / (2 * distance)
    down = _perpendicular(-frame[:, :, 1] - 0.35 * frame[:, :, 2], line)  # elbows hang down and a little back
    out = np.cross(line, down)
    outward = frame[:, :, 0] * (1.0 if side == "left" else -1.0)
    # of the two directions across the arm the one away from the trunk, so that positive lifts either elbow
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
    # sin(a/2) * axis without a division by zero for no turn at all
    part = np.where(angle < 1e-9, 0.5 * axis, np.sin(angle / 2) * axis / np.maximum(angle, 1e-9))
    return np.asarray(2 * np.arctan2(part, np.cos(angle / 2)))
