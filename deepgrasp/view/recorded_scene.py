"""A recording as a scene: body, object, table, touch and arm graph in chosen frames, as plain arrays in the world."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepgrasp.body.hands import hand_vertices, tip_vertices
from deepgrasp.body.meshes import load_template
from deepgrasp.body.model_files import kept_body_model
from deepgrasp.data_source import CATALOGUE, DataSource, data_source
from deepgrasp.errors import InputError, did_you_mean
from deepgrasp.geometry.graph import Edges, arm_edges
from deepgrasp.geometry.rotations import Floats
from deepgrasp.grab.data_root import STANDIN_MARK, RecordingFile, find_recordings, gender_of, template_path
from deepgrasp.grab.names import Catalogue
from deepgrasp.grab.own_catalogue import catalogue_of
from deepgrasp.grab.reader import read_sequence
from deepgrasp.skeleton import INDEX, TRUNK
from deepgrasp.store.layout import POSE_NODES, evenly_spaced
from deepgrasp.view.rigid_thing import RigidThing, grasped_thing, recorded_table
from deepgrasp.view.skinned_body import SkinnedBody, skinned_body

SCENE_FRAMES = 80
"""Frames of a recording that are shown unless more are asked for: as many as the published windows have."""


@dataclass(frozen=True)
class Scene:
    """``T`` frames of a recording. Lengths are metres; the world is the recording's.

    Attributes:
        id: such as ``s1/mug_drink_1``.
        motion: what the name says is done, such as ``drink``; ``action`` is its intent, which is the class.
        source: whose data these are.
        framerate: frames of the recording a second.
        n_frames: frames of the whole recording.
        frames: ``[T]`` which of them are here, in order.
        contact: first and last frame of the recording in which the object is touched; None if it never is.
        body: the person.
        thing: the object.
        table: what it stands on; None where the recording has none.
    """

    id: str
    motion: str
    action: str
    source: DataSource
    framerate: float
    n_frames: int
    frames: NDArray[np.int64]
    contact: tuple[int, int] | None
    body: SkinnedBody
    thing: RigidThing
    table: RigidThing | None

    @property
    def person(self) -> str:
        """Who moves, such as ``s1``."""
        return self.id.partition("/")[0]

    @property
    def node_names(self) -> tuple[str, ...]:
        """Names of the arm graph's 49 nodes: 39 joints, then ten fingertips."""
        return POSE_NODES

    @property
    def edges(self) -> Edges:
        """The arm graph's edges ``[E, 2]``, from parent to child."""
        return arm_edges(POSE_NODES)

    @cached_property
    def nodes(self) -> Floats:
        """Where the arm graph's nodes are, ``[T, 49, 3]``."""
        joints = [INDEX[name] for name in POSE_NODES if name in INDEX]
        tips = tip_vertices(self.body.hands)
        fingers = np.stack([self.body.vertices(frame, tips) for frame in range(len(self.frames))])  # [T, 10, 3]
        return np.concatenate([self.body.joints[:, joints], fingers], axis=1)

    @property
    def up(self) -> Floats:
        """The axis of the world ``[3]`` that points upwards, as the person stands: z in GRAB."""
        # a body's own y, in the mean over the frames
        spine = self.axes("pelvis")[:, :, 1].mean(axis=0)
        along = int(np.abs(spine).argmax())
        return np.asarray(np.sign(spine[along]) * np.eye(3)[along])

    def axes(self, joint: str) -> Floats:
        """Rotations ``[T, 3, 3]`` from a joint's axes to the world, such as those of ``spine3`` or ``pelvis``."""
        return self.body.transforms[:, INDEX[joint], :, :3]

    def frame_of_targets(self, joint: str = TRUNK) -> tuple[Floats, Floats]:
        """Origin ``[T, 3]`` and axes ``[T, 3, 3]`` in which targets are told: the neck, and a joint's axes."""
        return self.body.joints[:, INDEX["neck"]], self.axes(joint)

    @cached_property
    def touched(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """In which share of the frames each vertex touches: of the body ``[V]``, and of the object ``[O]``."""
        body, thing = ((touch > 0).mean(axis=0, dtype=np.float32) for touch in (self.body.touch, self.thing.touch))
        return body, thing


@dataclass(frozen=True)
class Recordings:
    """The recordings of a data root, and what is read once for all of them.

    Attributes:
        files: sorted by person and name.
    """

    data_root: Path
    models: Path
    catalogue: Catalogue
    files: tuple[RecordingFile, ...]

    def find(self, name: str) -> RecordingFile:
        """The file of a recording, such as ``s1/mug_drink_1``.

        Raises:
            InputError: there is none.
        """
        known = {file.id: file for file in self.files}
        if name not in known:
            person, _, rest = name.lower().partition("/")
            # likeness alone would name other people and other things
            meant = [
                each
                for each, file in known.items()
                if file.name.subject == person and f"{rest}_".startswith(f"{file.name.object}_")
            ]
            raise InputError(
                name or repr(name), f"is no recording of {self.data_root}", did_you_mean(name, meant or known)
            )
        return known[name]

    def scene(self, name: str, frames: int | None = SCENE_FRAMES, also: Iterable[int] = ()) -> Scene:
        """Body, object, touch and joints of a recording in some of its frames, in the world.

        Args:
            frames: how many, evenly spaced over the recording; None for all.
            also: frames of the recording that are shown besides.

        Raises:
            InputError: there is no such recording; it, a model, a mesh or a table is missing or damaged.
        """
        file = self.find(name)
        sequence = read_sequence(file.path, file.name, self.catalogue)
        count = sequence.n_frames
        also = np.array(list(also), dtype=np.int64)
        if also.size and not 0 <= also.min() <= also.max() < count:
            wrong = int(also.max()) if also.max() >= count else int(also.min())
            raise InputError(name, f"has no frame {wrong}", f"give 0 to {count - 1}; of a store: prepare it again")
        chosen = np.union1d(evenly_spaced(count, min(count, frames or count)), also)
        gender = gender_of(self.data_root, file.name.subject, self.catalogue)
        touched = sequence.contact_frames
        body = skinned_body(
            kept_body_model(self.models, gender),
            load_template(template_path(self.data_root, file.name.subject, self.catalogue)),
            (sequence.fullpose[chosen], sequence.transl[chosen], sequence.expression[chosen]),
            touch=sequence.contact_body[chosen].astype(np.uint8),
            hands=hand_vertices(self.data_root / "tools"),
        )
        return Scene(
            id=file.id,
            motion=file.name.motion,
            action=file.name.action,
            source=self.source,
            framerate=self.source.framerate,
            n_frames=count,
            frames=chosen,
            contact=(int(touched[0]), int(touched[-1])) if len(touched) else None,
            body=body,
            thing=grasped_thing(self.data_root, sequence, chosen),
            table=recorded_table(self.data_root, file.path, chosen),
        )

    @cached_property
    def source(self) -> DataSource:
        """The source of these recordings: the stand-in, GRAB, or a lab's own capture."""
        kind = "synthetic" if (self.data_root / STANDIN_MARK).is_file() else "grab"
        told = {CATALOGUE: dict(self.catalogue.told)} if self.catalogue.told else {}
        return data_source({"kind": kind, "prepare": told})


def recordings_of(data_root: Path, models: Path) -> Recordings:
    """The recordings below ``<data_root>/grab``; none is opened yet.

    Raises:
        InputError: the folder is missing or holds none, or a name is not the catalogue's.
    """
    catalogue = catalogue_of(data_root)
    return Recordings(data_root, models, catalogue, tuple(find_recordings(data_root, catalogue)))
