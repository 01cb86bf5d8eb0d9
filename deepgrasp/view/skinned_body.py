"""A person's skin over the frames of a recording: 55 transforms a frame, and few directions in which poses bend it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.body.model_files import BodyModel
from deepgrasp.body.skin import moved_at_rest, rest_to_world, skin_of, skinned
from deepgrasp.geometry.rotations import Floats
from deepgrasp.skeleton import BODY_VERTICES

TOLERANCE_M = 3e-6
"""By which no coordinate of a vertex at rest may be off: what is drawn is within 10 micrometres of smplx."""
_ALL = slice(None)


@dataclass(frozen=True)
class SkinnedBody:
    """A body of ``V`` vertices in ``T`` frames; lengths are metres.

    Its vertices are ``sum_j w_vj (R_tj x_tv + o_tj)``, where ``x_tv`` is the vertex at rest and what ``K`` directions
    add to it (SMPL-X, Pavlakos et al. 2019, section 3.1).

    Attributes:
        rest: ``[V, 3]`` the person at rest.
        faces: ``[F, 3]`` triangles.
        weights: ``[V, 55]`` how far each joint moves a vertex.
        transforms: ``[T, 55, 3, 4]`` of each joint from rest to the world: ``R`` beside ``o``.
        directions: ``[K, V, 3]`` in which pose correctives and expressions bend the body at rest; K is 0 where they do
            not, as in the stand-in.
        amounts: ``[T, K]`` how far, -1 to 1.
        joints: ``[T, 55, 3]`` in the world.
        touch: ``[T, V]`` code of the part that touches (SMPL-X joint + 1), 0 without contact.
        hands: ``[2, 778]`` which vertices are the right and the left hand.
    """

    rest: NDArray[np.float32]
    faces: NDArray[np.int64]
    weights: NDArray[np.float32]
    transforms: Floats
    directions: NDArray[np.float32]
    amounts: NDArray[np.float32]
    joints: Floats
    touch: NDArray[np.uint8]
    hands: NDArray[np.int64]

    def vertices(self, frame: int, some: NDArray[np.int64] | slice = _ALL) -> NDArray[np.float32]:
        """The vertices ``[V, 3]``, or some of them, in the world in one frame."""
        shaped = self.rest[some] + np.tensordot(self.amounts[frame], self.directions[:, some], axes=1)  # [V, 3]
        return skinned(self.weights[some], self.transforms[frame], shaped)

    @cached_property
    def hand_faces(self) -> NDArray[np.bool_]:
        """Whether each triangle ``[F]`` belongs to a hand: all three of its corners lie on it."""
        on_hand = np.zeros(len(self.rest), dtype=bool)
        on_hand[self.hands] = True
        return np.asarray(on_hand[self.faces].all(axis=1))


def skinned_body(
    model: BodyModel, template: Floats, motion: tuple[Floats, Floats, Floats], **said: NDArray[Any]
) -> SkinnedBody:
    """Surface and joints of a person in ``T`` frames, as rest pose, weights and transforms of the joints.

    Args:
        model: loaded as ``posed``.
        template: ``[10475, 3]`` the person at rest, metres.
        motion: fullpose ``[T, 55, 3]`` (axis-angle), translation ``[T, 3]`` (metres), expression ``[T, 10]``.
        said: ``touch`` and ``hands``, as in :class:`SkinnedBody`.
    """
    fullpose, transl, expression = motion
    skin = skin_of(model, template, np.arange(BODY_VERTICES))
    transforms, joints = rest_to_world(skin, fullpose, transl, expression)
    amounts, directions = few_directions(moved_at_rest(skin, fullpose, expression))
    return SkinnedBody(
        rest=template.astype(np.float32),
        faces=model.faces,
        weights=model.weights,
        transforms=transforms,
        directions=directions,
        amounts=amounts,
        joints=joints,
        **said,
    )


def few_directions(
    moved: NDArray[np.float32], tolerance: float = TOLERANCE_M
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Amounts ``[T, K]``, -1 to 1, and directions ``[K, V, 3]`` whose products are ``moved`` ``[T, V, 3]``.

    K is the smallest with which no number is off by more than the tolerance. A model has 486 directions for poses, of
    which the frames of a recording, each near the one before, use a few; a page holds these alone.
    """
    flat = moved.reshape(len(moved), -1)  # [T, 3 V]
    if np.abs(flat).max(initial=0.0) <= tolerance:
        return np.zeros((len(moved), 0), np.float32), np.zeros((0, *moved.shape[1:]), np.float32)
    # the left singular vectors, from the small product of the two: in double, as it squares what is small
    product = flat.astype(float)
    vectors = np.linalg.eigh(product @ product.T)[1][:, ::-1].astype(np.float32)  # [T, T], the largest first
    rows = vectors.T @ flat  # [T, 3 V]

    def off_by(count: int) -> float:
        return float(np.abs(flat - vectors[:, :count] @ rows[:count]).max())

    low, high = 0, len(flat)
    while low < high:  # the error falls with the number, so halving finds the smallest that will do
        middle = (low + high) // 2
        low, high = (low, middle) if off_by(middle) <= tolerance else (middle + 1, high)
    largest = np.abs(vectors[:, :low]).max(axis=0)
    amounts, directions = vectors[:, :low] / largest, rows[:low] * largest[:, None]
    return amounts, directions.reshape(low, *moved.shape[1:])
