"""Posed vertices against smplx, which poses the whole body."""

import contextlib
import io
from pathlib import Path

import numpy as np
import pytest

from deepgrasp.body.hands import tip_vertices
from deepgrasp.body.model_files import load_body_model, model_path
from deepgrasp.body.skin import POSED_FRAMES_AT_ONCE, posed_vertices
from deepgrasp.skeleton import BODY_VERTICES, SIDES
from deepgrasp.standin.people import hand_skin

FRAMES = POSED_FRAMES_AT_ONCE + 3  # more than one block


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory, model_members) -> Path:
    """A model whose skin, face and pose correctives all do something, which the stand-in's do not."""
    rng = np.random.default_rng(0)
    folder = tmp_path_factory.mktemp("models")
    weights = rng.random((BODY_VERTICES, 55)) ** 8
    members = model_members(0) | {
        "weights": (weights / weights.sum(1, keepdims=True)).astype(np.float32),
        "posedirs": rng.normal(0, 0.01, (BODY_VERTICES, 3, 486)).astype(np.float16),
        "shapedirs": rng.normal(0, 0.02, (BODY_VERTICES, 3, 20)).astype(np.float32),
    }
    (folder / "smplx").mkdir()
    np.savez(folder / "smplx" / "SMPLX_MALE.npz", **members)
    return folder


@pytest.fixture(scope="module")
def motion() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    return rng.normal(0, 0.4, (FRAMES, 55, 3)), rng.normal(0, 1, (FRAMES, 3)), rng.normal(0, 1, (FRAMES, 10))


@pytest.fixture(scope="module")
def reference(models: Path, motion) -> tuple[np.ndarray, np.ndarray]:
    """smplx's vertices and joints, in double precision."""
    import smplx
    import torch

    options = {"use_pca": False, "flat_hand_mean": True, "batch_size": FRAMES, "dtype": torch.float64}
    with contextlib.redirect_stdout(io.StringIO()):
        full = smplx.SMPLX(str(model_path(models, "male")), gender="male", **options)
    pose, transl, expression = (torch.from_numpy(part) for part in motion)
    parts = {"global_orient": (0, 1), "body_pose": (1, 22), "jaw_pose": (22, 23), "leye_pose": (23, 24)}
    parts |= {"reye_pose": (24, 25), "left_hand_pose": (25, 40), "right_hand_pose": (40, 55)}
    flat = {name: pose[:, slice(*span)].reshape(FRAMES, -1) for name, span in parts.items()}
    with torch.no_grad():
        made = full(**flat, transl=transl, expression=expression)
    return made.vertices.numpy(), made.joints[:, :55].numpy()


@pytest.mark.parametrize("vertices", [np.arange(BODY_VERTICES), np.array([9000, 17, 4])])
def test_vertices_and_joints_are_smplx(models: Path, motion, reference, vertices: np.ndarray) -> None:
    model = load_body_model(models, "male", posed=True)
    posed, joints = posed_vertices(model, model.template, vertices, motion)
    assert np.abs(posed - reference[0][:, vertices]).max() < 2e-6  # metres
    assert np.abs(joints - reference[1]).max() < 1e-7  # smplx adds 1e-8 to every angle


def test_fingertips_are_where_smplx_has_them() -> None:
    """But for the right thumb's, for which smplx takes a vertex beside the tip of the left one's mirror image."""
    from smplx.vertex_ids import vertex_ids

    ours = tip_vertices(np.stack([hand_skin.vertex_ids(side) for side in SIDES])).reshape(2, 5)
    fingers = ("index", "middle", "pinky", "ring", "thumb")
    theirs = np.array([[vertex_ids["smplx"][f"{side[0]}{finger}"] for finger in fingers] for side in SIDES])
    assert np.argwhere(ours != theirs).tolist() == [[0, 4]]
