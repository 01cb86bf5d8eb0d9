"""Training losses, one a kind of task, each of the order of 1; joint training minimises their weighted sum."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from deepgrasp.errors import InputError
from deepgrasp.geometry.rotations_torch import rotation_from_6d
from deepgrasp.network.weighting import Weighting
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.pose import PoseTarget
from deepgrasp.tasks.targets import ClassTarget, Target
from deepgrasp.tasks.task import Loss

DECIMETRES = 10.0  # in a metre: errors of arms and hands are of the order of one
POSE_PARTS = ("rotation", "translation", "centre", "spread", "diameter")
_LOSS: dict[type, Loss] = {ClassTarget: "cross_entropy", PoseTarget: "point_distance"}
EPSILON = 1e-3  # of the object's diameter: below it the pose loss turns from a cone into a bowl, with a slope at zero


def tensors(targets: Mapping[str, Target]) -> dict[str, Tensor]:
    """Targets as tensors with one row a sequence, so that a batch is ``{k: v[rows] for k, v in ...}``.

    Classes and joints keep the task's name. An object's pose becomes ``<task>_rotation [N, T, 3, 3]``,
    ``<task>_translation [N, T, 3]`` and the object's ``<task>_centre [N, 3]``, ``<task>_spread [N, 3, 3]`` (see
    :func:`moments`) and ``<task>_diameter [N]``, in metres.

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
            # two moments instead of 256 points: the loss costs the same for every mesh, and no point is sent to a GPU
            centre, spread = moments(target.points)
            rows |= {
                f"{task}_rotation": target.pose.rotation,
                f"{task}_translation": target.pose.translation,
                f"{task}_centre": centre[target.objects].astype(np.float32),
                f"{task}_spread": spread[target.objects].astype(np.float32),
                f"{task}_diameter": target.diameter[target.objects],
            }
        else:
            rows[task] = target.regressed
    return {key: torch.from_numpy(np.array(value)) for key, value in rows.items()}  # copies: the store is read-only


def moments(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means ``m [O, 3]`` of points ``[O, P, 3]``, and roots ``L [O, 3, 3]`` of their covariances.

    ``L L^T = mean (x - m)(x - m)^T``, in the square of the unit of the points.
    """
    centre = points.mean(axis=1, dtype=float)  # [O, 3]
    # centred first: the difference of two large second moments would lose digits
    centred = points - centre[:, None]
    values, vectors = np.linalg.eigh(np.swapaxes(centred, 1, 2) @ centred / points.shape[1])
    return centre, vectors * np.sqrt(values.clip(0))[:, None]  # [O, 3, 3]; flat objects have a zero, unlike in Cholesky


def loss(task: str, prediction: Tensor, targets: Mapping[str, Tensor], *, label_smoothing: float = 0.0) -> Tensor:
    """Scalar loss of one task for a batch of predictions; targets have the names that :func:`tensors` gives them."""
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
    """Weighted sum of the losses of all predicted tasks, a scalar."""
    parts = {task: loss(task, each, targets, label_smoothing=label_smoothing) for task, each in predictions.items()}
    summed: Tensor = weighting(parts)
    return summed


def joint_distance(prediction: Tensor, positions: Tensor) -> Tensor:
    """Mean Euclidean distance of joints ``[B, T, J, 3]``, in decimetres: the metric itself, not its square."""
    # the square would let a few far frames rule; what ranks is the distance
    return DECIMETRES * torch.linalg.vector_norm(prediction - positions, dim=-1).mean()


def point_distance(prediction: Tensor, targets: Mapping[str, Tensor]) -> Tensor:
    """Root mean square distance of the object's points under both poses, over its diameter, averaged over frames.

    With ``D = R' - R`` and ``d = t' - t`` the mean over the points ``x`` needs only their first and second moments,

        mean |D x + d|^2 = |d|^2 + 2 d.D m + tr(D S D^T) = |d + D m|^2 + |D L|^2,

    with ``S = L L^T + m m^T``. The second form is a sum of squares, so rounding cannot make it negative. It bounds
    ADD, the mean distance, from above (Jensen). Its root is smoothed at zero, where its slope would be infinite.

    Args:
        prediction: ``[B, T, 9]`` translation (metres) and 6D rotation.
        targets: by :data:`POSE_PARTS`, see :func:`tensors`.
    """
    turn = rotation_from_6d(prediction[..., 3:]) - targets["rotation"]  # [B, T, 3, 3]
    shift = prediction[..., :3] - targets["translation"]  # [B, T, 3]
    centre, spread = targets["centre"][:, None, :, None], targets["spread"][:, None]
    square = (shift + (turn @ centre)[..., 0]).square().sum(-1) + (turn @ spread).square().sum((-1, -2))  # [B, T]
    # by the diameter, so that a small object counts as much as a large one
    relative = square / targets["diameter"][:, None] ** 2
    return ((relative + EPSILON**2).sqrt() - EPSILON).mean()
