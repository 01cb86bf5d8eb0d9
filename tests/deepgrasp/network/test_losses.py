"""The losses against brute force, their gradients, and the joint loss against the sum of its parts."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from deepgrasp.errors import InputError
from deepgrasp.geometry import rotations, rotations_torch
from deepgrasp.network import losses
from deepgrasp.network.weighting import Weighting
from deepgrasp.tasks import TASKS
from deepgrasp.tasks.body import BodyTarget
from deepgrasp.tasks.pose import PoseTarget
from deepgrasp.tasks.scores import object_pose
from deepgrasp.tasks.targets import ClassTarget

N, T, J = 4, 3, 5
PLAIN = Weighting(dict.fromkeys(TASKS, 1.0), learned=False)


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
        "pose": PoseTarget(pose, np.array([0, 1, 1, 0]), points, np.float32([0.4, 0.3]), np.zeros(2, bool)),
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


def test_pose_loss_is_the_root_mean_square_over_points():
    source, prediction = make_targets()["pose"], make_predictions()["pose"]
    rotation = rotations.rotation_from_6d(prediction[..., 3:].numpy())
    apart = np.einsum("ntij,npj->ntpi", rotation - source.pose.rotation, source.points[source.objects])
    apart = apart + (prediction[..., :3].numpy() - source.pose.translation)[:, :, None]
    rms = np.sqrt((apart**2).sum(axis=-1).mean(axis=-1)) / source.diameter[source.objects][:, None]  # [N, T]
    brute = (np.sqrt(rms**2 + losses.EPSILON**2) - losses.EPSILON).mean()
    value = losses.loss("pose", prediction, losses.tensors({"pose": source}))
    assert value.item() == pytest.approx(brute, rel=1e-5)


def test_pose_loss_bounds_add():
    source, prediction = make_targets()["pose"], make_predictions()["pose"].numpy()
    predicted = rotations.Pose(rotations.rotation_from_6d(prediction[..., 3:]), prediction[..., :3])
    add = object_pose.add_cm(predicted, source.pose, source.points[source.objects]) / 100
    bound = losses.loss("pose", torch.from_numpy(prediction), losses.tensors({"pose": source})) + losses.EPSILON
    assert bound >= (add / source.diameter[source.objects][:, None]).mean()


def test_moments_of_a_flat_object():
    points = np.array([[[1.0, 0, 5], [3, 0, 5]]])
    centre, root = losses.moments(points)
    assert centre.tolist() == [[2, 0, 5]]
    assert root[0] @ root[0].T == pytest.approx(np.diag([1, 0, 0]))


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
