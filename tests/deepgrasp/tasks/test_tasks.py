"""Targets from a store, checks of predictions, and scores end to end on a tiny made-up store."""

import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from deepgrasp.errors import InputError
from deepgrasp.geometry.rotations import Pose, nearest_rotation, rotation_to_6d
from deepgrasp.geometry.symmetries import NONE, Symmetries, to_arrays
from deepgrasp.skeleton import arms
from deepgrasp.tasks import TASKS, answerable, metric, read_targets
from deepgrasp.tasks.class_labels import confusion
from deepgrasp.tasks.pose import PoseTarget
from deepgrasp.tasks.targets import ClassTarget

# of revolution about z, and the same upside down
CYLINDER = Symmetries(np.zeros(3), np.stack([np.eye(3), np.diag([1.0, -1, -1])]), np.array([0.0, 0, 1]), 1)
SPHERE = Symmetries(np.zeros(3), np.eye(3)[None], np.zeros(3), 3)


def make_store(n=6, frames=5, objects=7, points=20):
    rng = np.random.default_rng(0)
    arrays = {
        "object": rng.integers(objects, size=n),
        "action": np.arange(n) % 4,
        "mesh": rng.integers(objects, size=n),
        "body": rng.normal(size=(n, frames, 39, 3)).astype(np.float32),
        # a quarter turn about z: x becomes y
        "lean": np.tile(np.float32([[0, -1, 0], [1, 0, 0], [0, 0, 1]]), (n, frames, 1, 1)),
        "object_rotation": nearest_rotation(rng.normal(size=(n, frames, 3, 3))).astype(np.float32),
        "object_translation": rng.normal(size=(n, frames, 3)).astype(np.float32),
    }
    meshes = {
        "points": rng.normal(size=(objects, points, 3)).astype(np.float32) * 0.05,
        "diameter": np.full(objects, 0.2, np.float32),
        **to_arrays([NONE, CYLINDER] * (objects // 2) + [SPHERE] * (objects % 2)),
    }
    return SimpleNamespace(
        manifest={"objects": [f"thing{k}" for k in range(objects)], "actions": ["use", "pass", "lift", "offhand"]},
        meshes=meshes,
        read=lambda name, rows=None: arrays[name] if rows is None else arrays[name][rows],
    )


def perfect(targets):
    pose = targets["pose"].pose
    return {
        "object": np.eye(7, dtype=np.float32)[targets["object"].labels],
        "action": np.eye(4, dtype=np.float32)[targets["action"].labels],
        "body": targets["body"].positions,
        "pose": np.concatenate([pose.translation, rotation_to_6d(pose.rotation)], axis=-1).astype(np.float32),
    }


@pytest.fixture
def targets():
    return read_targets(make_store(), None, "both")


def test_order_primary_metric_and_direction():
    assert {name: (task.primary, task.higher_is_better) for name, task in TASKS.items()} == {
        "object": ("accuracy", True),
        "action": ("accuracy", True),
        "body": ("mpjpe_cm", False),
        "pose": ("mssd_recall", True),
    }
    assert list(TASKS) == ["object", "action", "body", "pose"]


def test_what_a_split_holds_out_cannot_be_classified():
    assert answerable("object") == ("action", "body", "pose")
    assert all(answerable(split) == tuple(TASKS) for split in ("subject", "random", "leave-one-out"))


@pytest.mark.parametrize("name", TASKS)
def test_people_are_told_of_every_task(name):
    root = Path(__file__).parents[3]
    assert f"| `{name}` | {TASKS[name].predicts} |" in (root / "README.md").read_text()


@pytest.mark.parametrize("name", TASKS)
def test_the_trivial_answer_to_the_example_has_its_shape(name):
    example = TASKS[name].example()
    trivial = TASKS[name].trivial(example.target, len(example.right))
    assert trivial.shape == example.right.shape == example.wrong.shape == example.target.prediction_shape


@pytest.mark.parametrize(("hands", "joints"), [("both", 38), ("right", 19), ("left", 19)])
def test_body_has_the_chosen_arms_without_the_neck(hands, joints):
    store, rows = make_store(), np.array([4, 1])
    body = read_targets(store, rows, hands)["body"]
    assert body.positions.shape == (2, 5, joints, 3)
    wrist = "left_wrist" if hands == "left" else "right_wrist"
    x, y, z = np.moveaxis(store.read("body", rows)[:, :, arms("both").index(wrist)], -1, 0)
    # asked in the axes of the pelvis, over which the trunk is turned
    assert np.array_equal(body.positions[:, :, body.joints.index(wrist)], np.stack([-y, x, z], axis=-1))


@pytest.mark.parametrize("name", TASKS)
def test_perfect_prediction(name, targets):
    for key, value in TASKS[name].score(perfect(targets)[name], targets[name]).items():
        assert type(value) is float
        assert value == pytest.approx(1 if metric(key).higher_is_better else 0, abs=2e-5), key


@pytest.mark.parametrize("name", TASKS)
def test_rank_is_the_primary_score(name, targets):
    other = TASKS[name].score(noisy := -perfect(targets)[name][::-1], targets[name])
    assert TASKS[name].rank(noisy, targets[name]) == pytest.approx(other[TASKS[name].primary])


def test_each_sequence_by_hand(targets):
    answers = perfect(targets)
    answers["action"] = np.roll(answers["action"], 2, axis=0)  # 0 1 0 1 2 3 for 0 1 2 3 0 1
    answers["body"] = answers["body"] + np.float32([0, 0, 0.01]) * np.arange(6)[:, None, None, None]
    answers["pose"][2, :, :3] += 0.03  # in all three directions: 26 % of the diameter, five of ten limits
    found = {name: TASKS[name].each(answers[name], targets[name]) for name in TASKS}
    assert found["object"].tolist() == [1] * 6
    assert found["action"].tolist() == [1, 1, 0, 0, 0, 0]
    assert found["body"] == pytest.approx([0, 1, 2, 3, 4, 5], abs=1e-4)
    assert found["pose"] == pytest.approx([1, 1, 0.5, 1, 1, 1])


@pytest.mark.parametrize("name", TASKS)
def test_every_score_has_a_column_record(name, targets):
    scores = TASKS[name].score(perfect(targets)[name], targets[name])
    assert TASKS[name].columns(scores) == TASKS[name].metrics
    for key in scores:
        assert metric(key).key == key
        if metric(key).unit in ("cm", "deg"):
            assert key.endswith("_" + metric(key).unit)


def test_joint_column_reads_as_the_joint():
    assert metric("joint_right_wrist_cm").label == "right wrist"


def test_body_scores_name_the_joint_that_is_off(targets):
    off = targets["body"].positions.copy()
    off[:, :, targets["body"].joints.index("left_elbow"), 2] += 0.38
    scores = TASKS["body"].score(off, targets["body"])
    assert scores["joint_left_elbow_cm"] == pytest.approx(38, rel=1e-5)
    assert scores["joint_right_elbow_cm"] == 0
    assert scores["mpjpe_cm"] == pytest.approx(1, rel=1e-5)


def test_add_s_counts_for_symmetric_objects_only():
    still = Pose(np.tile(np.eye(3), (2, 1, 1, 1)), np.zeros((2, 1, 3)))
    points = np.float32([[[0.03, 0, 0], [-0.03, 0, 0]]] * 2)
    target = PoseTarget(still, np.array([0, 1]), points, np.float32([0.06] * 2), (NONE, CYLINDER))
    swapped = np.tile(np.float32([0, 0, 0, -1, 0, 0, 0, -1, 0]), (2, 1, 1))
    scores = TASKS["pose"].score(swapped, target)
    assert scores["add_cm"] == pytest.approx(6)
    assert scores["add_s_cm"] == pytest.approx(3)  # 6 for the plain object, 0 for the symmetric one
    assert scores["mssd_cm"] == pytest.approx(3, abs=0.02)  # half a turn is half a step away from one of 315
    assert scores["mssd_recall"] == pytest.approx(0.5)
    assert scores["rotation_deg"] == pytest.approx(90, abs=0.3)
    assert scores["add_10pct"] == 0
    assert scores["add_auc"] == pytest.approx(0.4)


def test_confusion_is_over_all_classes(targets):
    counts = confusion(perfect(targets)["object"], targets["object"])
    assert counts.shape == (7, 7)
    assert np.array_equal(np.diag(counts), np.bincount(targets["object"].labels, minlength=7))


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda x: x[1:], "shape"),
        (lambda x: x[..., :-1], "shape"),
        (lambda x: np.where(np.arange(x.shape[-1]) == 1, np.nan, x), "finite"),
        (lambda x: x.astype(int), "finite"),
    ],
)
@pytest.mark.parametrize("name", TASKS)
def test_unusable_prediction_is_refused(name, spoil, problem, targets):
    with pytest.raises(InputError, match=f"prediction of {name}: .*{problem}"):
        TASKS[name].score(spoil(perfect(targets)[name]), targets[name])


