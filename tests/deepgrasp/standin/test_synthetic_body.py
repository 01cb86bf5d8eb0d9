"""The stand-in's body: smplx accepts it and agrees with our kinematics, and it is built like a person."""

import io
import pickle
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pytest

from deepgrasp.geometry import rotations
from deepgrasp.skeleton import HAND_JOINTS, INDEX, PARENTS, SIDES, arm_parent, arms, rest_direction
from deepgrasp.standin.acting import arm_placement
from deepgrasp.standin.people import body_skin, hand_anatomy, model_writer

FRAMES = 4


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("standin")
    model_writer.write_models(root / "models")
    model_writer.write_subjects(root)
    return root


@pytest.fixture(scope="module")
def person() -> model_writer.Subject:
    return model_writer.subject("s4")


@pytest.fixture(scope="module")
def motion() -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Random poses: the hands by random coefficients of the body model's own components."""
    rng = np.random.default_rng(3)
    pose, coefficients = rng.normal(0, 0.3, (FRAMES, 55, 3)), {}
    for side, first in (("left", 25), ("right", 40)):
        coefficients[side] = rng.normal(0, 0.4, (FRAMES, 24))
        pose[:, first : first + 15] = hand_anatomy.from_coefficients(coefficients[side], side).reshape(FRAMES, 15, 3)
    return pose, rng.normal(0, 1, (FRAMES, 3)), coefficients


def _load(root: Path, kind: str, **options: object):
    import smplx

    with redirect_stdout(io.StringIO()):  # it prints a warning about the number of shape coefficients
        return smplx.create(str(root / "models"), model_type=kind, num_pca_comps=24, batch_size=FRAMES, **options)


def _tensor(array: np.ndarray):
    import torch

    return torch.tensor(np.asarray(array).reshape(FRAMES, -1), dtype=torch.float32)


@pytest.fixture(scope="module")
def posed(models, person, motion):
    pose, transl, coefficients = motion
    model = _load(models, "smplx", gender=person.gender, v_template=person.v_template)
    return model(
        global_orient=_tensor(pose[:, 0]),
        body_pose=_tensor(pose[:, 1:22]),
        jaw_pose=_tensor(pose[:, 22]),
        leye_pose=_tensor(pose[:, 23]),
        reye_pose=_tensor(pose[:, 24]),
        left_hand_pose=_tensor(coefficients["left"]),
        right_hand_pose=_tensor(coefficients["right"]),
        transl=_tensor(transl),
        return_full_pose=True,
    )


@pytest.mark.parametrize("gender", ["male", "female", "neutral"])
def test_smplx_loads_each_gender(models, gender):
    model = _load(models, "smplx", gender=gender)
    assert model().joints.shape == (FRAMES, 127, 3)
    assert tuple(model.parents.tolist()) == PARENTS


def test_joints_are_smplx_joints(posed, person, motion):
    pose, transl, _ = motion
    _, positions = arm_placement.forward(person.joints, pose, transl)
    np.testing.assert_allclose(posed.joints[:, :55].detach().numpy(), positions, atol=1e-5)


def test_smplx_rebuilds_full_pose_from_coefficients(posed, motion):
    np.testing.assert_allclose(posed.full_pose.detach().numpy(), motion[0].reshape(FRAMES, 165), atol=1e-5)


@pytest.mark.parametrize("side", SIDES)
def test_hand_surface_is_smplx_surface(posed, person, motion, side):
    frames = arm_placement.forward(person.joints, motion[0], motion[1])
    surface = arm_placement.hand_surface(person, side, *frames)
    np.testing.assert_allclose(posed.vertices.detach().numpy()[:, hand_anatomy.vertex_ids(side)], surface, atol=1e-5)


@pytest.mark.parametrize("side", SIDES)
def test_mano_hand_is_the_bodys_hand(models, posed, person, motion, side):
    rotations, positions = arm_placement.forward(person.joints, motion[0], motion[1])
    wrist, template = INDEX[f"{side}_wrist"], person.hand_template(side)
    fullpose = hand_anatomy.from_coefficients(motion[2][side], side)
    model = _load(models, "mano", is_rhand=side == "right", v_template=template, flat_hand_mean=True)
    posed_hand = model(
        global_orient=_tensor(rotations.rotation_vectors(rotations[:, wrist])),
        hand_pose=_tensor(hand_anatomy.coefficients(fullpose, side, "mano")),
        transl=_tensor(positions[:, wrist] - model_writer.mano_model(side)["J_regressor"][0] @ template),
    )
    expected = posed.vertices.detach().numpy()[:, hand_anatomy.vertex_ids(side)]
    np.testing.assert_allclose(posed_hand.vertices.detach().numpy(), expected, atol=1e-5)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("model", ["smplx", "mano"])
