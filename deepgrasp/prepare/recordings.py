"""One recording to one sample of the graph store: its window, graphs, targets and labels."""

from collections.abc import Sequence as Names
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from deepgrasp.choices import Damaged, Extra, Frame, Sizes, Window
from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import ACTIONS, object_class
from deepgrasp.grab.data_root import Recording
from deepgrasp.grab.reader import Sequence, read_sequence
from deepgrasp.prepare.data_set import Sources
from deepgrasp.prepare.extras import Place, write_extras
from deepgrasp.prepare.features import bone_lengths, pose_features, targets, touch_features
from deepgrasp.prepare.selection import Choice
from deepgrasp.prepare.windows import FEWEST, window_frames

Frames = int | Literal["full"]
Graphs = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Options:
    """What a sample is; see :func:`deepgrasp.prepare.prepare.prepare`."""

    window: Window
    frames: Frames
    frame: Frame
    sizes: Sizes
    damaged: Damaged
    keep: Choice
    drop: Choice
    extras: tuple[Extra, ...]

    def __post_init__(self) -> None:
        choices = {"window": Window, "frame": Frame, "sizes": Sizes, "damaged": Damaged}
        for name, kind in choices.items():
            _check(name, getattr(self, name), get_args(kind))
        for extra in self.extras:
            _check("extras", extra, get_args(Extra))
        if self.frames != "full" and self.frames < FEWEST:
            remedy = f"a window has a first and a last: at least {FEWEST}, or full"
            raise InputError("prepare.frames", f"{self.frames} frames", remedy)


def _check(name: str, value: str, known: Names[str]) -> None:
    if value not in known:
        raise InputError(f"prepare.{name}", f"{value!r} is unknown", f"choose {' or '.join(known)}")


@dataclass(frozen=True)
class Sample:
    """What the store holds of a sequence: its record, arrays of its own and arrays with a value a frame."""

    record: dict[str, Any]
    arrays: Graphs
    framewise: Graphs


@dataclass(frozen=True)
class Maker:
    """Makes samples, in whichever process.

    Attributes:
        classes: names of the object classes, in order.
        place: where extras go; None without any.
    """

    sources: Sources
    options: Options
    classes: list[str]
    place: Place | None

    def __call__(self, recording: Recording) -> Sample | InputError:
        """The sample of a recording, or what is wrong with it if damaged ones are to be skipped.

        Raises:
            InputError: the recording cannot be used, and damaged ones are an error.
        """
        try:
            sequence = read_sequence(recording.path)
            window = self._window(recording, sequence)
        except InputError as error:
            if self.options.damaged == "error":
                raise
            return error
        return self._sample(recording, sequence, window)

    def _window(self, recording: Recording, sequence: Sequence) -> NDArray[np.int64]:
        expected = self.sources.vertices[recording.name.object]
        if sequence.object_vertices != expected:
            problem = f"contact of {sequence.object_vertices} object vertices, the mesh has {expected}"
            raise InputError(recording.path, problem, "sequence and tools/object_meshes must be of one release")
        frames = None if self.options.frames == "full" else self.options.frames
        try:
            return window_frames(sequence, self.options.window, frames)
        except ValueError as error:
            remedy = "lower prepare.frames, or leave it out with prepare.damaged=skip"
            raise InputError(recording.path, f"too short: {error}", remedy) from None

    def _sample(self, recording: Recording, sequence: Sequence, window: NDArray[np.int64]) -> Sample:
        name, rest = recording.name, self.sources.rest[recording.name.subject]
        label = object_class(name.object, self.options.sizes)
        framewise: Graphs = {
            "frame": window,  # of the recording, at 120 a second
            "pose": pose_features(sequence.fullpose[window]),
            "touch": touch_features(sequence.contact_body[window], self.sources.hands),
            **targets(sequence, window, rest, self.options.frame),
        }
        arrays = {
            "bones": bone_lengths(rest),
            "object": np.asarray(self.classes.index(label)),
            "mesh": np.asarray(self.sources.objects.index(name.object)),
            "action": np.asarray(ACTIONS.index(name.action)),
        }
        record: dict[str, Any] = {"id": recording.id, "subject": name.subject, "object": label, "action": name.action}
        record |= {"frames": len(window), "n_frames": sequence.n_frames}
        if self.place is not None:
            record["extras"] = write_extras(self.place, sequence, recording.path.stem, window)
        return Sample(record, arrays, framewise)
