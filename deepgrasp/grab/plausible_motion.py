"""Whether the motion of a recording can be a person's: how fast it is, that it is one, and that who moves stands."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepgrasp.geometry.rotations import rotation_deg, rotation_matrix

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fastest:
    """The fastest that something moves and turns; between two frames it goes no further.

    Attributes:
        moves: metres a second.
        turns: radians a second.
    """

    moves: float
    turns: float


# Wide on purpose, as ranges are: they are there to tell frames of another recording, lost markers and flipped axes.
# Nobody runs faster than 12.5 m/s, and the fastest turn of a skater is 6 a second, 36 rad/s.
FASTEST_BODY = Fastest(15.0, 60.0)
# A thing that is thrown by anybody but a sportsman flies at 25 m/s; a top that fingers spin turns 30 times a second.
FASTEST_OBJECT = Fastest(30.0, 200.0)
# Of the other joints nothing is asked: where an arm is stretched its angles may jump though the hand stays in place,
# and fingers that no camera sees are guessed. In the stand-in a joint turns by 150 degrees between two frames.

LEAST_UPRIGHT = 0.3
"""How much of the pelvis's upward axis must point up in some frame: whoever leans by 72 degrees in all of them lies."""
MOST_ROUNDED = 0.01
"""Radians by which two arrays of one angle may differ: half a degree, ten times what half precision rounds off."""
_UP = 1  # SMPL-X's own axis from feet to head is y


def problem_of_speed(
    root: Floats, transl: Floats, object_orient: Floats, object_transl: Floats, rate: float
) -> str | None:
    """What jumps or flips as nothing can, in words: the array, the first frame and the speed; None if nothing does.

    Args:
        root: ``[T, 3]`` axis-angle of the body's root, radians, as is ``object_orient``.
        transl: ``[T, 3]`` metres, as is ``object_transl``.
        rate: frames a second.
    """
    problems = {
        "body.params.transl": _jump(transl, rate, FASTEST_BODY),
        "body.params.fullpose": _flip(root, rate, FASTEST_BODY),
        "object.params.transl": _jump(object_transl, rate, FASTEST_OBJECT),
        "object.params.global_orient": _flip(object_orient, rate, FASTEST_OBJECT),
    }
    return next((f"key '{key}' {problem}" for key, problem in problems.items() if problem), None)


def _jump(places: Floats, rate: float, fastest: Fastest) -> str | None:
    steps = np.linalg.norm(np.diff(places, axis=0), axis=-1)  # [T - 1]
    beyond = np.flatnonzero(steps * rate > fastest.moves)
    if not len(beyond):
        return None
    frame, step = int(beyond[0]), float(steps[beyond[0]])
    speed = f"{step * rate:.4g} m/s at {rate:g} frames a second, expected {fastest.moves:g} m/s at most"
    return f"jumps by {step:.3g} m from frame {frame} to frame {frame + 1}: {speed}"


def _flip(turns: Floats, rate: float, fastest: Fastest) -> str | None:
    most = fastest.turns / rate
    # a rotation turns by no more than its three numbers change: only where they jump, as at pi, are matrices made
    suspect = np.flatnonzero(np.linalg.norm(np.diff(turns, axis=0), axis=-1) > most)
    angles = np.radians(rotation_deg(rotation_matrix(turns[suspect]), rotation_matrix(turns[suspect + 1])))
    beyond = np.flatnonzero(angles > most)
    if not len(beyond):
        return None
    frame, angle = int(suspect[beyond[0]]), float(angles[beyond[0]])
    speed = f"{angle * rate:.4g} rad/s at {rate:g} frames a second, expected {fastest.turns:g} rad/s at most"
    return f"flips by {np.degrees(angle):.0f} degrees from frame {frame} to frame {frame + 1}: {speed}"


def is_frozen(*arrays: Floats) -> bool:
    """Whether all frames of all arrays ``[T, ...]`` are one, and there are two or more.

    Nobody stands so still, and no camera sees it: where numbers repeat to the last digit there is no recording.
    """
    return len(arrays[0]) > 1 and all(bool((array == array[:1]).all()) for array in arrays)


def is_lying(root: Floats) -> bool:
    """Whether a body lies in every frame, by its root's axis-angles ``[T, 3]`` in a world whose z is up."""
    return bool(rotation_matrix(root)[:, 2, _UP].max() < LEAST_UPRIGHT)


def first_apart(angles: Floats, others: Floats) -> int | None:
    """The first frame in which two arrays of axis-angles ``[T, 3 * J]`` are not the same rotations; None if all are."""
    frames = np.flatnonzero(np.abs(angles - others).max(axis=1) > MOST_ROUNDED)
    if not len(frames):
        return None
    # pi and -pi about one axis are one rotation
    pair = (rotation_matrix(array[frames].reshape(len(frames), -1, 3)) for array in (angles, others))
    apart = np.radians(rotation_deg(*pair)).max(axis=1) > MOST_ROUNDED
    return int(frames[apart.argmax()]) if apart.any() else None
