"""Reads one GRAB npz into a typed, checked sequence: only the members that graphs are made of."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.data_source import GRAB_FRAMERATE, is_seen
from deepgrasp.errors import InputError, check_machine
from deepgrasp.grab.agreement import problem_of_contact
from deepgrasp.grab.catalogue import GRAB
from deepgrasp.grab.data_root import gender_of
from deepgrasp.grab.names import FASTEST, Catalogue, SequenceName
from deepgrasp.grab.npz import Npz
from deepgrasp.grab.plausible_motion import first_apart, is_frozen, is_lying, problem_of_speed
from deepgrasp.grab.ranges import COEFFICIENT, JOINT_ANGLE, LAST_CODE, OBJECT_ANGLE, PLACE, Range, problem_in
from deepgrasp.skeleton import BODY_VERTICES, EXPRESSIONS, JOINTS

_NUMBERS = (int, float, np.integer, np.floating)
# frames: a day at 120 a second; a number of 400 digits would be written out by what it is held against
_LONGEST = 10**7
_PARTS = {"params.global_orient": slice(1), "params.body_pose": slice(1, 22)}
"""Arrays of GRAB's files that hold some joints of fullpose once more, and which (smplx joins them in this order)."""


@dataclass(frozen=True)
class RecordedSequence:
    """One recording of T frames, 120 a second in GRAB.

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


def read_sequence(path: Path, name: SequenceName | None = None, catalogue: Catalogue = GRAB) -> RecordedSequence:
    """The checked content of one recording, such as ``<subject>/<object>_<action>....npz``.

    Args:
        name: its parts, where they are known already; otherwise they are read off the path.

    Raises:
        InputError: damage; a value missing, of the wrong shape, not finite, out of its range
            (:mod:`deepgrasp.grab.ranges`), or in contradiction to another or to the file name; a motion that nobody
            makes (:mod:`deepgrasp.grab.plausible_motion`).
    """
    name = name or catalogue.parse(path.parent.name, path.stem)
    try:
        return _read(path, name, catalogue)
    except MemoryError as error:
        check_machine(path, error)
        raise


def _read(path: Path, name: SequenceName, catalogue: Catalogue) -> RecordedSequence:
    with Npz(path) as npz:
        _check_labels(npz, name, catalogue)
        rate = _framerate(npz, catalogue)
        # every array is held against this number: no two of them may disagree on where a recording ends
        frames = _count_frames(npz)
        body, thing, contact = (_Member(npz, key) for key in ("body", "object", "contact"))
        body.check_path("vtemp", name.subject, catalogue.is_person)
        thing.check_path("object_mesh", name.object, catalogue.objects.__contains__)
        touch = contact.codes("object", (frames, None))
        body_touch = contact.codes("body", (frames, BODY_VERTICES))
        # the largest code of a frame: `touch > 0` would be a second array as large as contact itself, up to 0.26 GB
        touched = touch.max(axis=1, initial=0) > 0  # [T]
        if problem := problem_of_contact(body_touch, touched):
            raise InputError(path, problem, "get the file again, or leave the sequence out")
        sequence = RecordedSequence(
            name=name,
            # Not body_pose and the 24 PCA numbers of each hand: body and hand models have different PCA bases, and to
            # turn coefficients into angles takes a licensed model. fullpose holds the angles of all 55 joints.
            fullpose=body.floats("params.fullpose", (frames, 3 * len(JOINTS)), JOINT_ANGLE).reshape(frames, -1, 3),
            transl=body.floats("params.transl", (frames, 3), PLACE),
            object_orient=thing.floats("params.global_orient", (frames, 3), OBJECT_ANGLE),
            object_transl=thing.floats("params.transl", (frames, 3), PLACE),
            contact_frames=np.flatnonzero(touched),
            contact_body=body_touch,
            # O as the file has it: preparing compares it with the mesh, which is not open here
            contact_object=touch,
            expression=_expression(body, frames),
        )
        body.check_parts(sequence.fullpose)
    _check_motion(path, sequence, rate, catalogue)
    return sequence


def _check_motion(path: Path, found: RecordedSequence, rate: float, catalogue: Catalogue) -> None:
    """Check what no single number tells: that both move as people and things do, at so many frames a second."""
    root, last = found.fullpose[:, 0], found.n_frames - 1
    if problem := problem_of_speed(root, found.transl, found.object_orient, found.object_transl, rate):
        raise InputError(path, problem, "mend it, say the right framerate, or leave it out")
    if is_frozen(found.fullpose, found.transl):
        problem = f"keys 'body.params.fullpose' and 'body.params.transl' are the same in frames 0 to {last}"
        raise InputError(path, problem, "a person moves: get the file again, or leave it out")
    if found.name.action in catalogue.carried and is_frozen(found.object_orient, found.object_transl):
        problem = f"keys 'object.params.global_orient' and 'object.params.transl' are the same in frames 0 to {last}"
        remedy = f"what is done is {found.name.action}, in which it moves: get the file again, or leave it out"
        raise InputError(path, problem, remedy)
    if catalogue.upright and is_lying(root):
        problem = f"key 'body.params.fullpose' has a body that lies in frames 0 to {last}"
        raise InputError(path, problem, "z is up and people stand: turn the axes round, or leave it out")


def _expression(body: "_Member", frames: int) -> NDArray[np.float64]:
    """The first ten coefficients of the face, filled up with zeros: no graph needs them, only extras do."""
    found = np.zeros((frames, EXPRESSIONS))
    if body.has("params.expression"):
        given = body.floats("params.expression", (frames, None), COEFFICIENT)[:, :EXPRESSIONS]
        found[:, : given.shape[1]] = given
    return found


def _count_frames(npz: Npz) -> int:
    frames = npz.read("n_frames")
    # programs that know no integers write 12.0
    if isinstance(frames, bool) or not isinstance(frames, _NUMBERS) or not 1 <= frames == frames // 1 <= _LONGEST:
        remedy = f"expected a positive integer, at most {_LONGEST:,}"
        raise InputError(npz.path, f"key 'n_frames' is {_told(frames)}", remedy)
    return int(frames)


def _told(value: Any) -> str:
    """A value in a message: whatever a file holds, one line that can be read."""
    try:
        text = " ".join(repr(value).split())
    except ValueError:
        text = "a number of thousands of digits"  # Python writes none as long
    return text if len(text) < 80 else f"{text[:80]}..."


def _check_labels(npz: Npz, name: SequenceName, catalogue: Catalogue) -> None:
    # A file in the wrong folder would put a person's recording into another's fold, and no later check could see it.
    gender = gender_of(npz.path.parent.parent.parent, name.subject, catalogue)  # <data root>/grab/<subject>/<name>.npz
    expected: dict[str, tuple[str, Callable[[str], bool]]] = {
        "sbj_id": (name.subject, catalogue.is_person),
        "gender": (gender, set(catalogue.genders.values()).__contains__),
        "obj_name": (name.object, catalogue.objects.__contains__),
    }
    for key, (value, is_known) in expected.items():
        found = npz.read(key)
        if not isinstance(found, str) or not is_known(found):  # an array would be compared value by value
            problem = f"key {key!r} is {_told(found)}, which {catalogue.name} does not have"
            raise InputError(npz.path, problem, f"the file's name says {value!r}: mend the key, or get the file again")
        if found != value:
            problem = f"key {key!r} is {_told(found)}, but the file's name says {value!r}"
            raise InputError(npz.path, problem, "restore the file's own name and folder")
    if "motion_intent" in npz.keys:
        _check_intent(npz, name, catalogue)


def _check_intent(npz: Npz, name: SequenceName, catalogue: Catalogue) -> None:
    found = npz.read("motion_intent")
    if not isinstance(found, str) or not is_seen(found):
        raise InputError(
            npz.path, f"key 'motion_intent' is {_told(found)}", "expected a line of text, all of it to be seen"
        )
    if _letters(found) in map(_letters, catalogue.other_intents(name.action)):
        problem = f"key 'motion_intent' is {found!r}, but the file's name says {name.action!r}"
        raise InputError(npz.path, problem, "restore the file's own name")


def _letters(text: str) -> str:
    """What a word says, however it is written: Lift, OFF_HAND and letters of double width are the words themselves."""
    return "".join(each for each in unicodedata.normalize("NFKC", text).casefold() if each.isalnum())


def _framerate(npz: Npz, catalogue: Catalogue) -> float:
    """Frames a second: as the file says, or the catalogue, or as many as GRAB's cameras made."""
    if "framerate" not in npz.keys:
        return catalogue.framerate or GRAB_FRAMERATE
    rate = npz.read("framerate")
    if isinstance(rate, bool) or not isinstance(rate, _NUMBERS) or not 1 <= rate <= FASTEST:
        problem = f"key 'framerate' is {_told(rate)}"
        raise InputError(npz.path, problem, f"expected frames a second, 1 to {FASTEST}; GRAB's is 120")
    if catalogue.framerate is not None and rate != catalogue.framerate:
        problem = f"key 'framerate' is {_told(rate)}, and the catalogue says {catalogue.framerate:g}"
        raise InputError(npz.path, problem, "resample the recording, or mend the catalogue")
    return float(rate)


