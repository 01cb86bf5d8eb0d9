"""Curves that people make: minimum-jerk submovements, slow noise, and rotations along them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from deepgrasp.standin.array_types import Array


def minimum_jerk(phase: Array) -> Array:
    """Minimum-jerk curve from 0 to 1 (Flash & Hogan 1985): its speed is a bell; constant outside [0, 1]."""
    t = np.clip(phase, 0.0, 1.0)
    return t * t * t * (10 - 15 * t + 6 * t * t)


def ramp(frames: int, start: float, end: float) -> Array:
    """A minimum-jerk step [frames] from 0 at frame ``start`` to 1 at frame ``end``."""
    return minimum_jerk((np.arange(frames) - start) / max(end - start, 1.0))


def slow_noise(rng: np.random.Generator, shape: Sequence[int], *, sd: float, width: float) -> Array:
    """Gaussian noise of a ``shape`` ``[T, ...]``, smooth over about ``width`` frames of the first axis.

    Args:
        sd: its standard deviation, in whatever unit the noise is to have.
        width: standard deviation of the smoothing Gaussian, frames; 0 leaves white noise.
    """
    white = rng.standard_normal(tuple(shape))
    # smoothing by a Gaussian of width w leaves 1 / (2 w sqrt(pi)) of white noise's variance: scaled back to `sd`
    if width <= 0:
        return sd * white
    return (
        sd * gaussian_filter1d(white, width, axis=0, mode="reflect", truncate=3.0) * np.sqrt(2 * width * np.sqrt(np.pi))
    )


@dataclass(frozen=True)
class Goal:
    """A place and an orientation to be reached: the submovement runs from frame ``start`` to ``end``."""

    place: Array  # [3], m
    turn: Rotation
    start: float
    end: float


def follow(place: Array, turn: Rotation, goals: Sequence[Goal], frames: int) -> tuple[Array, Rotation]:
    """Superpose minimum-jerk submovements (Flash & Henis 1991): places [frames, 3] and orientations.

    Each goal adds its difference to the goal before; where submovements overlap the path rounds the corner.
    """
    # sums of steps, not splines through the goals: people's hands do not overshoot a corner
    path, pose = np.repeat(place[None], frames, 0), Rotation.concatenate([turn] * frames)
    for goal in goals:
        s = ramp(frames, goal.start, goal.end)
        path = path + s[:, None] * (goal.place - place)
        # along the shortest turn from goal to goal, in world axes, so that the steps multiply from the left
        pose = Rotation.from_rotvec(s[:, None] * (goal.turn * turn.inv()).as_rotvec()) * pose
        place, turn = goal.place, goal.turn
    return path, pose
