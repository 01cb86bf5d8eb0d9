"""Model files: smplx opens them, agrees with our kinematics, and they are the same bytes twice."""

import pickle

import numpy as np
import pytest
import trimesh

from deepgrasp.geometry.rotations import rotation_vectors
from deepgrasp.skeleton import (
    INDEX,
    PARENTS,
    SIDES,
)
from deepgrasp.standin.acting.posed_joints import posed_joints
from deepgrasp.standin.people import body_topology, hand_pose, hand_skin, model_writer
from deepgrasp.standin.people.model_arrays import mano_model
from tests.deepgrasp.standin.bodies import FRAMES, from_coefficients, load_model, tensor


@pytest.mark.parametrize("gender", ["male", "female", "neutral"])
def test_smplx_loads_each_gender(written, gender):
    model = load_model(written, "smplx", gender=gender)
    assert model().joints.shape == (FRAMES, 127, 3)
    assert tuple(model.parents.tolist()) == PARENTS


def test_smplx_rebuilds_full_pose_from_coefficients(posed, motion):
    np.testing.assert_allclose(posed.full_pose.detach().numpy(), motion[0].reshape(FRAMES, 165), atol=1e-5)


@pytest.mark.parametrize("side", SIDES)
def test_mano_hand_is_the_bodys_hand(written, posed, person, motion, side):
    rotations, positions = posed_joints(person.joints, motion[0], motion[1])
    wrist, template = INDEX[f"{side}_wrist"], person.hand_template(side)
    fullpose = from_coefficients(motion[2][side], side)
    model = load_model(written, "mano", is_rhand=side == "right", v_template=template, flat_hand_mean=True)
    posed_hand = model(
        global_orient=tensor(rotation_vectors(rotations[:, wrist])),
        hand_pose=tensor(hand_pose.coefficients(fullpose, side, "mano")),
        transl=tensor(positions[:, wrist] - mano_model(side)["J_regressor"][0] @ template),
    )
    expected = posed.vertices.detach().numpy()[:, hand_skin.vertex_ids(side)]
    np.testing.assert_allclose(posed_hand.vertices.detach().numpy(), expected, atol=1e-5)


def test_written_files_are_the_same_bytes_twice(written, tmp_path):
    model_writer.write_models(tmp_path / "models")
    model_writer.write_subjects(tmp_path, ["s4", "s12"])
    again = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(again) == 5 + 2 * 6 + 2
    assert all((written / path).read_bytes() == content for path, content in again.items())
    assert sum(map(len, again.values())) < 20e6


def test_files_read_back(written, person):

    folder = written / "tools" / "subject_meshes" / "female"
    mesh = trimesh.load(folder / "s4.ply", process=False)
    np.testing.assert_array_equal(mesh.vertices, person.v_template)
    np.testing.assert_array_equal(mesh.faces, body_topology.body_faces())
    ids = np.load(written / "tools" / "smplx_correspondence" / "rhand_smplx_ids.npy")
    right = trimesh.load(folder / "s4_rhand.ply", process=False)
    np.testing.assert_array_equal(right.vertices, person.v_template[ids])


def test_hand_pickle_is_readable_by_numpy_1(written):
    content = (written / "models" / "mano" / "MANO_LEFT.pkl").read_bytes()
    assert b"numpy._core" not in content
    assert content[1] == 3
    assert pickle.loads(content)["v_template"].shape == (778, 3)
