"""Mean object pose in the frame of the wrist, an oracle: the object is carried along by the hand.

The true positions of the hand's joints are its input, the answer to another task. Told where the hand is, the object is
seldom far.
"""

import numpy as np

from deepgrasp.geometry.hand_frames import hand_frame, mean_in, placed
from deepgrasp.inputs.fold import Fold
from deepgrasp.references import Answer
from deepgrasp.tasks.pose import TASK, PoseTarget, as_prediction

ORACLE = True


def answer(fold: Fold) -> Answer:
    """Predictions of ``pose`` alone, from the right hand (the left if only this is seen)."""
    # [N, T] frames of each part
    frames = {name: hand_frame(fold.body(name), fold.graphs.sides[0]) for name in fold.parts}
    target = fold.parts["train"].targets[TASK.name]
    assert isinstance(target, PoseTarget)
    mean = mean_in(frames["train"], target.pose)
    predictions = {}
    for name in ("validation", "test"):
        predictions[name] = {TASK.name: as_prediction(placed(frames[name], mean)).astype(np.float32)}  # [N, T, 9]
    return Answer(predictions)