def test_coefficients_are_exact(side, model):
    angles = np.random.default_rng(0).normal(0, 1, (5, 24))
    fullpose = angles @ hand_anatomy.dof_axes(side)
    basis, mean = hand_anatomy.pca(side, model)
    assert basis.shape == (24, 45)
    assert mean.any()
    np.testing.assert_allclose(basis @ basis.T, np.eye(24), atol=1e-12)
    np.testing.assert_allclose(
        hand_anatomy.from_coefficients(hand_anatomy.coefficients(fullpose, side, model), side, model),
        fullpose,
        atol=1e-12,
    )


def test_body_and_hand_model_have_different_bases():
    overlap = np.abs(hand_anatomy.pca("right", "smplx")[0] @ hand_anatomy.pca("right", "mano")[0].T)
    assert (overlap.max(axis=1) < 0.999).sum() > 12


@pytest.mark.parametrize("side", SIDES)
def test_hand_is_a_disc(side):
    faces = hand_anatomy.faces(side)
    edges = np.sort(np.vstack([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    unique, uses = np.unique(edges, axis=0, return_counts=True)
    assert (len(faces), len(unique), (uses == 1).sum(), uses.max()) == (1538, 2315, 16, 2)
    assert len(np.unique(np.sort(faces, axis=1), axis=0)) == 1538
    assert set(faces.ravel()) == set(range(778))


@pytest.mark.parametrize("side", SIDES)
def test_hand_spacing_is_even_and_faces_look_outward(side, person):
    faces, surface = hand_anatomy.faces(side), person.hand_template(side)
    a, b, c = (surface[faces[:, k]] for k in range(3))
    edges = np.linalg.norm(b - a, axis=1)
    assert 0.006 < np.median(edges) < 0.010
    assert edges.min() > 0.002
    assert edges.max() < 0.018
    assert np.linalg.norm(np.cross(b - a, c - a), axis=1).min() / 2 > 3e-6  # no sliver below 3 mm2
    normals = arm_placement.vertex_normals(surface[None], faces)[0]
    assert (normals[:, 1] * (surface[:, 1] - np.median(surface[:, 1])) > 0).mean() > 0.75  # back up, palm down


@pytest.mark.parametrize(("side", "low", "high"), [("right", 7331, 8128), ("left", 4595, 5394)])
def test_vertex_ids(side, low, high):
    ids = hand_anatomy.vertex_ids(side)
    assert ids.dtype == np.int64
    assert len(set(ids)) == 778
    assert low <= ids.min()
    assert ids.max() <= high
    assert (np.diff(ids) < 0).any()


def test_named_vertices_are_where_their_names_say(person):
    from smplx.vertex_ids import vertex_ids

    place = {name: person.v_template[index] for name, index in vertex_ids["smplx"].items()}
    joint = {name: person.joints[index] for name, index in INDEX.items()}
    assert place["nose"][2] > joint["head"][2] + 0.08
    assert place["lear"][0] > 0.06 > -0.06 > place["rear"][0]
    assert place["LBigToe"][2] > joint["left_foot"][2]
    assert place["RHeel"][2] < joint["right_ankle"][2] - 0.03
    assert 0 < place["LBigToe"][0] < place["LSmallToe"][0]
    for letter, side in (("l", "left"), ("r", "right")):
        assert np.linalg.norm(place[f"{letter}eye"] - joint[f"{side}_eye"]) < 0.02
        for finger in hand_anatomy.TIPS:
            reach = np.linalg.norm(place[f"{letter}{finger}"] - joint[f"{side}_{finger}3"])
            assert 0.015 < reach < 0.040


def test_skinning_weights(person):
    weights = body_skin.weights()
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-12)
    assert weights.min() >= 0
    for side in SIDES:
        mine = [INDEX[f"{side}_wrist"], *(INDEX[name] for name in HAND_JOINTS[side])]
        others = np.setdiff1d(np.arange(55), mine)
        assert not weights[np.ix_(hand_anatomy.vertex_ids(side), others)].any()
        outside = np.setdiff1d(np.arange(body_skin.VERTICES), hand_anatomy.vertex_ids(side))
        assert not body_skin.regressor()[np.ix_(mine, outside)].any()


@pytest.mark.parametrize("side", SIDES)
def test_positive_flexion_closes_the_hand(person, side):
    tips = {}
    for angle in (0.0, 0.6, 1.2):
        pose = np.zeros((1, 55, 3))
        pose[0, [INDEX[name] for name in HAND_JOINTS[side]]] = hand_anatomy.flexion(
            side, np.full((5, 3), angle)
        ).reshape(15, 3)
        frames = arm_placement.forward(person.joints, pose, np.zeros((1, 3)))
        tips[angle] = arm_placement.hand_surface(person, side, *frames)[0][list(hand_anatomy.TIPS.values())]
    centre = person.joints[INDEX[f"{side}_middle1"]] + 0.03 * np.array(hand_anatomy.PALM_NORMAL[side])
    gaps = {angle: np.linalg.norm(tip - centre, axis=1) for angle, tip in tips.items()}
    assert (gaps[1.2][1:] < gaps[0.6][1:]).all()
    assert (gaps[0.6] < gaps[0.0]).all()
    assert ((tips[0.6] - tips[0.0]) @ np.array(hand_anatomy.PALM_NORMAL[side]) > 0.005).all()


def test_left_hand_mirrors_the_right():
    mirror = np.array([-1, 1, 1])
    right, left = (hand_anatomy.rest_shape(side)[0] for side in ("right", "left"))
    np.testing.assert_allclose(left, right * mirror)
    turned = hand_anatomy.dof_axes("right").reshape(24, 15, 3) * np.array([1, -1, -1])
    np.testing.assert_allclose(hand_anatomy.dof_axes("left").reshape(24, 15, 3), turned)


def test_subjects_differ_in_size_and_proportion():
    people = [model_writer.subject(name) for name in model_writer.SUBJECTS]
    assert [p.gender for p in people] == ["male"] * 2 + ["female"] * 5 + ["male"] * 3
    heights = sorted(p.height for p in people)
    assert 1.48 < heights[0] < 1.60
    assert 1.85 < heights[-1] < 1.97
    assert min(np.diff(heights)) > 0.001

    def spread(first: str, second: str) -> float:
        ratio = [np.linalg.norm(p.joints[INDEX[first]] - p.joints[INDEX[second]]) / p.height for p in people]
        return max(ratio) / min(ratio)

    assert spread("left_shoulder", "right_shoulder") > 1.1  # in units of the person's own height
    assert spread("right_elbow", "right_wrist") > 1.08
    assert spread("right_wrist", "right_middle3") > 1.06


def test_templates_are_linear_in_betas(models):
    person = model_writer.subject("s8")
    with np.load(models / "models" / "smplx" / "SMPLX_MALE.npz") as model:
        rebuilt = model["v_template"] + model["shapedirs"][..., :10] @ person.betas
    np.testing.assert_allclose(rebuilt, person.v_template, atol=1e-6)
    mano = model_writer.mano_model("left")
    rebuilt = mano["v_template"] + mano["shapedirs"] @ person.hand_betas
    np.testing.assert_allclose(rebuilt, person.hand_template("left"), atol=1e-6)


def test_arm_reaches_its_target(person):
    rng = np.random.default_rng(5)
    pose = np.zeros((20, 55, 3))
    pose[:, 0] = rng.normal(0, 0.5, (20, 3))
    for side, sign in (("right", -1), ("left", 1)):
        rotations, positions = arm_placement.forward(person.joints, pose, np.zeros((20, 3)))
        collar = INDEX[f"{side}_collar"]
        shoulder = positions[:, INDEX[f"{side}_shoulder"]]
        offset = np.c_[rng.uniform(-0.1, 0.2, 20) * sign, rng.uniform(-0.3, 0.1, 20), rng.uniform(0.2, 0.35, 20)]
        target = shoulder + (rotations[:, collar] @ offset[..., None])[..., 0]
        turn = arm_placement.rotation_matrices(rng.normal(0, 0.8, (20, 3)))
        arm = arm_placement.arm_ik(person, side, (rotations[:, collar], positions[:, collar]), (turn, target), 0.4)
        for part in ("shoulder", "elbow", "wrist"):
            pose[:, INDEX[f"{side}_{part}"]] = getattr(arm, part)
        rotations, positions = arm_placement.forward(person.joints, pose, np.zeros((20, 3)))
        np.testing.assert_allclose(positions[:, INDEX[f"{side}_wrist"]], target, atol=1e-9)
        np.testing.assert_allclose(rotations[:, INDEX[f"{side}_wrist"]], turn, atol=1e-9)
        assert arm.missed.max() < 1e-9


def test_arm_out_of_reach_says_by_how_much(person):
    frame, position = np.eye(3)[None], person.joints[[INDEX["left_collar"]]]
    far = person.joints[INDEX["left_shoulder"]] + [[0, 0, 2.0]]
    arm = arm_placement.arm_ik(person, "left", (frame, position), (frame, far))
    length = sum(
        np.linalg.norm(person.joints[INDEX[a]] - person.joints[INDEX[b]])
        for a, b in (("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"))
    )
    np.testing.assert_allclose(arm.missed, 2.0 - 0.998 * length, atol=1e-9)


def test_rotation_vectors_invert_matrices():
    vectors = np.random.default_rng(1).uniform(-1.8, 1.8, (50, 3))  # angles below pi
    vectors[0], vectors[1], vectors[2] = 0, [1e-9, 0, 0], [0, 3.1415, 0]
    np.testing.assert_allclose(rotations.rotation_vectors(arm_placement.rotation_matrices(vectors)), vectors, atol=1e-7)


def test_written_files_are_the_same_bytes_twice(models, tmp_path):
    model_writer.write_models(tmp_path / "models")
    model_writer.write_subjects(tmp_path)
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(written) == 5 + 10 * 6 + 2
    assert all((models / path).read_bytes() == content for path, content in written.items())
    assert sum(map(len, written.values())) < 20e6


def test_files_read_back(models, person):
    import trimesh

    folder = models / "tools" / "subject_meshes" / "female"
    mesh = trimesh.load(folder / "s4.ply", process=False)
    np.testing.assert_array_equal(mesh.vertices, person.v_template)
    np.testing.assert_array_equal(mesh.faces, body_skin.faces())
    ids = np.load(models / "tools" / "smplx_correspondence" / "rhand_smplx_ids.npy")
    right = trimesh.load(folder / "s4_rhand.ply", process=False)
    np.testing.assert_array_equal(right.vertices, person.v_template[ids])


def test_hand_pickle_is_readable_by_numpy_1(models):
    content = (models / "models" / "mano" / "MANO_LEFT.pkl").read_bytes()
    assert b"numpy._core" not in content
    assert content[1] == 3
    assert pickle.loads(content)["v_template"].shape == (778, 3)


def test_body_faces_are_proper_and_enclose_volume(person):
    faces = body_skin.faces()
    assert len(np.unique(np.sort(faces, axis=1), axis=0)) == len(faces)
    assert set(faces.ravel()) == set(range(body_skin.VERTICES))
    a, b, c = (person.v_template[faces[:, k]] for k in range(3))
    assert np.linalg.norm(np.cross(b - a, c - a), axis=1).min() > 1e-9
    assert 0.03 < np.einsum("fi,fi->", np.cross(a, b), c) / 6 < 0.12  # m3, limbs overlap a little


def test_face_landmarks_lie_on_the_face(person):
    landmarks = model_writer.smplx_model("neutral")["lmk_faces_idx"]
    places = person.v_template[body_skin.faces()[landmarks]].mean(axis=1) - person.joints[INDEX["head"]]
    assert len(set(landmarks)) > 40
    assert (places[:, 2] > 0.04).all()
    assert np.abs(places[:, 0]).max() < 0.07


def test_bones_at_rest_point_about_where_networks_are_told(person: model_writer.Subject) -> None:
    for name in arms("both"):
        if (parent := arm_parent(name)) is not None:
            bone = person.joints[INDEX[name]] - person.joints[INDEX[parent]]
            assert bone @ rest_direction(name) > 0.5 * np.linalg.norm(bone)  # a collar slopes by 56 degrees
