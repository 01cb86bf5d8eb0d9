"""Answers brought back into the scene: the truth lies on itself, and what is moved is off by as much."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepgrasp.prepare.prepare import prepare
from deepgrasp.skeleton import TRUNK
from deepgrasp.store.store import Store, open_store
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.body import BodyTarget
from deepgrasp.tasks.pose import PoseTarget
from deepgrasp.tasks.targets import ClassTarget
from deepgrasp.view.answers import ShownAnswer, asked_frames, shown_answer
from deepgrasp.view.recorded_scene import Scene, recordings_of

NAME = "s2/mug_pass_1"


def store_of(root: Path, models: Path, out: Path, frame: Any) -> Store:
    return open_store(prepare(root, models, out, frames=4, frame=frame, workers=1))


def asked(store: Store, root: Path, models: Path) -> tuple[int, Scene]:
    (row,) = store.rows([NAME])
    return int(row), recordings_of(root, models).scene(NAME, frames=5, also=asked_frames(store, row).tolist())


def truth_of(kind: type, store: Store, row: int) -> tuple[Any, Any]:
    """The task that asks for such a target, and the target itself."""
    targets = ((task, task.read(store, [row], "both")) for task in TASKS.values())
    return next((task, target) for task, target in targets if isinstance(target, kind))


@pytest.mark.parametrize("frame", ["body", "neck", "world"])
def test_the_truth_lies_on_itself(root: Path, models: Path, tmp_path: Path, frame: Any) -> None:
    store = store_of(root, models, tmp_path / "graphs", frame)
    row, scene = asked(store, root, models)
    pose, body = (_answered(kind, store, row, scene) for kind in (PoseTarget, BodyTarget))
    assert scene.frames[pose.at].tolist() == asked_frames(store, row).tolist()
    assert pose.thing is not None
    assert np.abs(pose.thing.rotation - scene.thing.rotation[pose.at]).max() < 1e-6
    assert np.abs(pose.thing.translation - scene.thing.translation[pose.at]).max() < 1e-6
    places = scene.nodes[:, [scene.node_names.index(name) for name in body.joints]]
    assert np.abs(body.arms - places[body.at]).max() < 1e-6
    assert max(float(np.max(values)) for each in (pose, body) for values in each.errors.values()) < 1e-3


def _answered(kind: type, store: Store, row: int, scene: Scene) -> ShownAnswer:
    task, target = truth_of(kind, store, row)
    return shown_answer("mine", scene, task, target.regressed, store, row, "both")


def test_what_is_moved_is_off_by_as_much(root: Path, models: Path, tmp_path: Path) -> None:
    store = store_of(root, models, tmp_path / "graphs", "body")
    row, scene = asked(store, root, models)
    task, target = truth_of(PoseTarget, store, row)
    moved = target.regressed + np.array([0.1, *[0.0] * 8], np.float32)
    found = shown_answer("mine", scene, task, moved, store, row, "both")
    assert found.thing is not None
    # ten centimetres along the x of the trunk
    expected = scene.thing.translation[found.at] + 0.1 * scene.axes(TRUNK)[found.at][:, :, 0]
    assert np.allclose(found.thing.translation, expected, atol=1e-6)
    assert np.allclose(found.errors["translation, cm"], 10, atol=1e-3)
    assert np.allclose(found.errors["rotation, degrees"], 0, atol=0.1)
    assert np.allclose(found.errors["MSSD, cm"], 10, atol=0.1)
    assert found.score.startswith(task.board[0].label)


def test_classes_are_told_with_their_chances(root: Path, models: Path, tmp_path: Path) -> None:
    store = store_of(root, models, tmp_path / "graphs", "body")
    row, scene = asked(store, root, models)
    task, target = truth_of(ClassTarget, store, row)
    logits = np.zeros((1, len(target.classes)), np.float32)
    logits[0, target.labels[0]] = np.log(9)
    right, wrong = (shown_answer("mine", scene, task, values, store, row, "both") for values in (logits, -logits))
    assert (right.score, wrong.score, right.thing, right.arms) == ("right", "wrong", None, None)
    assert next(iter(right.chances)) == right.truth == target.classes[target.labels[0]]
    assert right.chances[right.truth] == pytest.approx(9 / (8 + len(target.classes)))
    assert sum(right.chances.values()) == pytest.approx(1)