@pytest.mark.parametrize("six", [[0, 0, 0, 1, 0, 0], [1, 0, 0, 0, 0, 0], [1, 2, 3, -2, -4, -6], [0] * 6])
def test_six_numbers_that_are_no_rotation_are_refused(six, targets):
    predicted = perfect(targets)["pose"]
    predicted[1, 2, 3:] = six
    with pytest.raises(InputError, match="pose: holds no rotation in 1 of 30 frames"):
        TASKS["pose"].score(predicted, targets["pose"])
    predicted[1, 2, 3:] = [0.01, 0, 0, 5, 5, 0]  # neither long nor at right angles, as networks answer
    assert TASKS["pose"].score(predicted, targets["pose"])


def test_empty_target_is_refused():
    with pytest.raises(InputError, match="no sequences"):
        TASKS["object"].check(np.zeros((0, 3), np.float32), ClassTarget(np.zeros(0, int), ("a", "b", "c")))


def test_scoring_a_fold_takes_a_blink():
    targets = read_targets(make_store(n=100, frames=20, points=256), None, "both")
    start = time.perf_counter()
    for name, prediction in perfect(targets).items():
        TASKS[name].score(prediction, targets[name])
    assert time.perf_counter() - start < 4  # 0.2 s on an idle core, half of the objects symmetric


def test_scoring_imports_neither_torch_nor_scikit_learn():
    code = "import sys, deepgrasp.tasks;sys.exit(bool({'torch', 'sklearn', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if task.classifies is None])
def test_every_metric_of_a_regression_is_a_mean_over_sequences(name):
    """So that a test part that is larger than memory can be measured in blocks."""
    store, rng = make_store(), np.random.default_rng(1)
    task, halves = TASKS[name], [np.arange(2), np.arange(2, 6)]
    whole = task.read(store, np.arange(6), "both")
    guess = rng.normal(size=whole.prediction_shape).astype(np.float32)
    parts = [task.score(guess[rows], task.read(store, rows, "both")) for rows in halves]
    merged = {key: (2 * parts[0][key] + 4 * parts[1][key]) / 6 for key in parts[0]}
    assert merged == pytest.approx(task.score(guess, whole), rel=1e-9)
