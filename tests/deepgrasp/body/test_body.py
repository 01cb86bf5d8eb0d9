"""Joints without vertices against smplx's full forward pass, and meshes that are refused."""

from pathlib import Path

import numpy as np
import pytest

from deepgrasp.body import meshes, skin
from deepgrasp.body.model_files import load_body_model
from deepgrasp.errors import InputError
from deepgrasp.geometry import forward_kinematics, rotations
from deepgrasp.skeleton import INDEX


def test_rotations_by_hand() -> None:
    angles = np.array([[0, 0, 0], [np.pi / 2, 0, 0], [0, np.pi / 2, 0], [0, 0, np.pi / 2], [0, 0, 1e-9]])
    expected = [
        np.eye(3),
        [[1, 0, 0], [0, 0, -1], [0, 1, 0]],
        [[0, 0, 1], [0, 1, 0], [-1, 0, 0]],
        [[0, -1, 0], [1, 0, 0], [0, 0, 1]],
        [[1, -1e-9, 0], [1e-9, 1, 0], [0, 0, 1]],
    ]
    assert np.allclose(rotations.rotation_matrix(angles), expected, atol=1e-15)


def test_rotations_equal_scipys() -> None:
    from scipy.spatial.transform import Rotation

    vectors = np.random.default_rng(0).normal(0, 2, (100, 3))
    assert np.allclose(rotations.rotation_matrix(vectors), Rotation.from_rotvec(vectors).as_matrix(), atol=1e-14)


def test_a_bent_elbow_by_hand() -> None:
    rest = np.zeros((55, 3))
    chain = [INDEX[f"left_{part}"] for part in ("collar", "shoulder", "elbow", "wrist")]
    rest[chain, 0] = [0.1, 0.2, 0.5, 0.8]
    pose = np.zeros((1, 55, 3))
    pose[0, INDEX["left_elbow"]] = 0, 0, np.pi / 2
    positions, rotations = forward_kinematics.forward_kinematics(pose, rest, np.array([[0.0, 0, 1]]))
    assert np.allclose(positions[0, chain], [[0.1, 0, 1], [0.2, 0, 1], [0.5, 0, 1], [0.5, 0.3, 1]])
    assert np.allclose(rotations[0, INDEX["left_wrist"]], [[0, -1, 0], [1, 0, 0], [0, 0, 1]])


@pytest.mark.parametrize("gender", ["male", "female"])
def test_joints_equal_smplxs_full_forward(models: Path, model_members, gender: str) -> None:
    import smplx
    import torch

    rng = np.random.default_rng(1)
    template = model_members(5)["v_template"].astype(np.float64)
    pose, transl = rng.normal(0, 0.5, (7, 55, 3)), rng.normal(0, 1, (7, 3))
    model = smplx.create(
        str(models),
        model_type="smplx",
        gender=gender,
        v_template=template,
        use_pca=False,
        flat_hand_mean=True,
        batch_size=7,
    )
    parts = np.split(pose.reshape(7, 165), np.cumsum([3, 63, 3, 3, 3, 45]), axis=1)
    names = ("global_orient", "body_pose", "jaw_pose", "leye_pose", "reye_pose", "left_hand_pose", "right_hand_pose")
    tensors = {name: torch.tensor(part, dtype=torch.float32) for name, part in zip(names, parts, strict=True)}
    expected = model(transl=torch.tensor(transl, dtype=torch.float32), **tensors).joints[:, :55].detach().numpy()

    rest = skin.rest_joints(load_body_model(models, gender), template)
    positions, _ = forward_kinematics.forward_kinematics(pose, rest, transl)
    assert np.abs(positions - expected).max() < 1e-6


def test_meshes_that_cannot_be_read(tmp_path: Path, root: Path) -> None:
    with pytest.raises(InputError, match=r"cup.ply: missing mesh"):
        meshes.load_mesh(tmp_path / "cup.ply")
    mug = root / "tools/object_meshes/contact_meshes/mug.ply"
    with pytest.raises(InputError, match=r"mug.ply: 642 vertices, a body has 10475"):
        meshes.load_template(mug)
    mug.write_bytes(mug.read_bytes()[:300])
    with pytest.raises(InputError, match=r"mug.ply: not a readable mesh"):
        meshes.load_mesh(mug)
