"""The tested recording's own mean pose of the object in the hand, an oracle: the ceiling of ``pose``.

It knows all but how the object moves in the hand: where the hand is, what it holds, and how it holds it.
"""

import numpy as np

from deepgrasp.geometry.hand_frames import hand_frame, mean_in, placed
from deepgrasp.geometry.rotations import Pose
from deepgrasp.inputs.fold import Fold
from deepgrasp.references import Answer
from deepgrasp.tasks.pose import TASK, PoseTarget, as_prediction

ORACLE = True


def answer(fold: Fold) -> Answer:
    """Predictions of ``pose`` alone, from the right hand (the left if only this is seen)."""
    predictions = {}
    for name in ("validation", "test"):
        frames, target = hand_frame(fold.body(name), fold.graphs.sides[0]), fold.parts[name].targets[TASK.name]
        assert isinstance(target, PoseTarget)
        made = []
        for *hand, rotation, translation in zip(*frames, *target.pose, strict=True):
            mine = Pose(*hand)  # [T] of one sequence
            made.append(as_prediction(placed(mine, mean_in(mine, Pose(rotation, translation)))))
        predictions[name] = {TASK.name: np.stack(made).astype(np.float32)}  # [N, T, 9]
    return Answer(predictions)
