"""The four frozen tasks: their metrics, the direction of the primary one, and how a prediction is scored."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from deepgrasp.errors import InputError
from deepgrasp.geometry import poses, rotations
from deepgrasp.skeleton import SIDES
from deepgrasp.tasks import metrics
from deepgrasp.tasks.metrics import Floats
from deepgrasp.tasks.targets import Array, BodyTarget, ClassTarget, PoseTarget, Target, body_joints, read_targets

__all__ = [
    "METRICS",
    "TASKS",
    "BodyTarget",
    "ClassTarget",
    "Metric",
    "PoseTarget",
    "Target",
    "Task",
    "body_joints",
    "check_prediction",
    "confusion",
    "metric",
    "read_targets",
]

# --- metrics ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Metric:
    """How a column of the board reads; ``fraction`` is stored as 0..1 and shown in per cent."""

    key: str
    label: str
    unit: Literal["fraction", "", "cm", "deg"]
    higher_is_better: bool


METRICS: dict[str, Metric] = {
    metric.key: metric
    for metric in (
        Metric("accuracy", "accuracy", "fraction", True),
        Metric("top5_accuracy", "top-5 accuracy", "fraction", True),
        Metric("balanced_accuracy", "balanced accuracy", "fraction", True),
        Metric("macro_f1", "macro-F1", "fraction", True),
        Metric("mcc", "MCC", "", True),
        Metric("kappa", "kappa", "", True),
        Metric("mpjpe_cm", "MPJPE", "cm", False),
        Metric("add_cm", "ADD", "cm", False),
        Metric("add_s_cm", "ADD(-S)", "cm", False),
        Metric("add_10pct", "ADD < 10 % of the diameter", "fraction", True),
        Metric("add_auc", "ADD AUC to 10 cm", "fraction", True),
        Metric("translation_cm", "translation", "cm", False),
        Metric("rotation_deg", "rotation", "deg", False),
    )
}
"""Every metric but the joints' own, for which ask :func:`metric`."""


def metric(key: str) -> Metric:
    """The record of a key that a score contains, ``joint_right_wrist_cm`` and the like included."""
    if key.startswith("joint_") and key.endswith("_cm"):
        return Metric(key, key[len("joint_") : -len("_cm")].replace("_", " "), "cm", False)
    return METRICS[key]


def _class_scores(logits: Array, target: ClassTarget) -> dict[str, float]:
    counts = confusion(logits, target)
    return {
        "accuracy": metrics.accuracy(counts),
        "balanced_accuracy": metrics.balanced_accuracy(counts),
        "macro_f1": metrics.macro_f1(counts),
        "mcc": metrics.mcc(counts),
        "kappa": metrics.kappa(counts),
    }


def _object_scores(logits: Array, target: ClassTarget) -> dict[str, float]:
    return _class_scores(logits, target) | {"top5_accuracy": metrics.top5_accuracy(logits, target.labels)}


def _correct(logits: Array, target: ClassTarget) -> Floats:
    return np.asarray(logits.argmax(axis=1) == target.labels, float)


def confusion(logits: Array, target: ClassTarget) -> metrics.Ints:
    """Confusion matrix ``[C, C]`` of logits ``[N, C]``: row = true class, column = predicted class."""
    return metrics.confusion_matrix(logits.argmax(axis=1), target.labels, len(target.classes))


def _body_scores(positions: Array, target: BodyTarget) -> dict[str, float]:
    each = metrics.joint_error_cm(positions, target.positions).mean(axis=(0, 1))  # [J]
    return {
        "mpjpe_cm": float(each.mean()),
        **{f"joint_{name}_cm": float(error) for name, error in zip(target.joints, each, strict=True)},
    }


def _mpjpe_cm(positions: Array, target: BodyTarget) -> Floats:
    return metrics.mpjpe_cm(positions, target.positions).mean(axis=1)


def _as_pose(prediction: Array) -> poses.Pose:
    return poses.Pose(rotations.rotation_from_6d(prediction[..., 3:]), prediction[..., :3])


def _add_cm(prediction: Array, target: PoseTarget) -> Floats:
    return metrics.add_cm(_as_pose(prediction), target.pose, target.points[target.objects]).mean(axis=1)


