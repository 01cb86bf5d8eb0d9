"""The simple models' runs of one fold: nearest neighbour, linear models, and two oracles that show what is possible."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.params import Params
from benchmark.pipeline.schema import Cost
from benchmark.pipeline.untrained import Fold, Part, read_fold, write_run
from deepgrasp.geometry import arm_kinematics
from deepgrasp.geometry.poses import Pose
from deepgrasp.geometry.rotations import rotation_to_6d
from deepgrasp.inputs.modalities import load_inputs
from deepgrasp.references import arm_chain, simple
from deepgrasp.store.splits import answerable
from deepgrasp.store.store import open_store
from deepgrasp.tasks.targets import ClassTarget, PoseTarget
from deepgrasp.tasks.tasks import TASKS

STRENGTHS = (0.1, 1.0, 10.0, 100.0, 1000.0)
"""Of a linear model's penalty, per task the best on validation."""

Features = Mapping[str, np.ndarray]  # part -> [N, D]


@dataclass(frozen=True)
class Fitted:
    """A model of one fold: predictions by part and task, and what it took, all tasks together."""

    answers: dict[str, dict[str, np.ndarray]]
    parameters: int = 0
    multiply_adds: int = 0  # a sequence
    chosen: dict[str, Any] = field(default_factory=dict)


def predict_cells(params: Params, replicate: int, graphs: Path, out: Path) -> None:
    """Write the predictions of every simple model for one fold into ``out/<model>/<replicate>``.

    On ``train.threads``, as training: on a busy machine a thread a core makes these small fits a hundred times as slow.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(params.train.threads):
        _predict_cells(params, replicate, graphs, out)


def _predict_cells(params: Params, replicate: int, graphs: Path, out: Path) -> None:
    fold = read_fold(params, replicate, open_store(graphs))
    features = _features(fold)
    models: dict[str, Callable[[], Fitted]] = {
        "nearest": lambda: nearest(fold, features),
        "linear": lambda: linear(fold, features),
        "wrist": lambda: wrist(fold),
        "kinematics": lambda: forward_kinematics(fold),
    }
    for name, fit in models.items():
        started = time.perf_counter()
        fitted = fit()
        size = {"parameters": fitted.parameters, "multiply_adds": fitted.multiply_adds}
        cost = Cost(**size, seconds=time.perf_counter() - started, ms_per_sample=0.0)  # too short to be measured
        oracle = name in ("wrist", "kinematics")
        write_run(fold, name, fitted.answers, cost, out / name / str(replicate), oracle=oracle, **fitted.chosen)


def _features(fold: Fold) -> Features:
    """What a network sees, pooled over the frames and standardised by the training part.

    Fused or not: padding would only add columns of zeros.
    """
    graphs = replace(fold.params.inputs.graphs, fusion="late")
    found = {name: simple.pooled(load_inputs(fold.store, part.rows, graphs)) for name, part in fold.parts.items()}
    return dict(zip(found, simple.standardised(*found.values()), strict=True))  # the training part comes first


def nearest(fold: Fold, features: Features) -> Fitted:
    """The answers of the closest training sequence, for every task."""
    train = fold.parts["train"].targets
    asked = answerable(fold.params.split, TASKS)
    answers = {
        name: {task: simple.nearest(train[task], features["train"], features[name]) for task in asked}
        for name in ("validation", "test")
    }
    return Fitted(answers, multiply_adds=features["train"].size)


def linear(fold: Fold, features: Features) -> Fitted:
    """Logistic regression for classes and ridge regression for positions, with the strength that validates best."""
    fitted = Fitted({"validation": {}, "test": {}})
    parameters = 0
    for task in answerable(fold.params.split, TASKS):
        target = fold.parts["train"].targets[task]
        fit: Callable[..., np.ndarray] = simple.logistic if isinstance(target, ClassTarget) else simple.ridge
        asked = np.concatenate([features["validation"], features["test"]])
        border = len(features["validation"])
        tried = {strength: fit(target, features["train"], asked, strength) for strength in STRENGTHS}
        best = max(tried, key=lambda strength: _goodness(fold, task, tried[strength][:border]))
        fitted.answers["validation"][task], fitted.answers["test"][task] = tried[best][:border], tried[best][border:]
        fitted.chosen[f"{task}_strength"] = best
        parameters += (features["train"].shape[1] + 1) * int(np.prod(target.prediction_shape[1:]))
    return Fitted(fitted.answers, parameters, parameters, fitted.chosen)


def _goodness(fold: Fold, task: str, made: np.ndarray) -> float:
    score = TASKS[task].rank(made, fold.parts["validation"].targets[task])
    return score if TASKS[task].higher_is_better else -score


def wrist(fold: Fold) -> Fitted:
    """The training objects' mean pose in the frame of the right hand (the left if only this is seen), an oracle.

    The true positions of the hand's joints are its input, the answer to another task.
    """
    side = "left" if fold.params.inputs.hands == "left" else "right"
    frames = {name: arm_chain.hand_frame(_body(fold, part), side) for name, part in fold.parts.items()}
    target = fold.parts["train"].targets["pose"]
    assert isinstance(target, PoseTarget)
    mean = arm_chain.mean_in(frames["train"], target.pose)
    return Fitted({name: {"pose": _flat(arm_chain.placed(frames[name], mean))} for name in ("validation", "test")})


def _flat(pose: Pose) -> np.ndarray:
    return np.concatenate([pose.translation, rotation_to_6d(pose.rotation)], axis=-1).astype(np.float32)


def forward_kinematics(fold: Fold) -> Fitted:
    """Joint positions from joint angles and each tested person's own bones at rest, an oracle.

    The bones are measured on the true positions. In other axes than the trunk's, positions do not follow from angles.
    """
    return Fitted({name: {"body": _posed(fold, fold.parts[name])} for name in ("validation", "test")})


def _posed(fold: Fold, part: Part) -> np.ndarray:
    angles, true = fold.store.read("pose", part.rows), _body(fold, part)
    found = np.empty_like(true)
    for subject in set(part.subjects):
        mine = [name == subject for name in part.subjects]
        found[mine] = arm_kinematics.arm_positions(angles[mine], arm_kinematics.rest_bones(angles[mine], true[mine]))
    columns = [arm_kinematics.ARM_JOINTS.index(name) for name in _joints(part)]
    return found[:, :, columns].astype(np.float32)


def _joints(part: Part) -> tuple[str, ...]:
    return part.targets["body"].joints  # type: ignore[union-attr]


def _body(fold: Fold, part: Part) -> np.ndarray:
    return np.asarray(fold.store.read("body", part.rows))  # [N, T, 39, 3]
