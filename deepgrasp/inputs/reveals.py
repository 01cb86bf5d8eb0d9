"""How far postures alone answer the task of joint positions: ``python -m deepgrasp.inputs.reveals``."""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepgrasp.geometry.arm_kinematics import ARM_JOINTS
from deepgrasp.inputs.fold import Fold, read_fold
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import load_inputs
from deepgrasp.store.store import open_store
from deepgrasp.tasks.body import in_pelvis_axes

POSE = GraphChoice(modalities="pose")


def errors(fold: Fold) -> dict[str, float]:
    """Mean per-joint position error (cm) on the test people of a fold, by what is known besides their postures.

    Returns:
        ``read off``: the places that the posture stream shows, with arms stretched out sideways at rest.
        ``shifted``: the same, each joint by its mean error on the training people.
        ``linear``: a ridge regression from a frame's postures to its joints, from the training people.
        Of each also ``..., trunk``: if the task asked in the axes of the trunk, and not in those of the pelvis.
    """
    return _errors(fold, leaning=True) | {
        f"{name}, trunk": error for name, error in _errors(fold, leaning=False).items()
    }


def _errors(fold: Fold, *, leaning: bool) -> dict[str, float]:
    joints = [k for k, name in enumerate(ARM_JOINTS) if name != "neck"]  # the origin: it would be right for nothing
    seen, true = {}, {}
    for part in ("train", "test"):
        seen[part] = load_inputs(fold.store, fold.parts[part].rows, POSE, ("posture",))["pose"]  # [N, T, 39, 9]
        true[part] = fold.body(part)[:, :, joints]  # [N, T, 38, 3]
        if leaning:
            true[part] = in_pelvis_axes(true[part], fold.store.read("lean", fold.parts[part].rows))
    places = {part: each[:, :, joints, :3] for part, each in seen.items()}
    shift = (true["train"] - places["train"]).mean(axis=(0, 1))
    known, asked = (_columns(seen[part]) for part in ("train", "test"))
    target = true["train"].reshape(len(known), -1).astype(float)
    weights = np.linalg.solve(known.T @ known + np.eye(known.shape[1]), known.T @ target)
    found = {
        "read off": places["test"],
        "shifted": places["test"] + shift,
        "linear": (asked @ weights).reshape(true["test"].shape),
    }
    return {name: 100 * float(np.linalg.norm(each - true["test"], axis=-1).mean()) for name, each in found.items()}


def _columns(seen: NDArray[np.float32]) -> NDArray[np.float64]:
    """A row ``[N T, 39 * 9 + 1]`` for each frame, and a column of ones."""
    frames = seen.reshape(seen.shape[0] * seen.shape[1], -1).astype(float)
    return np.concatenate([frames, np.ones((len(frames), 1))], axis=1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graphs", type=Path, nargs="?", default=Path("data/graphs"), help="the graph store")
    store = open_store(parser.parse_args().graphs)
    for k in range(5):
        said = ", ".join(
            f"{name} {error:.2f} cm" for name, error in errors(read_fold(store, "subject", k, POSE)).items()
        )
        print(f"fold {k}: {said}")
