"""Mean pose of each object in the frame of the wrist, an oracle: told where the hand is, and what it holds."""

import numpy as np

from deepgrasp.geometry.hand_frames import hand_frame, mean_in, placed, seen_from
from deepgrasp.geometry.rotations import Floats, Pose, mean_rotation
from deepgrasp.geometry.symmetries import Symmetries
from deepgrasp.inputs.fold import Fold
from deepgrasp.references import Answer
from deepgrasp.tasks.pose import TASK, PoseTarget, as_prediction

ORACLE = True
_ROUNDS = 3  # of aligning and averaging; the mean stands still after two


def answer(fold: Fold) -> Answer:
    """Predictions of ``pose`` alone, from the right hand (the left if only this is seen)."""
    frames = {name: hand_frame(fold.body(name), fold.graphs.sides[0]) for name in fold.parts}  # [N, T]
    train = fold.parts["train"].targets[TASK.name]
    assert isinstance(train, PoseTarget)
    # an object that nobody holds in training is held as objects are on average
    means = dict.fromkeys(range(len(train.symmetries)), mean_in(frames["train"], train.pose))
    for k in np.unique(train.objects):
        mine = train.objects == k
        held = seen_from(*(Pose(each.rotation[mine], each.translation[mine]) for each in (frames["train"], train.pose)))
        means[int(k)] = mean_up_to_symmetry(held, train.symmetries[k])
    predictions = {}
    for name in ("validation", "test"):
        target = fold.parts[name].targets[TASK.name]
        assert isinstance(target, PoseTarget)
        relation = Pose(
            np.stack([means[int(k)].rotation for k in target.objects])[:, None],  # [N, 1, 3, 3]
            np.stack([means[int(k)].translation for k in target.objects])[:, None],
        )
        predictions[name] = {TASK.name: as_prediction(placed(frames[name], relation)).astype(np.float32)}
    return Answer(predictions)


def mean_up_to_symmetry(poses: Pose, symmetries: Symmetries) -> Pose:
    """The mean (``[3, 3]`` and ``[3]``) of poses ``[..., 3, 3]`` and ``[..., 3]``, each turned to look most like it."""
    rotations: Floats = np.asarray(poses.rotation, float).reshape(-1, 3, 3)
    # a symmetry leaves the centre in place: it has one mean, however the object is turned
    centre = np.asarray(poses.translation, float).reshape(-1, 3) + rotations @ symmetries.centre
    alike, mean = symmetries.rotations, rotations[0]
    # any two rotations of a sphere look alike, so that the first stands for all
    for _ in range(0 if symmetries.freedom == 3 else _ROUNDS):
        nearest = ((np.swapaxes(rotations, 1, 2) @ mean).reshape(-1, 9) @ alike.reshape(-1, 9).T).argmax(axis=1)
        mean = mean_rotation(rotations @ alike[nearest])
    return Pose(mean, centre.mean(axis=0) - mean @ symmetries.centre)
