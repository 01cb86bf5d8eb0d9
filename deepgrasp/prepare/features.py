"""Pose, touch and bone features of a recording, and its targets: joint positions and object pose."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.choices import Frame
from deepgrasp.geometry.forward_kinematics import forward_kinematics
from deepgrasp.geometry.rotations import Floats, rotation_matrix
from deepgrasp.grab.reader import RecordedSequence
from deepgrasp.skeleton import (
    INDEX,
    JOINTS,
    POINT_INDEX,
    TRUNK,
    arm_parent,
    arms,
)
from deepgrasp.store.layout import POSE_NODES

_COLUMNS = [INDEX[name] for name in arms("both")]


def bone_lengths(rest: Floats) -> NDArray[np.float32]:
    """Distance ``[49]`` of each of :data:`POSE_NODES` to its parent in the arm graph at rest, metres; 0 for the neck.

    Args:
        rest: ``[65, 3]`` joints and fingertips at rest.
    """
    # By name. The published code laid lengths in the order of edges on nodes: 13 of 19 went to a wrong joint.
    nodes, parents = (
        [POINT_INDEX[name] for name in names] for names in (POSE_NODES, [arm_parent(n) or n for n in POSE_NODES])
    )
    return np.linalg.norm(rest[nodes] - rest[parents], axis=1).astype(np.float32)


def pose_features(fullpose: Floats) -> NDArray[np.float32]:
    """Axis-angle ``[T, 39, 3]`` of the arms' joints relative to their parents, radians."""
    # as the files have it and as published; streams turn it into rotations where a network asks for them
    return fullpose[:, _COLUMNS].astype(np.float32)


def touch_features(contact_body: NDArray[Any], hands: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Whether each hand vertex touches: ``[T, 2, 98]``, 778 bits a hand.

    The files say which body part a vertex belongs to; only whether it touches is sensed.

    Args:
        contact_body: ``[T, 10475]`` part codes, 0 without contact.
        hands: ``[2, 778]`` body vertices of the right and the left hand.
    """
    # [T, 10475] to [T, 2, 778], then a bit a vertex: an eighth of the bytes. The published code fed the codes
    # themselves, which name the finger; its paper says binary.
    return np.packbits(contact_body[:, hands] != 0, axis=-1)


def targets(
    sequence: RecordedSequence, window: NDArray[np.int64], rest: Floats, frame: Frame
) -> dict[str, NDArray[np.float32]]:
    """Targets of a window: arm joints and object pose in a frame of reference; ``rest`` as for :func:`bone_lengths`.

    ``body``: origin at the neck, axes of spine3, from which both arms hang: the most that joint angles can tell.
    ``neck``: origin at the neck, axes of the world. ``world``: as recorded.

    Returns:
        ``body`` ``[T, 39, 3]`` and ``object_translation`` ``[T, 3]`` in metres; ``object_rotation`` ``[T, 3, 3]``, the
        usual column-vector rotation: the transpose of the file's, which is meant for row vectors. ``lean``
        ``[T, 3, 3]``: from the axes of spine3 to those of the pelvis; without effect in frames of the world.
    """
    joints, rotations = forward_kinematics(sequence.fullpose[window], rest[: len(JOINTS)], sequence.transl[window])
    # v @ R + t in the file: without this transpose ADD measures another pose
    object_rotation = np.swapaxes(rotation_matrix(sequence.object_orient[window]), -1, -2)
    trunk, pelvis = (rotations[:, INDEX[name]] for name in (TRUNK, "pelvis"))
    axes = trunk if frame == "body" else np.eye(3)[None]
    origin = joints[:, INDEX["neck"]] if frame != "world" else np.zeros((1, 3))
    found = {
        "body": (joints[:, _COLUMNS] - origin[:, None]) @ axes,  # rows times R: R^T applied to each
        "object_rotation": np.swapaxes(axes, -1, -2) @ object_rotation,
        "object_translation": ((sequence.object_transl[window] - origin)[:, None] @ axes)[:, 0],
        "lean": np.swapaxes(pelvis, -1, -2) @ trunk if frame == "body" else np.tile(np.eye(3), (len(joints), 1, 1)),
    }
    # double up to here; single keeps a metre to 0.1 micrometres
    return {name: array.astype(np.float32) for name, array in found.items()}
