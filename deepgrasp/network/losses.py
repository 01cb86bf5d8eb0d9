"""Training losses, one a kind of task, each of the order of 1; joint training minimises their weighted sum."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from deepgrasp.errors import InputError
from deepgrasp.geometry.rotations_torch import rotation_from_6d
from deepgrasp.geometry.symmetries import Symmetries, to_arrays
from deepgrasp.network.weighting import Weighting
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.pose import PoseTarget
from deepgrasp.tasks.targets import ClassTarget, Target
from deepgrasp.tasks.task import Loss

DECIMETRES = 10.0  # in a metre: errors of arms and hands are of the order of one
POSE_PARTS = ("rotation", "translation", "centre", "weight", "turns", "diameter")
_LOSS: dict[type, Loss] = {ClassTarget: "cross_entropy", PoseTarget: "point_distance"}
# how far a turn moves the farthest point of an object, over the RMS of all: 1.2 to 2.5, median 1.8; this geometry sets
# it, and docs/pose.md shows what other factors do for people who are on the board
_FARTHEST = 2.0
EPSILON = 1e-3  # of the object's diameter: below it the pose loss turns from a cone into a bowl, with a slope at zero


def tensors(targets: Mapping[str, Target]) -> dict[str, Tensor]:
    """Targets as tensors with one row a sequence, so that a batch is ``{k: v[rows] for k, v in ...}``.

    Classes and joints keep the task's name. An object's pose becomes ``<task>_rotation [N, T, 3, 3]``,
    ``<task>_translation [N, T, 3]`` and of its object ``<task>_centre [N, 3]``, ``<task>_weight [N, 3, 3]`` (see
    :func:`weights_of_turns`), ``<task>_turns [N, S, 3, 3]`` that look alike and ``<task>_diameter [N]``, in metres.

    Raises:
        InputError: a task has the loss of another kind of target.
    """
    rows: dict[str, np.ndarray] = {}
    for task, target in targets.items():
        kind = _LOSS.get(type(target), "joint_distance")
        if TASKS[task].loss != kind:
            problem = f"has the loss {TASKS[task].loss}, its target needs {kind}"
            raise InputError(f"task {task}", problem, "change one of the two in the task's file")
        if isinstance(target, ClassTarget):
            rows[task] = target.labels
        elif isinstance(target, PoseTarget):
            # a few numbers of an object instead of 256 points: the loss costs the same for every mesh
            shapes = zip(target.points, target.symmetries, strict=True)
            each = {
                "centre": np.stack([one.centre for one in target.symmetries]),
                "weight": np.stack([weights_of_turns(points, one) for points, one in shapes]),
                "turns": to_arrays(target.symmetries)["symmetry_turns"],
                "diameter": target.diameter,
            }
            rows |= {f"{task}_rotation": target.pose.rotation, f"{task}_translation": target.pose.translation}
            rows |= {f"{task}_{part}": one[target.objects].astype(np.float32) for part, one in each.items()}
        else:
            rows[task] = target.regressed
    return {key: torch.from_numpy(np.array(value)) for key, value in rows.items()}  # copies: the store is read-only


def weights_of_turns(points: np.ndarray, symmetries: Symmetries) -> np.ndarray:
    """A matrix ``L [3, 3]`` by which a turn ``D`` (a difference of rotations) moves points ``[P, 3]``: ``|D L|``, RMS.

    ``L L^T = mean (x - c)(x - c)^T`` with the centre ``c`` of the symmetries, so that ``|D L|^2 = mean |D (x - c)|^2``.
    What a continuous symmetry hides is left out: of a body of revolution the direction of its axis ``a`` counts,
    ``L = a a^T sqrt(u + v)`` with the mean squares ``u`` along the axis and ``v`` along one direction across it, which
    makes ``|D L|`` the smallest over all turns about the axis; of a sphere nothing.
    """
    centred = points.astype(float) - symmetries.centre  # [P, 3]
    spread = centred.T @ centred / len(points)  # [3, 3]
    if symmetries.freedom == 3:
        return np.zeros((3, 3))
    if symmetries.freedom == 1:
        axis = symmetries.axis
        along = axis @ spread @ axis
        return np.outer(axis, axis) * np.sqrt(along + (np.trace(spread) - along) / 2)
    values, vectors = np.linalg.eigh(spread)
    # [3, 3]; a flat object has a zero, which Cholesky does not take
    return np.asarray(vectors * np.sqrt(values.clip(0)))


def loss(task: str, prediction: Tensor, targets: Mapping[str, Tensor], *, label_smoothing: float = 0.0) -> Tensor:
    """Loss of one task, a scalar, for predictions ``[B, ...]``; targets are named and shaped as by :func:`tensors`.

    Cross-entropy from logits ``[B, C]`` in nats; distances of objects' points or of joints in metres.
    """
    kind = TASKS[task].loss
    if kind == "point_distance":
        return point_distance(prediction, {part: targets[f"{task}_{part}"] for part in POSE_PARTS})
    if kind == "joint_distance":
        return joint_distance(prediction, targets[task])
    # from logits: the logarithm of a softmax that was computed first is -inf where it is sure
    return F.cross_entropy(prediction, targets[task], label_smoothing=label_smoothing)


def joint_loss(
    predictions: Mapping[str, Tensor],
    targets: Mapping[str, Tensor],
    weighting: Weighting,
    *,
    label_smoothing: float = 0.0,
) -> Tensor:
    """Weighted sum, a scalar, of the losses of all tasks, see :func:`loss`, for predictions ``[B, ...]`` by task."""
    parts = {task: loss(task, each, targets, label_smoothing=label_smoothing) for task, each in predictions.items()}
    summed: Tensor = weighting(parts)
    return summed


def joint_distance(prediction: Tensor, positions: Tensor) -> Tensor:
    """Mean Euclidean distance of joints ``[B, T, J, 3]``, in decimetres: the metric itself, not its square."""
    # the square would let a few far frames rule; what ranks is the distance
    return DECIMETRES * torch.linalg.vector_norm(prediction - positions, dim=-1).mean()


def point_distance(prediction: Tensor, targets: Mapping[str, Tensor]) -> Tensor:
    """Mean, a scalar in diameters, of how far the centre is off plus how far turning moves the farthest point, about.

    Two distances that are added, and not the one root mean square of both: there the larger one takes the gradient, and
    the object's place is off by more than its turn for as long as a network learns. The farthest point is what MSSD
    asks for; its way is taken as :data:`_FARTHEST` times the root mean square of all points. Of the true rotations that
    look alike the nearest counts. Both roots are smoothed at zero, where their slopes would be infinite.

    Args:
        prediction: ``[B, T, 9]`` translation (metres) and 6D rotation.
        targets: by :data:`POSE_PARTS`, see :func:`tensors`.
    """
    rotation = rotation_from_6d(prediction[..., 3:])  # [B, T, 3, 3]
    true, weight = targets["rotation"], targets["weight"]
    alike = nearest_alike(rotation.detach(), true, weight, targets["turns"])
    # rows of all frames as one matrix: a product a sequence, not one a frame
    about = ((rotation - true).flatten(1, 2) @ targets["centre"][..., None]).reshape(prediction[..., :3].shape)
    middle = prediction[..., :3] - targets["translation"] + about  # [B, T, 3]
    turn = ((rotation - alike).flatten(1, 2) @ weight).reshape(*prediction.shape[:2], 9)
    # by the diameter, so that a small object counts as much as a large one
    scale = targets["diameter"][:, None] ** 2  # [B, 1]
    squares = torch.stack([middle.square().sum(-1), turn.square().sum(-1)]) / scale  # [2, B, T]
    distances = (squares + EPSILON**2).sqrt() - EPSILON
    return (distances[0] + _FARTHEST * distances[1]).mean()


def nearest_alike(rotation: Tensor, true: Tensor, weight: Tensor, turns: Tensor) -> Tensor:
    """The rotations ``R S [B, T, 3, 3]`` that look like the true ``R``, with the smallest ``|(R' - R S) L|``.

    Args:
        weight: ``L [B, 3, 3]``.
        turns: ``S [B, K, 3, 3]``.
    """
    # |(R' - R S) L|^2 = constant - 2 tr(R^T R' L L^T S^T): one product for all turns
    if turns.shape[1] == 1:
        return true
    seen = (true.mT @ rotation).flatten(2)  # [B, T, 9]
    best = (seen @ (turns @ (weight @ weight.mT)[:, None]).flatten(2).mT).argmax(-1)  # [B, T]
    return true @ turns[torch.arange(len(turns), device=turns.device)[:, None], best]
