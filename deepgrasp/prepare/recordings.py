"""Makes one sample of the graph store from one recording: window, features, targets and labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from deepgrasp.choices import Damaged, Extra, Frame, Sizes, Window
from deepgrasp.errors import InputError, MachineError
from deepgrasp.grab.catalogue import GRAB
from deepgrasp.grab.data_root import RecordingFile
from deepgrasp.grab.frame_keys import least_key
from deepgrasp.grab.names import Catalogue
from deepgrasp.grab.reader import RecordedSequence, read_sequence
from deepgrasp.prepare.data_set import SharedData
from deepgrasp.prepare.extras import ExtrasOptions, write_extras
from deepgrasp.prepare.features import bone_lengths, pose_features, targets, touch_features
from deepgrasp.prepare.selection import ChosenNames
from deepgrasp.prepare.windows import FEWEST_FRAMES, window_frames
from deepgrasp.prepare.within_reach import problem_of_touch
from deepgrasp.store.arrays import Arrays

FrameCount = int | Literal["full"]


@dataclass(frozen=True)
class PrepareOptions:
    """Options of preparing, checked; see :func:`deepgrasp.prepare.prepare.prepare`."""

    window: Window
    frames: FrameCount
    frame: Frame
    sizes: Sizes
    damaged: Damaged
    keep: ChosenNames
    drop: ChosenNames
    extras: tuple[Extra, ...]

    def __post_init__(self) -> None:
        # here too, and not only where params.yaml is read: prepare is also called from Python
        choices = {"window": Window, "frame": Frame, "sizes": Sizes, "damaged": Damaged}
        for name, kind in choices.items():
            _check(name, getattr(self, name), get_args(kind))
        for extra in self.extras:
            _check("extras", extra, get_args(Extra))
        if self.frames != "full" and self.frames < FEWEST_FRAMES:
            remedy = f"a window has a first and a last: at least {FEWEST_FRAMES}, or full"
            raise InputError("prepare.frames", f"{self.frames} frames", remedy)


def _check(name: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise InputError(f"prepare.{name}", f"{value!r} is unknown", f"choose {' or '.join(known)}")


@dataclass(frozen=True)
class Sample:
    """Content of the store for one sequence: its record, its arrays, and arrays with a value a frame.

    Attributes:
        motion: by which a copy is known (:func:`deepgrasp.grab.frame_keys.least_key`); None if it is not asked.
    """

    record: dict[str, Any]
    arrays: Arrays
    framewise: Arrays
    motion: int | None = None


@dataclass(frozen=True)
class SampleMaker:
    """Makes samples of recordings; an object, as a closure could not be sent to another process.

    Attributes:
        classes: names of the object classes, in order.
        extras: where they come from and go to; None without any.
        catalogue: names of people, objects and intents.
    """

    shared: SharedData
    options: PrepareOptions
    classes: list[str]
    extras: ExtrasOptions | None
    catalogue: Catalogue = GRAB

    def __call__(self, recording: RecordingFile) -> Sample | InputError:
        """The sample of a recording, or what is wrong with it if damaged ones are to be skipped.

        Raises:
            InputError: the recording cannot be used, and damaged ones are an error.
        """
        try:
            # inside the try: what is skipped are recordings; a missing model or mesh is always an error
            sequence = read_sequence(recording.path, recording.name, self.catalogue)
            window = self._window(recording, sequence)
            framewise = self._framewise(recording, sequence, window)
        except InputError as error:
            # without permission or memory a recording is not damaged: to leave it out would change the data in silence
            if self.options.damaged == "error" or isinstance(error, MachineError):
                raise
            # given back: an error that is raised in a worker ends the whole run
            return error
        return self._sample(recording, sequence, window, framewise)

    def _window(self, recording: RecordingFile, sequence: RecordedSequence) -> NDArray[np.int64]:
        # contact is counted by vertex: on the mesh of another release every touch would be somewhere else
        expected = self.shared.vertices[recording.name.object]
        if sequence.object_vertices != expected:
            problem = f"contact of {sequence.object_vertices} object vertices, the mesh has {expected}"
            raise InputError(recording.path, problem, "sequence and tools/object_meshes must be of one release")
        frames = None if self.options.frames == "full" else self.options.frames
        try:
            return window_frames(sequence, self.options.window, frames)
        except ValueError as error:
            remedy = "lower prepare.frames, or leave it out with prepare.damaged=skip"
            raise InputError(recording.path, f"too short: {error}", remedy) from None

    def _framewise(self, recording: RecordingFile, sequence: RecordedSequence, window: NDArray[np.int64]) -> Arrays:
        name = recording.name
        found: Arrays = {
            "frame": window,  # of the recording
            "pose": pose_features(sequence.fullpose[window]),
            "touch": touch_features(sequence.contact_body[window], self.shared.hands),
            **targets(sequence, window, self.shared.rest[name.subject], self.options.frame),
        }
        radius = self.shared.radii[name.object]
        if problem := problem_of_touch(found["touch"], found["body"], found["object_translation"], radius):
            remedy = "body and object must be of one recording and one origin: mend it, or leave it out"
            raise InputError(recording.path, problem, remedy)
        return found

    def _sample(
        self, recording: RecordingFile, sequence: RecordedSequence, window: NDArray[np.int64], framewise: Arrays
    ) -> Sample:
        name = recording.name
        label = self.catalogue.object_class(name.object, self.options.sizes)
        # classes are 0-d here; the shard stacks them to [N]
        arrays = {
            "bones": bone_lengths(self.shared.rest[name.subject]),
            "object": np.asarray(self.classes.index(label)),
            # beside the class: with sizes merged one class has three meshes, and ADD needs the right one
            "mesh": np.asarray(self.shared.objects.index(name.object)),
            "action": np.asarray(self.catalogue.actions.index(name.action)),
        }
        record: dict[str, Any] = {"id": recording.id, "subject": name.subject, "object": label, "action": name.action}
        # both lengths: that of the window is how rows are found in a shard of whole windows
        record |= {"frames": len(window), "n_frames": sequence.n_frames}
        if self.extras is not None:
            record["extras"] = write_extras(self.extras, sequence, recording.path.stem, window)
        return Sample(record, arrays, framewise, least_key(sequence))