class _Member:
    """A dict of a sequence file, read once; every array is checked when it is taken."""

    def __init__(self, npz: Npz, key: str) -> None:
        self._path, self._key, self._tree = npz.path, key, npz.read(key)

    def has(self, dotted: str) -> bool:
        return self._find(dotted) is not None

    def check_path(self, dotted: str, expected: str, is_known: Callable[[str], bool]) -> None:
        """Check that a path to a mesh is not that of another person or object, as in a file put together of two."""
        value = self._find(dotted)
        if value is None:
            return
        if not isinstance(value, str) or not is_seen(value):
            raise self._error(dotted, f"is {_told(value)}", "expected a path that can be read")
        # never opened: a mesh is found by the recording's name; and what a path of other data is called is theirs
        named = PureWindowsPath(value.strip()).stem  # which knows both kinds of strokes
        # as a disk of Windows or a Mac sees it: CUP.ply and cup.ply are one
        known = next((each for each in (named, named.lower()) if is_known(each)), None)
        if known is not None and known.lower() != expected.lower():
            problem = f"leads to {named}, but the file's name says {expected!r}"
            raise self._error(dotted, problem, "restore the file's own name and folder, or get the file again")

    def check_parts(self, fullpose: NDArray[np.float64]) -> None:
        """Check that the root's and the body's angles, where they stand beside ``[T, 55, 3]`` of all, are the same.

        The hands' cannot be compared: they are coefficients, see where fullpose is read.
        """
        for dotted, joints in _PARTS.items():
            part = fullpose[:, joints].reshape(len(fullpose), -1)
            if (
                self.has(dotted)
                and (frame := first_apart(part, self.floats(dotted, part.shape, JOINT_ANGLE))) is not None
            ):
                problem = f"has other angles than '{self._key}.params.fullpose' in frame {frame}"
                raise self._error(dotted, problem, "one of both is of another recording: get the file again")

    def floats(self, dotted: str, shape: tuple[int | None, ...], allowed: Range) -> NDArray[np.float64]:
        # the files' precision is not documented, any is taken; double, because errors add up along a kinematic chain
        with np.errstate(over="ignore"):  # what is too large for it is refused below
            array = self._array(dotted, shape, kinds="fiu").astype(np.float64)
        if not np.isfinite(array).all():
            frame = int(np.argwhere(~np.isfinite(array))[0, 0])
            raise self._error(dotted, f"is not a finite number in frame {frame}", "leave the sequence out or repair it")
        if problem := problem_in(array, allowed):
            raise self._error(dotted, problem, "convert it, or leave the sequence out")
        return array

    def codes(self, dotted: str, shape: tuple[int | None, ...]) -> NDArray[np.integer[Any]]:
        # GRAB's codes are int8. They stay as they are: in double the longest would take gigabytes
        array = self._array(dotted, shape, kinds="iuf")  # a bool says that something touches, not what
        # two passes without a second array; NaN fails both comparisons
        inside = not array.size or bool(array.min() >= 0 and array.max() <= LAST_CODE)
        if inside and array.dtype.kind != "f":
            return array
        with np.errstate(invalid="ignore"):  # of infinity
            wrong = (array < 0) | (array > LAST_CODE) | (array % 1 != 0)  # NaN, too
        if wrong.any():
            frame, vertex = (int(place) for place in np.argwhere(wrong)[0])
            problem = f"is {array[frame, vertex]} in frame {frame}, expected a part code 0 to {LAST_CODE}"
            raise self._error(dotted, problem, "0 is no contact, else the whole number of the SMPL-X joint plus 1")
        return array.astype(np.int8)

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
