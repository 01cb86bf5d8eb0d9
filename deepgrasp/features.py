"""One recording to the arrays of its graphs: what a network is shown, and what it is asked."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from deepgrasp.body import forward_kinematics, rotation_matrix
from deepgrasp.grab.reader import Sequence
from deepgrasp.skeleton import HAND_VERTICES, INDEX, TRUNK, arm_parent, arms

Frame = Literal["body", "neck", "world"]
Floats = NDArray[np.float64]

_ARMS = arms("both")
_COLUMNS = [INDEX[name] for name in _ARMS]


def bone_lengths(rest: Floats) -> Floats:
    """Distance ``[39]`` of each arm joint to its parent in the arm graph at rest, metres; 0 for the neck.

    Args:
        rest: ``[55, 3]`` joints at rest.
    """
    parents = [INDEX[arm_parent(name) or name] for name in _ARMS]
    return np.asarray(np.linalg.norm(rest[_COLUMNS] - rest[parents], axis=1))


def pose_features(fullpose: Floats, rest: Floats) -> NDArray[np.float32]:
    """Proprioception ``[T, 39, 4]``: axis-angle relative to the parent (radians) and bone length (metres)."""
    lengths = np.broadcast_to(bone_lengths(rest)[:, None], (len(fullpose), len(_ARMS), 1))
    return np.concatenate([fullpose[:, _COLUMNS], lengths], axis=2).astype(np.float32)


def touch_features(contact_body: NDArray[Any], hands: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Whether each hand vertex touches: ``[T, 2, 98]``, 778 bits a hand.

    The files say which body part a vertex belongs to; only whether it touches is sensed.

    Args:
        contact_body: ``[T, 10475]`` part codes, 0 without contact.
        hands: ``[2, 778]`` body vertices of the right and the left hand.
    """
    return np.packbits(contact_body[:, hands] != 0, axis=-1)


def unpack_touch(touch: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Bits ``[..., 98]`` to one 0 or 1 a vertex ``[..., 778]``."""
    return np.unpackbits(touch, axis=-1, count=HAND_VERTICES)


def targets(
    sequence: Sequence, window: NDArray[np.int64], rest: Floats, frame: Frame
) -> dict[str, NDArray[np.float32]]:
    """Arm joints and object pose in the chosen frame of reference.

    ``body``: origin at the neck, axes of spine3, from which both arms hang: the most that joint angles can tell.
    ``neck``: origin at the neck, axes of the world. ``world``: as recorded.

    Returns:
        ``body`` ``[T, 39, 3]`` and ``object_translation`` ``[T, 3]`` in metres; ``object_rotation`` ``[T, 3, 3]``, the
        usual column-vector rotation: the transpose of the file's, which is meant for row vectors.
    """
    joints, rotations = forward_kinematics(sequence.fullpose[window], rest, sequence.transl[window])
    object_rotation = np.swapaxes(rotation_matrix(sequence.object_orient[window]), -1, -2)
    axes = rotations[:, INDEX[TRUNK]] if frame == "body" else np.eye(3)[None]
    origin = joints[:, INDEX["neck"]] if frame != "world" else np.zeros((1, 3))
    found = {
        "body": (joints[:, _COLUMNS] - origin[:, None]) @ axes,  # rows times R: R^T applied to each
        "object_rotation": np.swapaxes(axes, -1, -2) @ object_rotation,
        "object_translation": ((sequence.object_transl[window] - origin)[:, None] @ axes)[:, 0],
    }
    return {name: array.astype(np.float32) for name, array in found.items()}
