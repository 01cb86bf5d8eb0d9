"""Which way is better, asked of the metrics themselves: right answers must rank before wrong ones."""

import numpy as np

from deepgrasp.geometry.poses import Pose
from deepgrasp.tasks.targets import Array, BodyTarget, ClassTarget, PoseTarget, Target
from deepgrasp.tasks.tasks import TASKS, metric

CLASSES = 6  # more than the five that top-5 accuracy forgives


def flipped() -> list[str]:
    """Tasks and metrics by which a right answer does not rank before a wrong one."""
    found = []
    for name, (right, wrong, target) in _cases().items():
        good, bad = (TASKS[name].score(answer, target) for answer in (right, wrong))
        for key in TASKS[name].columns(good):
            gain = good[key] - bad[key] if metric(key).higher_is_better else bad[key] - good[key]
            if gain <= 0:
                found.append(f"{name}: {key}")
    return found


def _cases() -> dict[str, tuple[Array, Array, Target]]:
    """A right answer, a wrong one and the target of each task."""
    sure = np.eye(CLASSES)
    classes = ClassTarget(np.arange(CLASSES), tuple("abcdef"))
    joints = tuple(key[len("joint_") : -len("_cm")] for key in TASKS["body"].metrics if key.startswith("joint_"))
    places = np.zeros((1, 1, len(joints), 3), np.float32)
    still, turned = np.eye(3), np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    answers = [
        np.concatenate([at, turn[:, :2].T.ravel()])[None, None]
        for at, turn in ((np.zeros(3), still), (np.ones(3), turned))
    ]
    target = PoseTarget(
        Pose(still[None, None], np.zeros((1, 1, 3))),
        objects=np.zeros(1, np.int64),
        points=np.diag(np.full(3, 0.1, np.float32))[None],
        diameter=np.full(1, 0.1, np.float32),
        symmetric=np.zeros(1, bool),
    )
    return {
        "object": (sure, -sure, classes),
        "action": (sure, -sure, classes),
        "body": (places, places + 1, BodyTarget(places, joints)),
        "pose": (answers[0], answers[1], target),
    }
