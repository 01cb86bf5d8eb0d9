"""The stand-in's body models on disk, one person, and that person moving by our own code and by smplx."""

from pathlib import Path

import numpy as np
import pytest

from deepgrasp.standin.people import model_writer
from deepgrasp.standin.people.subjects import Subject, subject
from tests.deepgrasp.standin.bodies import FRAMES, from_coefficients, load_model, tensor


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("standin")
    model_writer.write_models(root / "models")
    model_writer.write_subjects(root, ["s4", "s12"])
    return root


@pytest.fixture(scope="session")
def person() -> Subject:
    return subject("s4")


@pytest.fixture(scope="session")
def motion() -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Random poses: the hands by random coefficients of the body model's own components."""
    rng = np.random.default_rng(3)
    pose, coefficients = rng.normal(0, 0.3, (FRAMES, 55, 3)), {}
    for side, first in (("left", 25), ("right", 40)):
        coefficients[side] = rng.normal(0, 0.4, (FRAMES, 24))
        pose[:, first : first + 15] = from_coefficients(coefficients[side], side).reshape(FRAMES, 15, 3)
    return pose, rng.normal(0, 1, (FRAMES, 3)), coefficients


@pytest.fixture(scope="session")
def posed(written, person, motion):
    pose, transl, coefficients = motion
    model = load_model(written, "smplx", gender=person.gender, v_template=person.v_template)
    return model(
        global_orient=tensor(pose[:, 0]),
        body_pose=tensor(pose[:, 1:22]),
        jaw_pose=tensor(pose[:, 22]),
        leye_pose=tensor(pose[:, 23]),
        reye_pose=tensor(pose[:, 24]),
        left_hand_pose=tensor(coefficients["left"]),
        right_hand_pose=tensor(coefficients["right"]),
        transl=tensor(transl),
        return_full_pose=True,
    )
