"""From where a scene is looked at: its points on the screen, and what is cut off in front of the lens."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.errors import InputError

Floats = NDArray[np.float64]
NEAREST = 0.05  # metres: what is closer to the lens is cut off

VIEWS: dict[str, tuple[float, float]] = {
    "front": (0, 8),
    "quarter": (38, 16),
    "left": (90, 8),
    "right": (-90, 8),
    "back": (180, 8),
    "top": (0, 89),
}
"""Named directions: degrees to the person's left of the front, and above the horizon."""


@dataclass(frozen=True)
class Camera:
    """A lens that looks at a point, with the world's z upwards on the picture.

    Attributes:
        target: ``[3]`` the point in the middle of the picture, metres.
        toward: ``[3]`` direction from there to the lens, of any length.
        tall: metres of the scene from the lower to the upper edge of the picture, at the target.
        angle: from the lower to the upper edge, degrees; 0 for parallel rays, as in a technical drawing.
    """

    target: ArrayLike
    toward: ArrayLike
    tall: float
    angle: float = 24.0

    @property
    def axes(self) -> Floats:
        """Right, up and towards the lens, as rows ``[3, 3]``."""
        back = np.asarray(self.toward, float) / np.linalg.norm(self.toward)
        right = np.cross([0.0, 0.0, 1.0], back)
        if np.linalg.norm(right) < 1e-9:  # straight from above: the world's y is up
            right = np.array([1.0, 0.0, 0.0])
        right /= np.linalg.norm(right)
        return np.stack([right, np.cross(back, right), back])

    @property
    def distance(self) -> float:
        """From lens to target, metres; for parallel rays far enough to see all."""
        # half the height over the distance is the tangent of half the angle
        return self.tall / 2 / np.tan(np.radians(self.angle) / 2) if self.angle else 100.0

    @property
    def eye(self) -> Floats:
        """``[3]`` where the lens is, metres."""
        return np.asarray(np.asarray(self.target, float) + self.distance * self.axes[2])

    def seen(self, points: ArrayLike) -> Floats:
        """Points ``[..., 3]`` from the lens: to the right, up, and towards the viewer, metres (visible: negative)."""
        return np.asarray((np.asarray(points, float) - self.eye) @ self.axes.T)

    def world(self, seen: ArrayLike) -> Floats:
        """Points ``[..., 3]`` in the world, metres, of points as the lens sees them: the inverse of :meth:`seen`."""
        return np.asarray(np.asarray(seen, float) @ self.axes + self.eye)

    def on_screen(self, seen: Floats, width: int, height: int) -> Floats:
        """Column, row (pixels) and nearness ``[..., 3]``, as the rasteriser wants them, of points from :meth:`seen`."""
        depth = -seen[..., 2]
        # nearness must be linear on the screen: one over the depth of a perspective, minus the depth of parallel rays
        scale = height / self.tall * (self.distance / depth if self.angle else np.ones_like(depth))
        near = 1 / depth if self.angle else -depth
        return np.stack([width / 2 + seen[..., 0] * scale, height / 2 - seen[..., 1] * scale, near], axis=-1)

    def from_screen(self, column: Floats, row: Floats, near: Floats, width: int, height: int) -> Floats:
        """Points ``[..., 3]`` as :meth:`seen` gives them: the inverse of :meth:`on_screen`."""
        depth = 1 / near if self.angle else -near
        scale = height / self.tall * (self.distance / depth if self.angle else np.ones_like(depth))
        return np.stack([(column - width / 2) / scale, (height / 2 - row) / scale, -depth], axis=-1)


def direction(view: str, facing: ArrayLike) -> Floats:
    """From a person to the lens ``[3]``: a name of :data:`VIEWS`, or ``AZIMUTH,ELEVATION`` in degrees.

    Args:
        view: such as ``quarter`` or ``30,15``: degrees to the person's left of the front, and above the horizon.
        facing: ``[3]`` where the person looks to; only its level part counts.

    Raises:
        InputError: neither a name nor two numbers.
    """
    try:
        azimuth, elevation = VIEWS[view] if view in VIEWS else map(float, view.split(","))
        if not np.isfinite([azimuth, elevation]).all():
            raise ValueError
    except ValueError:
        raise InputError(f"camera {view!r}", "is unknown", f"choose {', '.join(VIEWS)}, or degrees as 30,15") from None
    # of y and x: z is up
    front = np.arctan2(*np.asarray(facing, float)[1::-1])
    # less than straight up or down, from where a picture has no upper edge
    turn, rise = front + np.radians(azimuth), np.radians(np.clip(elevation, -89, 89))
    return np.array([np.cos(turn) * np.cos(rise), np.sin(turn) * np.cos(rise), np.sin(rise)])


def clipped(corners: Floats, nearest: float = NEAREST) -> Floats:
    """Triangles ``[F, 3, K]`` without what lies before the lens or behind it; one cut in two may become two.

    Args:
        corners: the first three of K numbers are the place, as :meth:`Camera.seen` gives it; all are interpolated.
        nearest: metres before the lens where the cut is.
    """
    depth = -corners[..., 2] - nearest  # [F, 3]
    ahead = (depth > 0).sum(axis=1)
    parts = [corners[ahead == 3]]
    for count in (1, 2):
        some = ahead == count
        # turned so that the corner that stands alone on its side of the cut comes first
        alone = ((depth[some] > 0) == (count == 1)).argmax(axis=1)
        turned = (alone[:, None] + np.arange(3)) % 3
        own, far = (np.take_along_axis(each, turned.reshape(-1, 3, *[1] * (each.ndim - 2)), 1) for each in
                    (corners[some], depth[some]))  # fmt: skip
        share = (far[:, :1] / (far[:, :1] - far[:, 1:]))[..., None]  # [F, 2, 1] of the way to each of the others
        cut = own[:, :1] + share * (own[:, 1:] - own[:, :1])  # [F, 2, K]
        if count == 1:
            parts.append(np.concatenate([own[:, :1], cut], axis=1))
        else:
            parts.append(np.stack([cut[:, 0], own[:, 1], own[:, 2]], axis=1))
            parts.append(np.stack([cut[:, 0], own[:, 2], cut[:, 1]], axis=1))
    return np.concatenate(parts)
