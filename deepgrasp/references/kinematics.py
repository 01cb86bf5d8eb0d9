"""Forward kinematics of the arms, an oracle: joint positions from joint angles, the person's own bones and the trunk.

Joint angles and bone lengths leave open in which directions a person's bones point at rest, and how the trunk, from
which the arms hang, leans over the pelvis; told these, arms follow.
"""

import numpy as np

from deepgrasp.geometry.arm_kinematics import ARM_JOINTS, arm_positions, rest_bones
from deepgrasp.inputs.fold import Fold
from deepgrasp.references import Answer
from deepgrasp.tasks.body import TASK, BodyTarget, in_pelvis_axes

ORACLE = True


def answer(fold: Fold) -> Answer:
    """Predictions of ``body`` alone, by the person's own bones at rest, as the true positions have them.

    In a store prepared in the world's axes, positions do not follow from angles.
    """
    predictions = {}
    for name in ("validation", "test"):
        part, true = fold.parts[name], fold.body(name)
        angles = fold.store.read("pose", part.rows)
        found = np.empty_like(true)
        for subject in set(part.subjects):
            # the bones of each person by themselves: a mean over people would be nobody's
            mine = [each == subject for each in part.subjects]
            # bones from the very positions that are asked for: this is what makes it an oracle
            found[mine] = arm_positions(angles[mine], rest_bones(angles[mine], true[mine]))
        target = part.targets[TASK.name]
        assert isinstance(target, BodyTarget)
        # all 39 are followed, for a chain needs its neck; asked are those of the chosen hands
        columns = [ARM_JOINTS.index(joint) for joint in target.joints]
        predictions[name] = {TASK.name: in_pelvis_axes(found[:, :, columns], fold.store.read("lean", part.rows))}
    return Answer(predictions)
