"""What tests of the body share: smplx's model of the stand-in, and the skin of a posed hand."""

import io
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.skeleton import (
    HAND_JOINTS,
    INDEX,
)
from deepgrasp.standin.acting.contact import PosedHands
from deepgrasp.standin.acting.hand_rig import hand_rig
from deepgrasp.standin.acting.posed_joints import posed_joints
from deepgrasp.standin.people.hand_pose import pca
from deepgrasp.standin.people.subjects import Subject

FRAMES = 4


def load_model(root: Path, kind: str, **options: object):
    import smplx

    with redirect_stdout(io.StringIO()):  # it prints a warning about the number of shape coefficients
        return smplx.create(str(root / "models"), model_type=kind, num_pca_comps=24, batch_size=FRAMES, **options)


def tensor(array: np.ndarray):
    import torch

    return torch.tensor(np.asarray(array).reshape(FRAMES, -1), dtype=torch.float32)


def hand_surface(person: Subject, side: str, pose: np.ndarray, transl: np.ndarray) -> np.ndarray:
    """Skin of a hand in the world [T, 778, 3], as touch is computed from it."""
    rotations, positions = posed_joints(person.joints, pose, transl)
    chain = [INDEX[f"{side}_wrist"], *(INDEX[name] for name in HAND_JOINTS[side])]
    hands = PosedHands(
        {side: hand_rig(side, person.hand_template(side), person.joints[chain])},
        {side: (rotations[:, chain[0]], positions[:, chain[0]])},
        {side: pose[:, chain[1:]].reshape(-1, 45)},
    )
    return hands.surface(side, np.arange(len(pose)))


def from_coefficients(values: ArrayLike, side: str, model: str = "smplx") -> NDArray[np.float64]:
    """Hand poses ``[..., 45]`` from coefficients of the model's basis, as whoever reads the files makes them."""
    basis, mean = pca(side, model)
    return np.asarray(values) @ basis + (mean if model == "smplx" else 0.0)
