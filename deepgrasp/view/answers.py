"""A model's answers about a recording, brought back from the body's frame into the scene, with their errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.choices import Frame
from deepgrasp.geometry.rotations import Floats, Pose
from deepgrasp.skeleton import TRUNK
from deepgrasp.store.store import Store
from deepgrasp.tasks.body import BodyTarget
from deepgrasp.tasks.pose import MSSD, TRANSLATION, PoseTarget, as_pose
from deepgrasp.tasks.scores.object_pose import mssd_cm, symmetric_rotation_deg, translation_cm
from deepgrasp.tasks.scores.positions import mpjpe_cm
from deepgrasp.tasks.targets import ClassTarget
from deepgrasp.tasks.task import Task
from deepgrasp.view.early_answer import EarlyAnswer
from deepgrasp.view.gate_factors import GateFactors
from deepgrasp.view.recorded_scene import Scene

_PELVIS = "pelvis"  # in whose axes positions of the arms are asked for


@dataclass(frozen=True)
class ShownAnswer:
    """What one model answers about one recording, in ``A`` frames of a scene; lengths are metres.

    Attributes:
        name: whose answer, such as ``pose/best/0``.
        at: ``[A]`` for which frames of the scene it was asked: indices into ``scene.frames``.
        score: the metric that ranks its task, of this recording, with name and unit.
        thing: rotations ``[A, 3, 3]`` (columns) and translations ``[A, 3]`` of the object in the world, or None.
        arms: where the named joints are in the world, ``[A, J, 3]``, or None.
        joints: their names, the neck first.
        errors: by name and unit, ``[A]`` each: "translation, cm".
        chances: probability of each class, the likeliest first; empty where the answer is no class.
        truth: the true class, where the answer is one.
        early: the same as more and more of the recording is seen, where the network was asked.
        gates: what the network looked at, where it has gates over nodes.
    """

    name: str
    at: NDArray[np.int64]
    score: str
    thing: Pose | None = None
    arms: Floats | None = None
    joints: tuple[str, ...] = ()
    errors: Mapping[str, Floats] = field(default_factory=dict)
    chances: Mapping[str, float] = field(default_factory=dict)
    truth: str = ""
    early: EarlyAnswer | None = None
    gates: tuple[GateFactors, ...] = ()


def asked_frames(store: Store, row: int) -> NDArray[np.int64]:
    """Frames ``[A]`` of the recording of which a row of a store (as the network sees it) has a value."""
    return np.asarray(store.read("frame", [row])[0], np.int64)


def shown_answer(
    name: str, scene: Scene, task: Task, prediction: NDArray[Any], store: Store, row: int, hands: str
) -> ShownAnswer:
    """An answer in the world of a scene that shows :func:`asked_frames` of the row.

    Args:
        prediction: of this recording alone ``[1, ...]``, as the task holds it.
        store: as the network sees it: ``store.view(frames)``.
        hands: which were seen: right, left or both.
    """
    target: Any = task.read(store, [row], hands)
    recorded = asked_frames(store, row)
    at = np.searchsorted(scene.frames, recorded)
    assert np.array_equal(scene.frames[at], recorded)
    ranked, column = float(task.each(prediction, target)[0]), task.board[0]
    # a single answer to a question of classes is right or wrong
    score = (
        f"{column.label} {ranked:.3g} {column.unit}" if column.unit != "fraction" else f"{column.label} {ranked:.0%}"
    )
    frame: Frame = store.manifest["prepare"]["frame"]
    if isinstance(target, ClassTarget):
        from scipy.special import softmax  # a third of a second, which every command would pay

        chances = softmax(np.asarray(prediction[0], float))
        order = np.argsort(-chances, kind="stable")
        told = {target.classes[k]: float(chances[k]) for k in order}
        truth = target.classes[target.labels[0]]
        return ShownAnswer(name, at, "right" if ranked else "wrong", chances=told, truth=truth)
    if isinstance(target, PoseTarget):
        pose = as_pose(np.asarray(prediction, float))
        origin, axes = target_frame(scene, at, frame, TRUNK)
        # from the person's axes to the world's: A R, and o + A t
        thing = Pose(axes @ pose.rotation[0], origin + (axes @ pose.translation[0, ..., None])[..., 0])
        return ShownAnswer(name, at, score, thing=thing, errors=_pose_errors(pose, target))
    if isinstance(target, BodyTarget):
        origin, axes = target_frame(scene, at, frame, _PELVIS)
        arms = origin[:, None] + np.asarray(prediction[0], float) @ np.swapaxes(axes, -1, -2)  # rows: (R x)^T
        return ShownAnswer(
            name,
            at,
            score,
            arms=np.concatenate([scene.frame_of_targets()[0][at][:, None], arms], axis=1),
            joints=("neck", *target.joints),
            errors={"mean joint error, cm": mpjpe_cm(prediction, target.positions)[0]},
        )
    return ShownAnswer(name, at, score)


def target_frame(scene: Scene, at: NDArray[np.int64], frame: Frame, joint: str) -> tuple[Floats, Floats]:
    """Origin ``[A, 3]`` and axes ``[A, 3, 3]`` of a target's frame of reference in the world.

    Args:
        frame: as the store was prepared.
        joint: whose axes those of frame ``body`` are.
    """
    neck, axes = scene.frame_of_targets(joint)
    upright = np.tile(np.eye(3), (len(at), 1, 1))
    return (np.zeros((len(at), 3)) if frame == "world" else neck[at]), (axes[at] if frame == "body" else upright)


def _pose_errors(pose: Pose, target: PoseTarget) -> dict[str, Floats]:
    (thing,) = target.objects
    alike, points = target.symmetries[thing], target.points[thing]
    predicted, true = (Pose(each.rotation[0], each.translation[0]) for each in (pose, target.pose))
    return {
        TRANSLATION.title: translation_cm(pose, target.pose)[0],
        # the smallest over the turns after which the object looks the same
        "rotation, degrees": symmetric_rotation_deg(predicted.rotation, true.rotation, alike),
        MSSD.title: mssd_cm(predicted, true, points, alike),
    }
