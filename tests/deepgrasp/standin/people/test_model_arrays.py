"""What the model files hold: templates linear in the shape, landmarks on the face."""

import numpy as np

from deepgrasp.skeleton import (
    INDEX,
)
from deepgrasp.standin.people import body_topology
from deepgrasp.standin.people.model_arrays import mano_model, smplx_model
from deepgrasp.standin.people.subjects import subject


def test_templates_are_linear_in_betas(written):
    person = subject("s8")
    with np.load(written / "models" / "smplx" / "SMPLX_MALE.npz") as model:
        rebuilt = model["v_template"] + model["shapedirs"][..., :10] @ person.betas
    np.testing.assert_allclose(rebuilt, person.v_template, atol=1e-6)
    mano = mano_model("left")
    rebuilt = mano["v_template"] + mano["shapedirs"] @ person.hand_betas
    np.testing.assert_allclose(rebuilt, person.hand_template("left"), atol=1e-6)


def test_face_landmarks_lie_on_the_face(person):
    landmarks = smplx_model("neutral")["lmk_faces_idx"]
    places = person.v_template[body_topology.body_faces()[landmarks]].mean(axis=1) - person.joints[INDEX["head"]]
    assert len(set(landmarks)) > 40
    assert (places[:, 2] > 0.04).all()
    assert np.abs(places[:, 0]).max() < 0.07
