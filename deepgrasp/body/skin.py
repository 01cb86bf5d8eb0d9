"""Poses chosen vertices of SMPL-X's skin: pose correctives, then linear blend skinning, without the other vertices."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepgrasp.body.model_files import BodyModel
from deepgrasp.geometry.forward_kinematics import forward_kinematics
from deepgrasp.geometry.rotations import Floats, rotation_matrix

POSED_FRAMES_AT_ONCE = 64  # frames posed at once: a whole body takes 80 MB


def posed_vertices(
    model: BodyModel,
    template: Floats,
    vertices: NDArray[np.int64],
    motion: tuple[Floats, Floats, Floats],
) -> tuple[NDArray[np.float32], Floats]:
    """Posed vertices of a person, as smplx has them (SMPL-X, Pavlakos et al. 2019, section 3.1), and all joints.

    Args:
        model: loaded as ``posed``.
        template: ``[10475, 3]`` the person at rest, metres.
        vertices: ``[V]`` which vertices.
        motion: fullpose ``[T, 55, 3]`` (axis-angle), translation ``[T, 3]`` (metres), expression ``[T, 10]``.

    Returns:
        The vertices ``[T, V, 3]`` and all joints ``[T, 55, 3]``, metres, in the world.
    """
    skin = skin_of(model, template, vertices)
    frames = len(motion[0])
    blocks = [
        _pose(skin, *(part[start : start + POSED_FRAMES_AT_ONCE] for part in motion))
        for start in range(0, frames, POSED_FRAMES_AT_ONCE)
    ]
    posed, joints = zip(*blocks, strict=True)
    return np.concatenate(posed), np.concatenate(joints)


class Skin(NamedTuple):
    """A person's model restricted to ``V`` vertices."""

    template: Floats  # [V, 3]
    weights: NDArray[np.float32]  # [V, 55]
    correctives: NDArray[np.float32]  # [3 V, 486]
    expressions: NDArray[np.float32]  # [3 V, 10]
    rest: Floats  # [55, 3]
    rest_expressions: Floats  # [55, 3, 10]


def skin_of(model: BodyModel, template: Floats, vertices: NDArray[np.int64]) -> Skin:
    """The skin of a person at rest; arguments as of :func:`posed_vertices`."""
    # skinning is linear in each vertex by itself, so that those which nobody asked for need not be posed
    assert model.pose_directions is not None
    assert model.expression_directions is not None
    return Skin(
        template=template[vertices],
        weights=model.weights[vertices],
        correctives=model.pose_directions[vertices].reshape(3 * len(vertices), -1),
        expressions=model.expression_directions[vertices].reshape(3 * len(vertices), -1),
        rest=model.joint_regressor @ template,
        rest_expressions=np.einsum("jv,vck->jck", model.joint_regressor, model.expression_directions),
    )


def rest_to_world(skin: Skin, fullpose: Floats, transl: Floats, expression: Floats) -> tuple[Floats, Floats]:
    """Transforms ``x -> R x + o`` of each joint as ``[t, 55, 3, 4]`` (R beside o), and the joints ``[t, 55, 3]``."""
    rest = skin.rest + np.einsum("jck,tk->tjc", skin.rest_expressions, expression)  # [t, 55, 3]: a face moves its jaw
    # rotations from rest to the world, [t, 55, 3, 3]
    joints, rotations = forward_kinematics(fullpose, rest, transl)
    offsets = joints - np.einsum("tjab,tjb->tja", rotations, rest)
    return np.concatenate([rotations, offsets[..., None]], axis=-1), joints


def moved_at_rest(skin: Skin, fullpose: Floats, expression: Floats) -> NDArray[np.float32]:
    """How far pose correctives and expression move each vertex before it is skinned, ``[t, V, 3]``, metres."""
    # correctives follow the entries of 54 rotations less the identity: the root bends nothing
    bends = (rotation_matrix(fullpose[:, 1:]) - np.eye(3)).reshape(len(fullpose), -1)  # [t, 486]
    # the largest product, [t, 486] by [486, 3 V]: in single precision, in which smplx computes everything
    moved = bends.astype(np.float32) @ skin.correctives.T + expression.astype(np.float32) @ skin.expressions.T
    return moved.reshape(len(fullpose), -1, 3)


def _pose(skin: Skin, fullpose: Floats, transl: Floats, expression: Floats) -> tuple[NDArray[np.float32], Floats]:
    affine, joints = rest_to_world(skin, fullpose, transl, expression)
    shaped = skin.template + moved_at_rest(skin, fullpose, expression)  # [t, V, 3]
    return skinned(skin.weights, affine, shaped), joints


def skinned(weights: NDArray[np.float32], affine: Floats, shaped: NDArray[np.floating]) -> NDArray[np.float32]:
    """Vertices ``[..., V, 3]`` in the world, metres, float32: moved by their joints, as far as their weights say.

    Args:
        weights: ``[V, J]``; those of a vertex sum to 1.
        affine: ``[..., J, 3, 4]`` from rest to the world, of each joint; the last column in metres.
        shaped: ``[..., V, 3]`` at rest, metres.
    """
    # 12 numbers a joint, blended by the weights as one matrix product
    blended = (weights @ affine.reshape(*affine.shape[:-2], 12)).reshape(*shaped.shape[:-1], 3, 4)  # [..., V, 3, 4]
    posed = np.einsum("...vab,...vb->...va", blended[..., :3], shaped) + blended[..., 3]
    return np.asarray(posed, np.float32)


def rest_joints(model: BodyModel, template: NDArray[np.float64]) -> NDArray[np.float64]:
    """Joints ``[55, 3]`` of a subject at rest, metres.

    smplx also lets the facial expression move the vertices it regresses joints from. No arm joint is regressed from the
    face, so expressions are left out.
    """
    return model.joint_regressor @ template
