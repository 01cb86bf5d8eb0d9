"""The task ``body``: positions of all arm and hand joints from the neck, in every frame.

They are asked for in the axes of the pelvis. In those of the trunk, from which the arms hang, a linear map of postures
tells them to within a centimetre; how the trunk leans and turns is in no input, and has to be read off the arms.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.skeleton import SIDES, arms
from deepgrasp.tasks.scores import Floats, positions
from deepgrasp.tasks.targets import Array, TargetStore, mean_of_rows
from deepgrasp.tasks.task import Example, Metric, Task, joint_key


@dataclass(frozen=True)
class BodyTarget:
    """Positions ``[N, T, J, 3]`` in metres of the named joints, in the axes of the pelvis (or of the world)."""

    positions: NDArray[np.float32]
    joints: tuple[str, ...]

    @property
    def prediction_shape(self) -> tuple[int, ...]:
        """Shape of a prediction: positions ``[N, T, J, 3]``, metres."""
        return self.positions.shape

    @property
    def regressed(self) -> Array:
        """Positions ``[N, T, J, 3]``, metres, as they are."""
        return self.positions


def body_joints(hands: str) -> tuple[str, ...]:
    """Names of the joints that are asked for: those of the chosen arms without the neck, which is the origin."""
    # the neck is at zero in every frame: it would make the mean error smaller without being predicted
    return tuple(name for name in arms(hands) if name != "neck")


def read(store: TargetStore, rows: Any, hands: str) -> BodyTarget:
    """True joint positions of the chosen arms ``[N, T, J, 3]``, metres."""
    names = body_joints(hands)
    # the store has both arms; the columns go by name, never by place
    columns = [arms("both").index(name) for name in names]
    return BodyTarget(in_pelvis_axes(store.read("body", rows)[:, :, columns], store.read("lean", rows)), names)


def in_pelvis_axes(positions: Array, lean: Array) -> NDArray[np.float32]:
    """Positions ``[N, T, J, 3]`` in the trunk's axes, turned by ``lean`` ``[N, T, 3, 3]`` into those of the pelvis."""
    # in double precision: what a matrix product rounds differs between processors
    return np.asarray(np.asarray(positions, float) @ np.swapaxes(lean, -1, -2), np.float32)


def measure(predicted: Array, target: BodyTarget) -> dict[str, float]:
    """MPJPE and the error of each joint, cm, of positions ``[N, T, J, 3]`` in metres."""
    # distances first, then their mean: the published MAE averages x, y and z before it takes the difference
    each = positions.joint_error_cm(predicted, target.positions).mean(axis=(0, 1))  # [J]
    return {
        MPJPE.key: float(each.mean()),
        **{joint_key(name): float(error) for name, error in zip(target.joints, each, strict=True)},
    }


def mpjpe_of_each(predicted: Array, target: BodyTarget) -> Floats:
    """MPJPE of every sequence ``[N]``, cm."""
    # all windows of a view have as many frames, so that the mean of these is the mean over all frames
    return positions.mpjpe_cm(predicted, target.positions).mean(axis=1)


def mean_position(train: Iterable[BodyTarget]) -> Floats:
    """The trivial answer ``[T, J, 3]``, metres: each joint at its mean place in each frame of the training data."""
    return mean_of_rows(block.positions for block in train)


def example() -> Example:
    """A right and a wrong answer: one frame, and every joint a metre off in all three directions."""
    joints = body_joints("both")
    still = np.zeros((1, 1, len(joints), 3), np.float32)
    return Example(still, still + 1, BodyTarget(still, joints))


MPJPE = Metric("mpjpe_cm", "MPJPE", "cm", False)
# The columns are the rows of the published table. Errors of all other joints stand in the scores, not on the board.
_ARMS = [f"{side}_{part}" for part in ("collar", "shoulder", "elbow", "wrist") for side in SIDES]

TASK = Task(
    name="body",
    place=2,
    predicts="position of every arm and hand joint from the neck, in the pelvis's axes",
    holds="positions `[N, T, J, 3]`, metres",
    classifies=None,
    loss="joint_distance",
    board=(MPJPE, *(Metric(joint_key(name), name.replace("_", " "), "cm", False) for name in _ARMS)),
    read=read,
    measure=measure,
    each=mpjpe_of_each,
    constant=mean_position,
    example=example,
    joints=body_joints,
)
