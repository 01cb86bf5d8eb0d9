"""Silenced inputs: a joint that never leaves its mean posture, a patch that never touches."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from deepgrasp.choices import POSE, TOUCH
from deepgrasp.geometry.arm_kinematics import ARM_JOINTS
from deepgrasp.inputs.graph_choice import GraphChoice
from deepgrasp.probes.perturbation import Recorded, Windows
from deepgrasp.skeleton import SIDES


@dataclass(frozen=True)
class SilencedPlace:
    """A joint or a patch of touch that can be silenced.

    Attributes:
        name: of the joint, or ``right_patch0``.
        sense: ``pose`` or ``touch``.
        node: its column of the recorded poses, or its patch.
        hand: of a patch: 0 for the right one, 1 for the left.
    """

    name: str
    sense: str
    node: int
    hand: int = 0


def places(graphs: GraphChoice, patches: NDArray[np.int64]) -> list[SilencedPlace]:
    """Places that can be silenced: all joints that turn, then all patches, of what a network sees.

    Args:
        patches: the patch ``[2, 778]`` of each vertex of the right and the left hand.
    """
    found = []
    if graphs.modalities != TOUCH:
        # tips of fingers have no angle of their own
        found += [SilencedPlace(name, POSE, ARM_JOINTS.index(name)) for name in graphs.pose_nodes if name in ARM_JOINTS]
    if graphs.modalities != POSE:
        for side in graphs.sides:
            hand = SIDES.index(side)
            count = int(patches[hand].max()) + 1
            found += [SilencedPlace(f"{side}_patch{k}", TOUCH, k, hand) for k in range(count)]
    return found


def mean_posture(pose: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean axis-angle ``[39, 3]`` (radians) of joints over windows ``[N, T, 39, 3]``, of people who are not tested."""
    # double: the sum is of as many numbers as there are frames
    return np.asarray(pose.mean(axis=(0, 1), dtype=np.float64), np.float32)


def at_rest(seen: Recorded, posture: NDArray[np.float32]) -> Recorded:
    """Windows with all places silenced at once: the mean ``posture [39, 3]`` (radians) in all frames, and no touch."""
    return replace(seen, pose=np.broadcast_to(posture, seen.pose.shape).copy(), touch=np.zeros_like(seen.touch))


def silenced(windows: Windows, place: SilencedPlace, posture: NDArray[np.float32]) -> Recorded:
    """Windows with one place silenced: a joint stays as in ``posture [39, 3]`` (radians), a patch never touches."""
    seen = windows.clean
    if place.sense == TOUCH:
        touch = seen.touch.copy()
        touch[:, :, place.hand, windows.patches[place.hand] == place.node] = 0
        return replace(seen, touch=touch)
    pose = seen.pose.copy()
    pose[:, :, place.node] = posture[place.node]
    return replace(seen, pose=pose)


def each_silenced(
    windows: Windows, known: list[SilencedPlace], posture: NDArray[np.float32]
) -> Iterator[tuple[SilencedPlace, Recorded]]:
    """Pairs of a place and the windows without it, see :func:`silenced`, in the order of ``known``."""
    for place in known:
        yield place, silenced(windows, place, posture)