def _pose_scores(prediction: Array, target: PoseTarget) -> dict[str, float]:
    predicted = _as_pose(prediction)
    add = metrics.add_cm(predicted, target.pose, target.points[target.objects])
    return {
        "add_cm": float(add.mean()),
        "add_s_cm": float(_add_or_add_s(add, predicted, target).mean()),
        "add_10pct": metrics.within_10pct(add, metrics.CM * target.diameter[target.objects]),
        "add_auc": metrics.auc_10cm(add),
        "translation_cm": float(metrics.translation_cm(predicted, target.pose).mean()),
        "rotation_deg": float(rotations.rotation_deg(predicted.rotation, target.pose.rotation).mean()),
    }


def _add_or_add_s(add: Floats, predicted: poses.Pose, target: PoseTarget) -> Floats:
    """ADD(-S), ``[N, T]``: ADD-S for symmetric objects, ADD for the others (Hinterstoisser et al. 2012)."""
    symmetric = target.symmetric[target.objects]
    chosen, true = (poses.Pose(*(x[symmetric] for x in pose)) for pose in (predicted, target.pose))
    errors = add.copy()
    errors[symmetric] = metrics.add_s_cm(chosen, true, target.points[target.objects[symmetric]])
    return errors


# --- tasks --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Task:
    """One task of the benchmark.

    Attributes:
        metrics: keys of the board's columns, the primary one first. The columns of ``body`` are the rows of the
            published table; its scores hold every joint's error, and only those of the hands that are asked for.
        measure: every metric of a prediction.
        each: the primary metric of every sequence, ``[N]``, whose mean is the primary metric: what intervals and paired
            comparisons are made of, and alone cheap enough for every epoch.
    """

    name: str
    kind: Literal["classification", "regression"]
    metrics: tuple[str, ...]
    measure: Callable[[Array, Any], dict[str, float]]
    each: Callable[[Array, Any], Floats]

    @property
    def primary(self) -> str:
        """Key of the metric that ranks."""
        return self.metrics[0]

    @property
    def higher_is_better(self) -> bool:
        """Direction of the primary metric."""
        return METRICS[self.primary].higher_is_better

    def columns(self, scores: Container[str]) -> tuple[str, ...]:
        """The metrics that these scores have, in the order of the board."""
        return tuple(key for key in self.metrics if key in scores)

    def score(self, prediction: Array, target: Target) -> dict[str, float]:
        """Every metric of the task for a prediction of the target's ``prediction_shape``.

        Raises:
            InputError: the prediction has the wrong shape, or numbers that are not finite.
        """
        check_prediction(self.name, prediction, target)
        return self.measure(prediction, target)

    def rank(self, prediction: Array, target: Target) -> float:
        """The primary metric, equal to that of :meth:`score`; raises as it does."""
        check_prediction(self.name, prediction, target)
        return float(self.each(prediction, target).mean())


_AGREEMENT = ("balanced_accuracy", "macro_f1", "mcc", "kappa")
_POSE = ("add_cm", "add_s_cm", "add_10pct", "add_auc", "translation_cm", "rotation_deg")

_ARMS = tuple(f"joint_{side}_{part}_cm" for part in ("collar", "shoulder", "elbow", "wrist") for side in SIDES)

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task("object", "classification", ("accuracy", "top5_accuracy", *_AGREEMENT), _object_scores, _correct),
        Task("action", "classification", ("accuracy", *_AGREEMENT), _class_scores, _correct),
        Task("body", "regression", ("mpjpe_cm", *_ARMS), _body_scores, _mpjpe_cm),
        Task("pose", "regression", _POSE, _pose_scores, _add_cm),
    )
}
"""The tasks by name, in the order of the board."""


def check_prediction(task: str, prediction: Array, target: Target) -> None:
    """Refuse a prediction that cannot be scored.

    Raises:
        InputError: nothing to predict, wrong shape, or numbers that are not finite.
    """
    where, expected = f"prediction of {task}", target.prediction_shape
    if expected[0] == 0:
        raise InputError(where, "the target has no sequences", "choose a split that is not empty")
    if prediction.shape != expected:
        raise InputError(where, f"shape {prediction.shape}, not {expected}", "predict every sequence once, in order")
    if not (np.issubdtype(prediction.dtype, np.floating) and np.isfinite(prediction).all()):
        raise InputError(where, "holds something that is not a finite number", "look for a diverged training")
