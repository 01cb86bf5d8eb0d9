"""A hand without a signal: first the one that touches more, then the other one as well."""

from dataclasses import replace

import numpy as np

from deepgrasp.probes.perturbation import Perturbation, Recorded, Windows
from deepgrasp.skeleton import HAND_JOINTS, SIDES, arms


def act(seen: Recorded, windows: Windows, strength: float) -> Recorded:
    """Fingers at rest and no touch, of one hand or of both."""
    # fingers alone: the wrist counts to the arm
    columns = [[arms("both").index(name) for name in HAND_JOINTS[side]] for side in SIDES]
    pose, touch = seen.pose.copy(), seen.touch.copy()
    for hand, joints in enumerate(columns):
        lost = (windows.hand == hand) | (strength > 1)  # [N]
        pose[np.ix_(lost, np.arange(windows.length), np.array(joints))] = 0
        touch[lost, :, hand] = 0
    return replace(seen, pose=pose, touch=touch)


PERTURBATION = Perturbation(
    kind="loss",
    says="No fingers and no touch of the hand that touches more, then of both.",
    senses=("pose", "touch"),
    unit="hands",
    strengths=(1, 2),
    act=act,
)
