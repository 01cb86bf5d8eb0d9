"""How far postures alone answer the task of joint positions: does `body` ask for more than its input shows?

``python -m benchmark.data.postures_alone`` reads the places off the posture stream, shifts them, and fits the board's
ridge regression to a frame's postures, on each fold of the graphs here.
"""

import sys
from pathlib import Path

from benchmark.paths import GRAPHS
from deepgrasp.choices import POSE
from deepgrasp.geometry.arm_kinematics import ARM_JOINTS
from deepgrasp.inputs.fold import Fold, read_fold
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.inputs.modalities import load_inputs
from deepgrasp.references.linear import ridge
from deepgrasp.store.folds import fold_count
from deepgrasp.store.store import open_store
from deepgrasp.tasks.body import BodyTarget, body_joints, in_pelvis_axes
from deepgrasp.tasks.scores.positions import joint_error_cm

POSES = GraphChoice(modalities="pose")


def joint_errors(fold: Fold) -> dict[str, float]:
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
    names = body_joints(fold.graphs.hands)
    joints = [ARM_JOINTS.index(name) for name in names]
    seen, true = {}, {}
    for part in ("train", "test"):
        seen[part] = load_inputs(fold.store, fold.parts[part].rows, POSES, ("posture",))[POSE]  # [N, T, 39, 9]
        true[part] = fold.body(part)[:, :, joints]  # [N, T, 38, 3]
        if leaning:
            true[part] = in_pelvis_axes(true[part], fold.store.read("lean", fold.parts[part].rows))
    places = {part: each[:, :, joints, :3] for part, each in seen.items()}
    shift = (true["train"] - places["train"]).mean(axis=(0, 1))
    known, asked = (seen[part].reshape(*seen[part].shape[:2], -1).astype(float) for part in ("train", "test"))
    found = {
        "read off": places["test"],
        "shifted": places["test"] + shift,
        # a penalty of one in all: of more the numbers would tell of the penalty
        "linear": ridge(BodyTarget(true["train"], names), known, asked, 1 / known.shape[-1]),
    }
    return {name: float(joint_error_cm(each, true["test"]).mean()) for name, each in found.items()}


if __name__ == "__main__":
    store = open_store(Path(sys.argv[1]) if sys.argv[1:] else GRAPHS)
    people = {record["subject"] for record in store.sequences}
    for k in range(fold_count("subject", len(people))):
        told = joint_errors(read_fold(store, "subject", k, POSES))
        print(f"fold {k}: {', '.join(f'{name} {error:.2f} cm' for name, error in told.items())}")
