"""The losses against brute force, their gradients, and the joint loss against the sum of its parts."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from deepgrasp.errors import InputError
from deepgrasp.geometry import rotations, rotations_torch
from deepgrasp.geometry.symmetries import NONE, Symmetries
from deepgrasp.network import losses
from deepgrasp.network.weighting import Weighting
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.body import BodyTarget
from deepgrasp.tasks.pose import PoseTarget
from deepgrasp.tasks.scores import object_pose
from deepgrasp.tasks.targets import ClassTarget

N, T, J = 4, 3, 5
HALF_TURNS = ([1.0, 1, 1], [1.0, -1, -1], [-1.0, 1, -1], [-1.0, -1, 1])
PLAIN = Weighting(dict.fromkeys(TASKS, 1.0), learned=False)

ONE_WAY = NONE._replace(centre=np.array([0.02, -0.01, 0.03]))
# a bar of two equal ends and sides: half turns about three axes
BAR = Symmetries(np.array([0.03, 0.03, 0.03]), np.stack([np.diag(d) for d in HALF_TURNS]), np.zeros(3), 0)


def make_targets():
    rng = np.random.default_rng(0)
    pose = rotations.Pose(
        rotations.nearest_rotation(rng.normal(size=(N, T, 3, 3))).astype(np.float32),
        rng.normal(size=(N, T, 3)).astype(np.float32),
    )
    points = (rng.normal(size=(2, 30, 3)) * [0.1, 0.05, 0.02] + 0.03).astype(np.float32)
    return {
        "object": ClassTarget(np.array([0, 1, 1, 0]), ("cup", "mug")),
        "action": ClassTarget(np.array([3, 1, 2, 0]), ("use", "pass", "lift", "offhand")),
        "body": BodyTarget(rng.normal(size=(N, T, J, 3)).astype(np.float32), tuple("abcde")),
        "pose": PoseTarget(pose, np.array([0, 1, 1, 0]), points, np.float32([0.4, 0.3]), (ONE_WAY, BAR)),
    }


def make_predictions():
    generator = torch.Generator().manual_seed(0)
    shapes = {"object": (N, 2), "action": (N, 4), "body": (N, T, J, 3), "pose": (N, T, 9)}
    return {task: torch.randn(shape, generator=generator) for task, shape in shapes.items()}


def exact(targets):
    """The pose prediction without error."""
    six = rotations.rotation_to_6d(targets["pose_rotation"].numpy())
    return torch.cat([targets["pose_translation"], torch.from_numpy(six).float()], -1)


@pytest.fixture
def targets():
    return losses.tensors(make_targets())


def test_targets_have_one_row_per_sequence(targets):
    assert {len(value) for value in targets.values()} == {N}
    assert {value.dtype for value in targets.values()} == {torch.float32, torch.int64}


def brute(source, prediction):
    """How far the centre is off, and how far a turn moves the points (RMS): each ``[N, T]``, in diameters."""
    middles, turns = np.zeros((2, N, T))
    for n, k in enumerate(source.objects):
        about, diameter = source.symmetries[k], source.diameter[k]
        points = source.points[k] - about.centre
        for t in range(T):
            rotation, true = rotations.rotation_from_6d(prediction[n, t, 3:]), source.pose.rotation[n, t]
            middle = prediction[n, t, :3] - source.pose.translation[n, t] + (rotation - true) @ about.centre
            middles[n, t] = np.linalg.norm(middle) / diameter
            alike = [points @ (rotation - true @ turn).T for turn in about.rotations]
            turns[n, t] = min(np.sqrt((moved**2).sum(axis=1).mean()) for moved in alike) / diameter
    return middles, turns


def smoothed(relative):
    return np.sqrt(relative**2 + losses.EPSILON**2) - losses.EPSILON


def test_pose_loss_is_the_way_of_the_centre_and_that_of_a_turn():
    source, prediction = make_targets()["pose"], make_predictions()["pose"]
    middles, turns = brute(source, prediction.numpy())
    value = losses.loss("pose", prediction, losses.tensors({"pose": source}))
    assert value.item() == pytest.approx((smoothed(middles) + 2 * smoothed(turns)).mean(), rel=1e-5)


def test_of_a_body_of_revolution_the_axis_counts_and_of_a_sphere_the_centre():
    """Against the smallest of many turns about the axis; the points are as round as the body."""
    source, prediction = make_targets()["pose"], make_predictions()["pose"]
    ring = np.stack([0.04 * np.cos(np.arange(12) * np.pi / 6), 0.04 * np.sin(np.arange(12) * np.pi / 6)], axis=1)
    cone = np.concatenate([np.c_[ring, np.zeros(12)], np.tile([0, 0, 0.09], (5, 1))])
    axis = np.array([0.0, 0, 1])
    for flip in ([], [np.diag([1.0, -1, -1])]):
        about = Symmetries(np.array([0, 0, 0.02]), np.stack([np.eye(3), *flip]), axis, 1)
        round_ = replace(source, points=np.float32([cone, cone]), symmetries=(about, about))
        middles, turns = brute(round_, prediction.numpy())
        value = losses.loss("pose", prediction, losses.tensors({"pose": round_}))
        assert value.item() == pytest.approx((smoothed(middles) + 2 * smoothed(turns)).mean(), rel=1e-4)
    ball = replace(source, symmetries=(Symmetries(np.zeros(3), np.eye(3)[None], np.zeros(3), 3),) * 2)
    shift = np.linalg.norm(prediction[..., :3].numpy() - source.pose.translation, axis=-1)
    value = losses.loss("pose", prediction, losses.tensors({"pose": ball}))
    assert value.item() == pytest.approx(smoothed(shift / ball.diameter[ball.objects][:, None]).mean(), rel=1e-5)


def test_pose_loss_bounds_add():
    source, prediction = make_targets()["pose"], make_predictions()["pose"].numpy()
    source = replace(source, symmetries=(ONE_WAY, ONE_WAY))
    predicted = rotations.Pose(rotations.rotation_from_6d(prediction[..., 3:]), prediction[..., :3])
    add = object_pose.add_cm(predicted, source.pose, source.points[source.objects]) / 100
    bound = losses.loss("pose", torch.from_numpy(prediction), losses.tensors({"pose": source})) + 3 * losses.EPSILON
    assert bound >= (add / source.diameter[source.objects][:, None]).mean()


def test_a_turn_that_nobody_sees_costs_nothing(targets):
    alike = targets["pose_rotation"].clone()
    alike[1:3] = alike[1:3] @ torch.from_numpy(BAR.turns[2]).float()  # the second object's
    about = targets["pose_centre"][:, None, :, None]
    shift = ((targets["pose_rotation"] - alike) @ about)[..., 0]
    six = torch.from_numpy(rotations.rotation_to_6d(alike.numpy())).float()
    prediction = torch.cat([targets["pose_translation"] + shift, six], -1)
    assert losses.loss("pose", prediction, targets).item() == pytest.approx(0, abs=1e-5)


def test_weights_of_a_flat_object():
    root = losses.weights_of_turns(np.array([[1.0, 0, 5], [3, 0, 5]]), ONE_WAY._replace(centre=np.array([2.0, 0, 5])))
    assert root @ root.T == pytest.approx(np.diag([1, 0, 0]))


def test_body_loss_is_in_decimetres(targets):
    off = targets["body"] + torch.tensor([0.03, 0.04, 0])
    assert losses.loss("body", off, targets).item() == pytest.approx(0.5, rel=1e-5)


def test_class_loss_of_even_odds_and_of_smoothing(targets):
    assert losses.loss("action", torch.zeros(N, 4), targets).item() == pytest.approx(np.log(4))
    sure = 50 * torch.nn.functional.one_hot(targets["action"], 4).float()
    assert losses.loss("action", sure, targets).item() < 1e-6
    assert losses.loss("action", sure, targets, label_smoothing=0.1).item() == pytest.approx(0.1 * 0.75 * 50)


def test_joint_loss_adds_the_parts(targets):
    predictions = make_predictions()
    parts = [losses.loss(task, each, targets).item() for task, each in predictions.items()]
    assert losses.joint_loss(predictions, targets, PLAIN).item() == pytest.approx(sum(parts))
    assert min(parts) > 0


def test_weights_of_one_leave_every_bit_of_the_sum_and_its_gradient(targets):
    made = []
    for weighted in (True, False):
        predictions = {task: each.requires_grad_() for task, each in make_predictions().items()}
        parts = [losses.loss(task, each, targets, label_smoothing=0.1) for task, each in predictions.items()]
        plain = torch.stack(parts).sum()
        total = losses.joint_loss(predictions, targets, PLAIN, label_smoothing=0.1) if weighted else plain
        total.backward()
        made.append([total, *(each.grad for each in predictions.values())])
    assert all(torch.equal(one, other) for one, other in zip(*made, strict=True))


def test_every_part_of_the_joint_loss_has_a_gradient(targets):
    predictions = {task: each.requires_grad_() for task, each in make_predictions().items()}
    losses.joint_loss(predictions, targets, PLAIN).backward()
    assert all(each.grad.abs().sum() > 0 for each in predictions.values())


@pytest.mark.parametrize("task", ["body", "pose"])
def test_no_error_no_loss_and_a_finite_gradient(task, targets):
    prediction = (targets["body"].clone() if task == "body" else exact(targets)).requires_grad_()
    value = losses.loss(task, prediction, targets)
    value.backward()
    assert value.item() == pytest.approx(0, abs=1e-6)
    assert torch.isfinite(prediction.grad).all()


@pytest.mark.parametrize("six", [[0.0] * 6, [1.0, 2, 3, 2, 4, 6]])
def test_degenerate_rotation_has_a_finite_gradient(six):
    six = torch.tensor(six, requires_grad=True)
    rotations_torch.rotation_from_6d(six).sum().backward()
    assert torch.isfinite(six.grad).all()


def test_pose_gradient_matches_finite_differences():
    double = {key: value.double() for key, value in losses.tensors(make_targets()).items() if "pose" in key}
    prediction = make_predictions()["pose"].double().requires_grad_()
    assert torch.autograd.gradcheck(lambda p: losses.loss("pose", p, double), prediction)


def test_rotation_is_the_one_that_is_scored():
    six = make_predictions()["pose"][..., 3:]
    assert rotations_torch.rotation_from_6d(six).numpy() == pytest.approx(
        rotations.rotation_from_6d(six.numpy()), abs=1e-6
    )


def test_a_loss_of_another_kind_of_target_is_refused(monkeypatch):
    monkeypatch.setitem(TASKS, "action", replace(TASKS["action"], loss="joint_distance"))
    with pytest.raises(InputError, match="task action: has the loss joint_distance, its target needs cross_entropy"):
        losses.tensors(make_targets())
