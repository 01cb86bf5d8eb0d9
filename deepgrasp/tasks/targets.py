"""What the four tasks ask for, read from the graph store: arrays with the shape that a prediction must have."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from deepgrasp.geometry.poses import Pose
from deepgrasp.geometry.rotations import rotation_to_6d
from deepgrasp.skeleton import arms

Array = NDArray[Any]


@dataclass(frozen=True)
class ClassTarget:
    """Class indices ``[N]`` into the names of all classes, whether they occur or not."""

    labels: NDArray[np.int64]
    classes: tuple[str, ...]

    @property
    def prediction_shape(self) -> tuple[int, ...]:
        """Logits ``[N, C]``."""
        return len(self.labels), len(self.classes)


@dataclass(frozen=True)
class BodyTarget:
    """Positions ``[N, T, J, 3]`` in metres of the named joints, in the frame that the store was prepared in."""

    positions: NDArray[np.float32]
    joints: tuple[str, ...]

    @property
    def prediction_shape(self) -> tuple[int, ...]:
        """Positions ``[N, T, J, 3]``, metres."""
        return self.positions.shape


@dataclass(frozen=True)
class PoseTarget:
    """Object poses ``[N, T]`` and, for ADD, which object each of the ``N`` sequences moves.

    Attributes:
        points: ``[O, P, 3]`` points of each object's surface in its own coordinates, metres.
        diameter: ``[O]`` largest distance between two points of the object, metres.
        symmetric: ``[O]`` whether the object looks the same in several poses.
    """

    pose: Pose
    objects: NDArray[np.int64]
    points: NDArray[np.float32]
    diameter: NDArray[np.float32]
    symmetric: NDArray[np.bool_]

    @property
    def prediction_shape(self) -> tuple[int, ...]:
        """Translation (metres) and 6D rotation ``[N, T, 9]``."""
        return (*self.pose.translation.shape[:2], 9)


Target = ClassTarget | BodyTarget | PoseTarget


class Store(Protocol):
    """What the targets need of a graph store."""

    @property
    def meshes(self) -> Mapping[str, Array]: ...
    @property
    def manifest(self) -> Any: ...
    def read(self, name: str, rows: Any = None) -> Array: ...


def body_joints(hands: str) -> tuple[str, ...]:
    """The joints that ``body`` asks for: the chosen arms without the neck, which is the origin."""
    return tuple(name for name in arms(hands) if name != "neck")


def regressed(target: BodyTarget | PoseTarget) -> Array:
    """The target in the form of its prediction, ``[N, T, J, 3]`` or ``[N, T, 9]``."""
    if isinstance(target, BodyTarget):
        return target.positions
    return np.concatenate([target.pose.translation, rotation_to_6d(target.pose.rotation)], axis=-1)


def read_targets(store: Store, rows: Any, hands: str) -> dict[str, Target]:
    """Targets of all tasks for the given rows of the store; ``hands`` (right, left, both) chooses the body's joints."""
    classes, meshes = (np.asarray(store.read(name, rows)) for name in ("object", "mesh"))
    names = body_joints(hands)
    columns = [arms("both").index(name) for name in names]
    pose = Pose(store.read("object_rotation", rows), store.read("object_translation", rows))
    points, diameter = store.meshes["points"], store.meshes["diameter"]
    return {
        "object": ClassTarget(classes, tuple(store.manifest["objects"])),
        "action": ClassTarget(np.asarray(store.read("action", rows)), tuple(store.manifest["actions"])),
        "body": BodyTarget(np.asarray(store.read("body", rows))[:, :, columns], names),
        "pose": PoseTarget(pose, meshes, points, diameter, np.asarray(store.meshes["symmetric"], bool)),
    }
