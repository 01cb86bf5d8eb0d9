"""Reads one recording of ARCTIC without running what its files hold: body and object, frame by frame, checked."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepgrasp.arctic.download import TakeFiles
from deepgrasp.errors import InputError, MachineError, check_machine, in_a_line
from deepgrasp.grab.npz import read_npy
from deepgrasp.grab.ranges import JOINT_ANGLE, OBJECT_ANGLE, PLACE, Range, problem_in
from deepgrasp.grab.stubs import ForbiddenPickleError

Floats = NDArray[np.float64]
ARCTIC_FRAMERATE = 30.0
"""Frames a second: ARCTIC's own code takes 15 frames for half a second, and 1/30 s between two (its metrics)."""
# in the order in which smplx puts them together: the pelvis, 21 joints of the body, jaw, eyes, 15 joints a hand
_POSE = {
    "global_orient": 3, "body_pose": 63, "jaw_pose": 3, "leye_pose": 3, "reye_pose": 3,
    "left_hand_pose": 45, "right_hand_pose": 45,
}  # fmt: skip
_MILLIMETRES = Range("millimetres", 1000 * PLACE.limit)


@dataclass(frozen=True)
class ArcticTake:
    """One recording of T frames, :data:`ARCTIC_FRAMERATE` a second, in ARCTIC's world.

    Attributes:
        fullpose: ``[T, 165]`` axis-angle of SMPL-X's 55 joints relative to their parents, radians. ARCTIC creates the
            model with ``flat_hand_mean=True``: what its files say of the hands are the angles themselves.
        transl: ``[T, 3]`` translation of the body, metres.
        articulation: ``[T]`` by how much the top part is open, radians.
        object_orient: ``[T, 3]`` axis-angle of the bottom part, **column vectors**: ``R x + t``, radians.
        object_transl: ``[T, 3]`` where the origin of its mesh is, which lies on the hinge, metres.
    """

    fullpose: Floats
    transl: Floats
    articulation: Floats
    object_orient: Floats
    object_transl: Floats

    @property
    def n_frames(self) -> int:
        """Number ``T`` of frames of the recording."""
        return len(self.fullpose)


def read_take(files: TakeFiles) -> ArcticTake:
    """The checked content of one recording.

    Raises:
        InputError: a file is damaged, or holds more than arrays; a value is missing, of the wrong shape or unit, or not
            finite; body and object have different numbers of frames.
    """
    path = files.path("object")
    thing = _floats(path, "the object", _load(path), 7, None)  # each part has a range of its own
    millimetres = thing[:, 4:]
    for name, values, allowed in (
        ("the articulation", thing[:, :1], JOINT_ANGLE),
        ("the rotation", thing[:, 1:4], OBJECT_ANGLE),
        ("the translation", millimetres, _MILLIMETRES),
    ):
        if problem := problem_in(values, allowed):
            raise InputError(path, f"{name} {problem}", "convert it, or leave the recording out")
    # the body's are metres, the object's millimetres: of all things in a room none stays within 1 cm of its origin
    if np.abs(millimetres).max() <= PLACE.limit:
        problem = f"the translation is {np.abs(millimetres).max():.4g} at most, which looks like metres"
        raise InputError(path, problem, "ARCTIC's are millimetres: convert it")
    body = files.path("smplx")
    said: Any = _load(body)
    # numpy keeps a dict in an array without axes
    if said.shape != () or not isinstance(said.item(), dict):
        raise InputError(body, "holds no dict of arrays", "unpack ARCTIC's raw_seqs.zip again")
    said = said.item()
    parts = [_floats(body, key, said.get(key), size, JOINT_ANGLE) for key, size in _POSE.items()]
    transl = _floats(body, "transl", said.get("transl"), 3, PLACE)
    for key, part in zip((*_POSE, "transl"), (*parts, transl), strict=True):
        if len(part) != len(thing):
            problem = f"key {key!r} has {len(part)} frames, {path.name} has {len(thing)}"
            raise InputError(body, problem, "unpack both files again")
    return ArcticTake(np.concatenate(parts, axis=1), transl, thing[:, 0], thing[:, 1:4], millimetres / 1000)


def _load(path: Path) -> NDArray[Any]:
    try:
        return read_npy(path)
    except InputError:
        # told already, and by a check that knows more
        raise
    except FileNotFoundError:
        raise MachineError(path, "no such file", "unpack ARCTIC's raw_seqs.zip again") from None
    except ForbiddenPickleError as error:
        problem = f"holds a pickle of more than arrays ({error})"
        raise InputError(path, problem, "do not use this file; get it from ARCTIC's site") from None
    except Exception as error:  # damaged bytes make the header's parser and the pickle's raise nearly anything
        check_machine(path, error)
        raise InputError(path, f"is damaged ({in_a_line(error)})", "unpack ARCTIC's raw_seqs.zip again") from None


def _floats(path: Path, key: str, value: Any, size: int, allowed: Range | None) -> Floats:
    """An array ``[T, size]`` of finite numbers within a range."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu":
        raise InputError(path, f"{key} is missing, or no array of numbers", "the file is not ARCTIC's, or not whole")
    if value.ndim != 2 or value.shape[1] != size or not len(value):
        raise InputError(path, f"{key} has shape {value.shape}, expected frames x {size}", "the file is damaged")
    with np.errstate(over="ignore"):  # what is too large is refused below
        array = value.astype(np.float64)
    if not np.isfinite(array).all():
        frame = int(np.argwhere(~np.isfinite(array))[0, 0])
        raise InputError(path, f"{key} is not finite in frame {frame}", "leave the recording out")
    if allowed is not None and (problem := problem_in(array, allowed)):
        raise InputError(path, f"{key} {problem}", "convert it, or leave the recording out")
    return array
