"""Every score against a case computed by hand; those of classification against scikit-learn too."""

import numpy as np
import pytest
from sklearn import metrics as reference

from deepgrasp.geometry import rotations
from deepgrasp.geometry.rotations import Pose
from deepgrasp.geometry.symmetries import STEPS_A_TURN, Symmetries
from deepgrasp.tasks.scores import classification, object_pose, positions

QUARTER = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])  # 90 degrees about z
HALF = np.diag([-1.0, -1, 1])  # 180 degrees about z
ZERO = np.zeros(3)


def poses(rotation, translation=ZERO):
    """One sequence of one frame."""
    return Pose(np.asarray(rotation, float)[None, None], np.asarray(translation, float)[None, None])


def random_rotations(seed, *shape):
    return rotations.nearest_rotation(np.random.default_rng(seed).normal(size=(*shape, 3, 3)))


def about_z(degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def sphere(count, radius=0.05):
    """Evenly spread points: a Fibonacci lattice."""
    k = np.arange(count) + 0.5
    height, angle = 1 - 2 * k / count, np.pi * (1 + 5**0.5) * k
    ring = np.sqrt(1 - height**2)
    return radius * np.stack([ring * np.cos(angle), ring * np.sin(angle), height], axis=1)


# --- classification


def test_confusion_has_true_classes_in_rows():
    counts = classification.confusion_matrix([1, 1, 2], [0, 1, 2], 4)
    assert counts.tolist() == [[0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        # true 0 0 0 1, predicted 0 0 1 1: recalls 2/3 and 1, F1 4/5 and 2/3, chance agreement 1/2
        (classification.accuracy, 3 / 4),
        (classification.balanced_accuracy, 5 / 6),
        (classification.macro_f1, 11 / 15),
        (classification.mcc, 1 / 3**0.5),
        (classification.kappa, 1 / 2),
    ],
)
def test_two_classes_by_hand(metric, expected):
    assert metric(np.array([[2, 1], [0, 1]])) == pytest.approx(expected)


def test_absent_classes_do_not_count():
    with_absent = np.zeros((5, 5), int)
    with_absent[:2, :2] = [[2, 1], [0, 1]]
    assert classification.balanced_accuracy(with_absent) == pytest.approx(5 / 6)
    assert classification.macro_f1(with_absent) == pytest.approx(11 / 15)


@pytest.mark.parametrize("metric", [classification.mcc, classification.kappa])
def test_constant_prediction_is_chance(metric):
    assert metric(np.array([[7, 0], [3, 0]])) == pytest.approx(0)
    assert metric(np.array([[7, 0], [0, 0]])) == 0


def test_mcc_of_many_samples_does_not_overflow():
    assert classification.mcc(np.array([[10**6, 0], [0, 10**6]])) == pytest.approx(1)


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    true = rng.choice([0, 1, 2, 4, 5, 6], 120)  # class 3 never occurs
    logits = rng.normal(size=(120, 7)) + 2 * np.eye(7)[true]
    logits[:, 3] = -9  # nor is predicted: scikit-learn warns otherwise
    predicted = logits.argmax(axis=1)
    counts = classification.confusion_matrix(predicted, true, 7)
    assert np.array_equal(counts, reference.confusion_matrix(true, predicted, labels=range(7)))
    assert classification.accuracy(counts) == pytest.approx(reference.accuracy_score(true, predicted))
    assert classification.balanced_accuracy(counts) == pytest.approx(reference.balanced_accuracy_score(true, predicted))
    assert classification.macro_f1(counts) == pytest.approx(
        reference.f1_score(true, predicted, labels=np.unique(true), average="macro")
    )
    assert classification.mcc(counts) == pytest.approx(reference.matthews_corrcoef(true, predicted))
    assert classification.kappa(counts) == pytest.approx(reference.cohen_kappa_score(true, predicted))
    top5 = reference.top_k_accuracy_score(true, logits, k=5, labels=range(7))
    assert classification.top5_accuracy(logits, true) == pytest.approx(top5)


def test_top5_by_hand_and_with_ties():
    descending = np.arange(8.0)[::-1]
    assert classification.top5_accuracy(np.tile(descending, (2, 1)), np.array([4, 5])) == 0.5
    assert classification.top5_accuracy(np.zeros((8, 8)), np.arange(8)) == 5 / 8  # a constant gains nothing


# --- joint positions


def test_mpjpe_is_euclidean_before_the_mean():
    true = np.zeros((1, 2, 2, 3))
    predicted = true.copy()
    predicted[0, 0, 0] = [0.03, 0.04, 0]
    assert positions.joint_error_cm(predicted, true)[0].tolist() == [[5, 0], [0, 0]]
    assert positions.mpjpe_cm(predicted, true).tolist() == [[2.5, 0]]


def test_six_numbers_are_two_columns():
    assert rotations.rotation_to_6d(QUARTER).tolist() == [0, 1, 0, -1, 0, 0]
    assert np.array_equal(rotations.rotation_from_6d([0, 2, 0, -3, 5, 0]), QUARTER)


@pytest.mark.parametrize("six", [[0] * 6, [0, 0, 0, 1, 0, 0], [1, 2, 3, 2, 4, 6], [0, 0, 1e-3, 0, 0, 0]])
def test_any_six_numbers_give_a_rotation(six):
    rotation = rotations.rotation_from_6d(np.float32(six))
    assert rotation @ rotation.T == pytest.approx(np.eye(3))
    assert np.linalg.det(rotation) == pytest.approx(1)


def test_six_numbers_return():
    random = random_rotations(3, 4, 5)
    assert rotations.rotation_from_6d(rotations.rotation_to_6d(random)) == pytest.approx(random)


@pytest.mark.parametrize("degrees", [0, 1e-6, 1e-3, 30, 90, 179.999, 179.999999, 180])
def test_angle_is_exact_everywhere(degrees):
    frame = random_rotations(4)
    angle = rotations.rotation_deg(frame @ about_z(degrees), frame)
    assert angle == pytest.approx(degrees, abs=1e-9, rel=1e-9)


def test_angle_does_not_depend_on_the_frame():
    first, second, frame = random_rotations(5, 3)
    assert rotations.rotation_deg(frame @ first, frame @ second) == pytest.approx(rotations.rotation_deg(second, first))


# --- object pose


def test_add_of_two_points_turned_by_a_quarter():
    points = np.array([[[0.03, 0, 0], [-0.03, 0, 0]]])
    assert object_pose.add_cm(poses(QUARTER), poses(np.eye(3)), points) == pytest.approx(3 * 2**0.5)
    assert object_pose.add_cm(poses(HALF), poses(np.eye(3)), points) == pytest.approx(6)
    assert object_pose.add_s_cm(poses(HALF), poses(np.eye(3)), points) == pytest.approx(0)  # the points swap


def test_add_s_goes_from_true_to_predicted():
    points = np.array([[[0.0, 0, 0], [0.01, 0, 0]]])
    # true 0 and 1, predicted 1 and 2 cm: 0 is 1 cm from the nearest, 1 is 0 cm
    assert object_pose.add_s_cm(poses(np.eye(3), [0.01, 0, 0]), poses(np.eye(3)), points) == pytest.approx(0.5)


def test_a_shift_is_the_add():
    points = sphere(64)[None]
    shifted = poses(random_rotations(6), [0.3, 0.4, 0])
    true = poses(random_rotations(6))
    assert object_pose.add_cm(shifted, true, points) == pytest.approx(50)
    assert object_pose.translation_cm(shifted, true) == pytest.approx(50)


def test_add_s_of_a_turned_sphere_vanishes_with_its_spacing():
    errors = [
        object_pose.add_s_cm(poses(random_rotations(7)), poses(np.eye(3)), sphere(n)[None]).item() for n in (64, 1024)
    ]
    spacing = (4 * np.pi * 5**2 / 1024) ** 0.5  # cm, of 1024 points on a radius of 5 cm
    assert errors[1] == pytest.approx(0.38 * spacing, rel=0.05)  # mean distance to the middle of a square cell
    assert errors[1] == pytest.approx(errors[0] / 4, rel=0.2)
    assert object_pose.add_cm(poses(random_rotations(7)), poses(np.eye(3)), sphere(64)[None]).item() > 2


def test_add_and_add_s_equal_brute_force_over_blocks():
    rng = np.random.default_rng(8)
    frames = object_pose.COMPARED_FRAMES_AT_ONCE + 3
    points = rng.normal(size=(2, 30, 3)) * 0.1 + 0.2  # the mesh's origin need not be its middle
    predicted, true = (Pose(random_rotations(seed, 2, frames), rng.normal(size=(2, frames, 3))) for seed in (9, 10))
    placed = [np.einsum("ntij,npj->ntpi", p.rotation, points) + p.translation[:, :, None] for p in (true, predicted)]
    apart = 100 * np.linalg.norm(placed[0][:, :, :, None] - placed[1][:, :, None], axis=-1)  # [N, T, true, predicted]
    assert object_pose.add_s_cm(predicted, true, points) == pytest.approx(apart.min(axis=-1).mean(axis=-1))
    diagonal = np.diagonal(apart, axis1=2, axis2=3)
    assert object_pose.add_cm(predicted, true, points) == pytest.approx(diagonal.mean(axis=-1))


def test_errors_do_not_depend_on_the_world():
    points, (first, second, world) = sphere(50)[None], random_rotations(11, 3)
    pairs = [(poses(w @ first, w @ [0.1, 0, 0]), poses(w @ second)) for w in (np.eye(3), world)]
    for error in (object_pose.add_cm, object_pose.add_s_cm):
        assert error(*pairs[0], points) == pytest.approx(error(*pairs[1], points))


# --- MSSD: what symmetries hide is not charged


BAR = np.array([[0.05, 0, 0], [-0.05, 0, 0]])  # a rod along x


def frame(rotation, translation=ZERO):
    """One frame of one object."""
    return Pose(np.asarray(rotation, float)[None], np.asarray(translation, float)[None])


def symmetries(*turns, axis=ZERO, freedom=0, centre=ZERO):
    return Symmetries(np.asarray(centre), np.stack([np.eye(3), *turns]), np.asarray(axis, float), freedom)


def test_mssd_is_the_farthest_point():
    assert object_pose.mssd_cm(frame(HALF, [0.03, 0, 0]), frame(np.eye(3)), BAR, symmetries()) == pytest.approx(13)
    assert object_pose.mssd_cm(frame(HALF, [0.03, 0, 0]), frame(np.eye(3)), BAR, symmetries(HALF)) == pytest.approx(3)
    # half way between two symmetric poses: both ends are off by the diagonal of a square
    quarter = object_pose.mssd_cm(frame(QUARTER), frame(np.eye(3)), BAR, symmetries(HALF))
    assert quarter == pytest.approx(5 * 2**0.5)


def test_mssd_about_an_axis_beside_the_origin():
    centre = np.array([0.2, 0.1, 0])
    about = symmetries(axis=[0, 0, 1], freedom=1, centre=centre)
    disc = centre + 0.05 * np.stack([np.cos(np.arange(64)), np.sin(np.arange(64)), np.zeros(64)], axis=1)
    turn = about_z(123)
    kept = frame(turn, centre - turn @ centre)  # about the disc's own middle
    # between two of BOP's steps: less than a point moves in half of one
    assert object_pose.mssd_cm(kept, frame(np.eye(3)), disc, about).item() < 5 * np.pi / STEPS_A_TURN
    # upside down: every point of the rim is off by the disc's width, but for one pair; unless it looks the same so
    flip = np.diag([1.0, -1, -1])
    upset = frame(flip, centre - flip @ centre)
    assert object_pose.mssd_cm(upset, frame(np.eye(3)), disc, about) == pytest.approx(10, abs=0.1)
    both = symmetries(flip, axis=[0, 0, 1], freedom=1, centre=centre)
    assert object_pose.mssd_cm(upset, frame(np.eye(3)), disc, both) == pytest.approx(0, abs=1e-6)
    assert object_pose.symmetric_rotation_deg(turn[None], np.eye(3)[None], about).item() < 0.6


def test_mssd_of_a_sphere_is_the_way_of_its_middle():
    ball = symmetries(freedom=3, centre=[0, 0, 0.1])
    turned = frame(HALF @ rotations.rotation_matrix([np.pi, 0, 0]))  # its middle goes from z = 10 to -10 cm
    assert object_pose.mssd_cm(turned, frame(np.eye(3)), sphere(64), ball) == pytest.approx(20)
    assert object_pose.symmetric_rotation_deg(turned.rotation, np.eye(3)[None], ball) == 0


def test_mssd_equals_brute_force_over_blocks():
    rng = np.random.default_rng(9)
    frames, points = object_pose.COMPARED_FRAMES_AT_ONCE + 3, rng.normal(size=(30, 3)) * 0.1
    predicted, true = (Pose(random_rotations(seed, frames), rng.normal(size=(frames, 3)) / 10) for seed in (9, 10))
    about = symmetries(HALF, rotations.rotation_matrix([0, np.pi, 0]), centre=rng.normal(size=3))
    best = np.full(frames, np.inf)
    for turn in about.turns:
        turned = (points - about.centre) @ turn.T + about.centre
        apart = np.einsum("tij,pj->tpi", predicted.rotation, points) + predicted.translation[:, None]
        apart -= np.einsum("tij,pj->tpi", true.rotation, turned) + true.translation[:, None]
        best = np.minimum(best, 100 * np.linalg.norm(apart, axis=-1).max(axis=1))
    assert object_pose.mssd_cm(predicted, true, points, about) == pytest.approx(best)
    angles = [rotations.rotation_deg(predicted.rotation, true.rotation @ turn) for turn in about.turns]
    found = object_pose.symmetric_rotation_deg(predicted.rotation, true.rotation, about)
    assert found == pytest.approx(np.min(angles, axis=0))


def test_recall_counts_ten_limits_of_the_diameter():
    # 5 % of 10 cm, 5 % of 20 cm, ...: an error at a limit is not below it
    assert object_pose.recall([[0.4, 0.6, 5.1], [0.9, 4.1, 9.9]], [10, 20]) == pytest.approx(
        np.array([[1, 0.9, 0], [1, 0.6, 0.1]])
    )


def test_area_under_the_curve_is_exact():
    assert object_pose.auc_10cm([3.0]) == pytest.approx(0.7)
    assert object_pose.auc_10cm([0.0, 10, 25]) == pytest.approx(1 / 3)
    errors = np.random.default_rng(12).exponential(6, 500)
    thresholds = np.linspace(0, 10, 20001)
    grid = (np.sort(errors).searchsorted(thresholds) / 500).mean()
    assert object_pose.auc_10cm(errors) == pytest.approx(grid, abs=1e-4)


def test_ten_per_cent_of_each_diameter():
    assert object_pose.within_10pct([[0.9, 1.1], [1.9, 2.1]], [10, 20]) == 0.5
