"""smplx's own vertices of a recording, with a model in which everything moves: pose correctives and expressions too."""

import contextlib
import io
from pathlib import Path

import numpy as np

from deepgrasp.body.model_files import model_path
from deepgrasp.skeleton import BODY_VERTICES
from tests.conftest import HANDS

PARTS = {"global_orient": (0, 1), "body_pose": (1, 22), "jaw_pose": (22, 23), "leye_pose": (23, 24)}
PARTS |= {"reye_pose": (24, 25), "left_hand_pose": (25, 40), "right_hand_pose": (40, 55)}


def lively(members: dict[str, np.ndarray], seed: int = 0) -> dict[str, np.ndarray]:
    """The members of a model file, with skin, face and pose correctives of its own, which the stand-in's has not."""
    rng = np.random.default_rng(seed)
    weights = rng.random((BODY_VERTICES, 55)) ** 8
    weights[weights < np.sort(weights, axis=1)[:, -6:-5]] = 0  # six joints move a vertex, as in a real model
    # vertices of a made-up hand are all over the place: each triangle covers half of a picture, which takes a computer
    # without a GPU long; so they are few
    few = np.arange(0, 776, 16)[:, None] + [0, 1, 2]
    return members | {
        "f": np.concatenate([HANDS["rhand"][few], HANDS["lhand"][few], [[0, 1, 2]]]).astype(np.uint32),
        "weights": (weights / weights.sum(1, keepdims=True)).astype(np.float32),
        "posedirs": rng.normal(0, 0.01, (BODY_VERTICES, 3, 486)).astype(np.float16),
        "shapedirs": rng.normal(0, 0.02, (BODY_VERTICES, 3, 20)).astype(np.float32),
    }


def forward(
    models: Path, gender: str, template: np.ndarray, motion: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> np.ndarray:
    """Vertices ``[T, 10475, 3]`` in double precision, of fullpose, translation and expression."""
    import smplx
    import torch

    frames = len(motion[0])
    options = {"use_pca": False, "flat_hand_mean": True, "batch_size": frames, "dtype": torch.float64}
    with contextlib.redirect_stdout(io.StringIO()):
        body = smplx.SMPLX(str(model_path(models, gender)), gender=gender, v_template=template, **options)
    pose, transl, expression = (torch.from_numpy(part) for part in motion)
    flat = {name: pose[:, slice(*span)].reshape(frames, -1) for name, span in PARTS.items()}
    with torch.no_grad():
        found: np.ndarray = body(**flat, transl=transl, expression=expression).vertices.numpy()
    return found
