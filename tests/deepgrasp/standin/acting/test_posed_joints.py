"""Forward kinematics: the joints are smplx's, and rotation vectors invert."""

import numpy as np

from deepgrasp.geometry import rotations
from deepgrasp.standin.acting.posed_joints import posed_joints, rotation_matrices


def test_joints_are_smplx_joints(posed, person, motion):
    pose, transl, _ = motion
    _, positions = posed_joints(person.joints, pose, transl)
    np.testing.assert_allclose(posed.joints[:, :55].detach().numpy(), positions, atol=1e-5)


def test_rotation_vectors_invert_matrices():
    vectors = np.random.default_rng(1).uniform(-1.8, 1.8, (50, 3))  # angles below pi
    vectors[0], vectors[1], vectors[2] = 0, [1e-9, 0, 0], [0, 3.1415, 0]
    np.testing.assert_allclose(rotations.rotation_vectors(rotation_matrices(vectors)), vectors, atol=1e-7)
