"""The task ``pose``: position and rotation of the object relative to the body, in every frame."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.errors import InputError
from deepgrasp.geometry.rotations import Pose, nearest_rotation, rotation_from_6d, rotation_to_6d
from deepgrasp.geometry.symmetries import NONE, Symmetries, from_arrays
from deepgrasp.tasks.scores import CM, Floats, object_pose
from deepgrasp.tasks.targets import Array, TargetStore, mean_of_rows
from deepgrasp.tasks.task import Example, Metric, Task


@dataclass(frozen=True)
class PoseTarget:
    """Object poses ``[N, T]`` and which object each of the ``N`` sequences moves.

    Attributes:
        points: ``[O, P, 3]`` points of each object's surface in its own coordinates, metres.
        diameter: ``[O]`` largest distance between two points of the object, metres.
        symmetries: of each object, ``O`` of them.
    """

    pose: Pose
    objects: NDArray[np.int64]
    points: NDArray[np.float32]
    diameter: NDArray[np.float32]
    symmetries: tuple[Symmetries, ...]

    @property
    def prediction_shape(self) -> tuple[int, ...]:
        """Shape of a prediction: translation (metres) and 6D rotation ``[N, T, 9]``."""
        return (*self.pose.translation.shape[:2], 9)

    @property
    def regressed(self) -> Array:
        """Translation and 6D rotation ``[N, T, 9]``."""
        return as_prediction(self.pose)


def as_prediction(pose: Pose) -> Array:
    """A pose as nine numbers ``[..., 9]``: translation (metres), then the first two columns of the rotation."""
    # 6D and not axis-angle or quaternions: these jump somewhere, which no network can follow (Zhou et al. 2019)
    return np.concatenate([pose.translation, rotation_to_6d(pose.rotation)], axis=-1)


def as_pose(prediction: Array) -> Pose:
    """The pose that nine numbers ``[..., 9]`` stand for; any six give a rotation (Zhou et al. 2019)."""
    return Pose(rotation_from_6d(prediction[..., 3:]), prediction[..., :3])


def read(store: TargetStore, rows: Any, hands: str) -> PoseTarget:
    """True object poses ``[N, T]`` of the rows, and what scores need to know of all objects."""
    # usual rotations, for column vectors: preparing has transposed the files' own
    pose = Pose(store.read("object_rotation", rows), store.read("object_translation", rows))
    # of all objects, once: `objects` says which of them a sequence moves
    meshes = store.meshes
    objects = np.asarray(store.read("mesh", rows))
    return PoseTarget(pose, objects, meshes["points"], meshes["diameter"], from_arrays(meshes))


def measure(prediction: Array, target: PoseTarget) -> dict[str, float]:
    """The board's columns, of predictions ``[N, T, 9]``.

    Raises:
        InputError: six numbers of a frame stand for no rotation.
    """
    check_rotations(prediction)
    predicted, diameter = as_pose(prediction), CM * target.diameter[target.objects]
    # once: several columns are made of each
    mssd = mssd_of_frames(predicted, target)
    add = object_pose.add_cm(predicted, target.pose, target.points[target.objects])
    return {
        "mssd_recall": float(object_pose.recall(mssd, diameter).mean()),
        "mssd_cm": float(mssd.mean()),
        "add_cm": float(add.mean()),
        "add_s_cm": float(add_or_add_s(add, predicted, target).mean()),
        "add_10pct": object_pose.within_10pct(add, diameter),
        "add_auc": object_pose.auc_10cm(add),
        "translation_cm": float(object_pose.translation_cm(predicted, target.pose).mean()),
        "rotation_deg": float(rotation_deg_of_frames(predicted, target).mean()),
    }


def mssd_of_frames(predicted: Pose, target: PoseTarget) -> Floats:
    """MSSD ``[N, T]`` (cm) of predicted poses, each up to the symmetries of its object."""
    points, symmetries = target.points, target.symmetries
    return _by_object(
        lambda made, true, k: object_pose.mssd_cm(made, true, points[k], symmetries[k]), predicted, target
    )


def rotation_deg_of_frames(predicted: Pose, target: PoseTarget) -> Floats:
    """Angle ``[N, T]``, degrees, from the predicted rotation to the nearest that looks like the true one."""
    return _by_object(
        lambda made, true, k: object_pose.symmetric_rotation_deg(made.rotation, true.rotation, target.symmetries[k]),
        predicted,
        target,
    )


def _by_object(error: Callable[[Pose, Pose, int], Floats], predicted: Pose, target: PoseTarget) -> Floats:
    """Errors ``[N, T]``, object by object, as each has symmetries of its own; ``error`` gets ``[F]`` frames of one."""
    errors = np.empty(predicted.translation.shape[:2])  # [N, T]
    for k in np.unique(target.objects):
        mine = target.objects == k
        # [n, T, ...] to [n T, ...]: frames are judged one by one
        made, true = (Pose(*(x[mine].reshape(-1, *x.shape[2:]) for x in pose)) for pose in (predicted, target.pose))
        errors[mine] = error(made, true, k).reshape(-1, errors.shape[1])
    return errors


def check_rotations(prediction: Array) -> None:
    """Check that two columns that are neither zero nor parallel stand in every frame of predictions ``[N, T, 9]``.

    Raises:
        InputError: some do not; ``as_pose`` would take another rotation in their place, and it would be scored.
    """
    first, second = np.asarray(prediction[..., 3:6], float), np.asarray(prediction[..., 6:], float)
    lengths = np.linalg.norm(first, axis=-1) * np.linalg.norm(second, axis=-1)  # [N, T]
    # |a x b| = |a| |b| sin; a network's columns are never exactly of length one or at right angles, and need not be
    none = np.linalg.norm(np.cross(first, second), axis=-1) <= np.maximum(1e-6 * lengths, 1e-18)
    if none.any():
        count = f"{np.count_nonzero(none)} of {none.size} frames"
        problem = f"holds no rotation in {count}: a column is zero, or both are parallel"
        raise InputError("prediction of pose", problem, "give the first two columns of a rotation")


def add_or_add_s(add: Floats, predicted: Pose, target: PoseTarget) -> Floats:
    """ADD(-S) ``[N, T]``, cm: ADD-S for symmetric objects, ADD for the others (Hinterstoisser et al. 2012)."""
    symmetric = np.array([one.any for one in target.symmetries])[target.objects]
    # ADD-S is the slow one (every point with every other): only where it counts
    chosen, true = (Pose(*(x[symmetric] for x in pose)) for pose in (predicted, target.pose))
    errors = add.copy()
    errors[symmetric] = object_pose.add_s_cm(chosen, true, target.points[target.objects[symmetric]])
    return errors


def recall_of_each(prediction: Array, target: PoseTarget) -> Floats:
    """Recall of MSSD of every sequence ``[N]``, 0 to 1."""
    mssd = mssd_of_frames(as_pose(prediction), target)
    return np.asarray(object_pose.recall(mssd, CM * target.diameter[target.objects]).mean(axis=1))


def trivial_pose(train: Iterable[PoseTarget]) -> Floats:
    """The trivial answer ``[T, 9]``: mean translation (metres) and chordal mean rotation of each frame in training."""
    # [n, T, 4, 3]: three rows of the rotation, and the translation, in one pass
    blocks = (np.concatenate([block.pose.rotation, block.pose.translation[:, :, None]], axis=2) for block in train)
    mean = mean_of_rows(blocks)  # [T, 4, 3]
    return as_prediction(Pose(nearest_rotation(mean[:, :3]), mean[:, 3]))


def example() -> Example:
    """A right and a wrong answer: one object in one frame, and a quarter turn and a metre off in each direction."""
    still, turned = np.eye(3)[None, None], np.array([[[[0.0, -1, 0], [1, 0, 0], [0, 0, 1]]]])
    right, wrong = Pose(still, np.zeros((1, 1, 3))), Pose(turned, np.ones((1, 1, 3)))
    # not symmetric: otherwise ADD-S would forgive the turn
    target = PoseTarget(
        right,
        objects=np.zeros(1, np.int64),
        # three points 10 cm out on the axes: no turn leaves all three in place
        points=np.diag(np.full(3, 0.1, np.float32))[None],
        diameter=np.full(1, 0.1, np.float32),
        symmetries=(NONE,),
    )
    return Example(as_prediction(right), as_prediction(wrong), target)


MSSD, ADD = Metric("mssd_cm", "MSSD", "cm", False), Metric("add_cm", "ADD", "cm", False)
ADD_S, TRANSLATION = Metric("add_s_cm", "ADD(-S)", "cm", False), Metric("translation_cm", "translation", "cm", False)
TASK = Task(
    name="pose",
    place=3,
    predicts="6D pose of the object relative to the body",
    holds="`[N, T, 9]`: translation in metres, then the first two columns of the rotation",
    classifies=None,
    loss="point_distance",
    board=(
        # recalls lie between 0 and 0.3: within the limits of their unit a network that answers nothing would pass. Its
        # own are chosen, not measured.
        Metric(
            *("mssd_recall", "MSSD recall", "fraction", True),
            may_move=(0.03, 0.01),
            of_a_frame=len(object_pose.RECALL_LIMITS),
        ),
        MSSD,
        ADD,
        ADD_S,
        Metric("add_10pct", "ADD < 10 % of the diameter", "fraction", True, of_a_frame=1),
        Metric("add_auc", "ADD AUC to 10 cm", "fraction", True),
        TRANSLATION,
        Metric("rotation_deg", "rotation up to symmetry", "deg", False),
    ),
    read=read,
    measure=measure,
    each=recall_of_each,
    constant=trivial_pose,
    example=example,
    # the nearest point is no farther than the point itself, and a mean no larger than the maximum
    never_above=((ADD_S, ADD), (ADD_S, MSSD)),
)
