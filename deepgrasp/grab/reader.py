"""Reads one GRAB npz into a typed, checked sequence: only the members that graphs are made of."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import GENDERS, SequenceName, parse_name
from deepgrasp.grab.npz import Npz
from deepgrasp.skeleton import BODY_VERTICES, EXPRESSIONS, JOINTS


@dataclass(frozen=True)
class RecordedSequence:
    """One recording of T frames at 120 frames a second.

    Attributes:
        fullpose: ``[T, 55, 3]`` axis-angle of every SMPL-X joint relative to its parent (root: world), radians.
        transl: ``[T, 3]`` translation of the body, metres.
        object_orient: ``[T, 3]`` axis-angle of the object. **Row vectors**: ``v @ R(aa) + t``, so that the usual
            column rotation is the transpose of ``R(aa)`` (GRAB's tools, objectmodel.py).
        object_transl: ``[T, 3]`` metres.
        contact_frames: indices of the frames in which any object vertex is touched.
        contact_body: ``[T, 10475]`` code of the body part that each touching body vertex belongs to, 0 without contact.
        contact_object: ``[T, O]`` the same of the object's vertices: which body part touches each.
        expression: ``[T, 10]`` coefficients of the face; zeros where the file has none.
    """

    name: SequenceName
    fullpose: NDArray[np.float64]
    transl: NDArray[np.float64]
    object_orient: NDArray[np.float64]
    object_transl: NDArray[np.float64]
    contact_frames: NDArray[np.int64]
    contact_body: NDArray[np.integer[Any]]
    contact_object: NDArray[np.integer[Any]]
    expression: NDArray[np.float64]

    @property
    def n_frames(self) -> int:
        """Number of frames of the recording, T."""
        return len(self.fullpose)

    @property
    def object_vertices(self) -> int:
        """Number of vertices of the object's mesh, O."""
        return self.contact_object.shape[1]


def read_sequence(path: Path) -> RecordedSequence:
    """The checked content of one recording ``<subject>/<object>_<action>....npz``.

    Raises:
        InputError: damage; a value missing, of the wrong shape, not finite, or in contradiction to the file name.
    """
    name = parse_name(path.parent.name, path.stem)
    with Npz(path) as npz:
        _check_labels(npz, name)
        # every array is held against this number: no two of them may disagree on where a recording ends
        frames = _count_frames(npz)
        body, thing, contact = (_Member(npz, key) for key in ("body", "object", "contact"))
        touch = contact.codes("object", (frames, None))
        return RecordedSequence(
            name=name,
            # Not body_pose and the 24 PCA numbers of each hand: body and hand models have different PCA bases, and to
            # turn coefficients into angles takes a licensed model. fullpose holds the angles of all 55 joints.
            fullpose=body.floats("params.fullpose", (frames, 3 * len(JOINTS))).reshape(frames, len(JOINTS), 3),
            transl=body.floats("params.transl", (frames, 3)),
            object_orient=thing.floats("params.global_orient", (frames, 3)),
            object_transl=thing.floats("params.transl", (frames, 3)),
            # the largest code of a frame: `touch > 0` would be a second array as large as contact itself, up to 0.26 GB
            contact_frames=np.flatnonzero(touch.max(axis=1, initial=0) > 0),
            contact_body=contact.codes("body", (frames, BODY_VERTICES)),
            # O as the file has it: preparing compares it with the mesh, which is not open here
            contact_object=touch,
            expression=_expression(body, frames),
        )


def _expression(body: "_Member", frames: int) -> NDArray[np.float64]:
    """The first ten coefficients of the face, filled up with zeros: no graph needs them, only extras do."""
    found = np.zeros((frames, EXPRESSIONS))
    if body.has("params.expression"):
        given = body.floats("params.expression", (frames, None))[:, :EXPRESSIONS]
        found[:, : given.shape[1]] = given
    return found


def _count_frames(npz: Npz) -> int:
    frames = npz.read("n_frames")
    if not isinstance(frames, int) or frames < 1:
        raise InputError(npz.path, f"key 'n_frames' is {frames!r}", "expected a positive integer")
    return frames


def _check_labels(npz: Npz, name: SequenceName) -> None:
    # A file in the wrong folder would put a person's recording into another's fold, and no later check could see it.
    # motion_intent is not compared: it differs from the name in places (flashlight_on_1 says switchON).
    expected = {"sbj_id": name.subject, "gender": GENDERS[name.subject], "obj_name": name.object}
    for key, value in expected.items():
        found = npz.read(key)
        if found != value:
            problem = f"key {key!r} is {found!r}, but the file's name says {value!r}"
            raise InputError(npz.path, problem, "restore the file's own name and folder")


class _Member:
    """A dict of a sequence file, read once; every array is checked when it is taken."""

    def __init__(self, npz: Npz, key: str) -> None:
        self._path, self._key, self._tree = npz.path, key, npz.read(key)

    def has(self, dotted: str) -> bool:
        return self._find(dotted) is not None

    def floats(self, dotted: str, shape: tuple[int | None, ...]) -> NDArray[np.float64]:
        # the files' precision is not documented, any is taken; double, because errors add up along a kinematic chain
        array = self._array(dotted, shape, kinds="fiu").astype(np.float64)
        if not np.isfinite(array).all():
            frame = int(np.argwhere(~np.isfinite(array))[0, 0])
            raise self._error(dotted, f"is not a finite number in frame {frame}", "leave the sequence out or repair it")
        return array

    def codes(self, dotted: str, shape: tuple[int | None, ...]) -> NDArray[np.integer[Any]]:
        # GRAB's codes are int8: 0 to 55. They stay as they are: in double the longest would take gigabytes
        return self._array(dotted, shape, kinds="iub")

    def _array(self, dotted: str, shape: tuple[int | None, ...], kinds: str) -> NDArray[Any]:
        value = self._find(dotted)
        if value is None:
            raise self._error(dotted, "is missing", "the file is not in GRAB's format, or not whole")
        if not isinstance(value, np.ndarray) or value.dtype.kind not in kinds:
            raise self._error(dotted, "is not an array of numbers", "the file is not in GRAB's format")
        if value.ndim != len(shape) or any(
            want not in (None, have) for want, have in zip(shape, value.shape, strict=True)
        ):
            wanted = " x ".join("?" if size is None else str(size) for size in shape)
            raise self._error(dotted, f"has shape {value.shape}, expected {wanted}", "the file is damaged")
        return value

    def _find(self, dotted: str) -> Any:
        value = self._tree
        for part in dotted.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def _error(self, dotted: str, problem: str, remedy: str) -> InputError:
        return InputError(self._path, f"key '{self._key}.{dotted}' {problem}", remedy)
