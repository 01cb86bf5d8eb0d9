"""Forward kinematics of the arms, an oracle: joint positions from joint angles and each tested person's own bones.

Joint angles and bone lengths leave open in which directions a person's bones point at rest; told these, arms follow.
"""

import numpy as np

from deepgrasp.geometry.arm_kinematics import ARM_JOINTS, arm_positions, rest_bones
from deepgrasp.inputs.fold import Fold
from deepgrasp.references import Answer
from deepgrasp.tasks.body import TASK, BodyTarget

ORACLE = True


def answer(fold: Fold) -> Answer:
    """Predictions of ``body`` alone. The bones at rest are measured on the true positions of the person's sequences.

    In other axes than the trunk's, positions do not follow from angles.
    """
    predictions = {}
    for name in ("validation", "test"):
        part, true = fold.parts[name], fold.body(name)
        angles = fold.store.read("pose", part.rows)
        found = np.empty_like(true)
        for subject in set(part.subjects):
            mine = [each == subject for each in part.subjects]
            found[mine] = arm_positions(angles[mine], rest_bones(angles[mine], true[mine]))
        target = part.targets[TASK.name]
        assert isinstance(target, BodyTarget)
        columns = [ARM_JOINTS.index(joint) for joint in target.joints]
        predictions[name] = {TASK.name: found[:, :, columns].astype(np.float32)}
    return Answer(predictions)
