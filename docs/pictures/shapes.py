"""Surfaces and skeletons seen from one side, drawn back to front on a flat axis."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgb
from numpy.typing import ArrayLike, NDArray

from deepgrasp.geometry.rotations import unit

Floats = NDArray[np.float64]

# each gives across, up and towards the viewer, of points whose x is a person's left, y up and z to the front
FRONT = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1.0]])
SIDE = np.array([[0, 0, 1.0], [0, 1, 0], [-1, 0, 0]])  # from the person's right, who looks to the right


def turned(azimuth: float, elevation: float) -> Floats:
    """The view from so many degrees to the person's left of the front, and above the horizon: ``[3, 3]``."""
    a, e = np.radians([azimuth, elevation])
    level = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
    tilt = np.array([[1, 0, 0], [0, np.cos(e), -np.sin(e)], [0, np.sin(e), np.cos(e)]])
    return np.asarray(tilt @ level)


def surface(
    axis: plt.Axes,
    vertices: ArrayLike,
    faces: NDArray[np.int64],
    view: Floats,
    colours: ArrayLike | str,
    alpha: float = 1.0,
) -> None:
    """Draw triangles ``faces`` ``[F, 3]`` of ``vertices`` ``[V, 3]``, lit from the viewer's upper left.

    Args:
        colours: one for all, or red, green and blue ``[F, 3]`` of each face.
    """
    seen = np.asarray(vertices, float) @ view.T
    corners = seen[faces]  # [F, 3, 3]
    normals = unit(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))
    own = np.broadcast_to(to_rgb(colours) if isinstance(colours, str) else np.asarray(colours), (len(faces), 3))
    light = 0.72 + 0.28 * np.clip(normals @ np.array([-0.4, 0.6, 0.7]), -1, 1)
    shown = np.flatnonzero(normals[:, 2] > 0)  # what is turned away is hidden
    order = shown[np.argsort(corners[shown, :, 2].mean(axis=1), kind="stable")]
    paint = np.clip(own * light[:, None], 0, 1)[order]
    # edges in the colour of the face: else the paper shines through between neighbours
    edges = paint if alpha == 1 else "none"
    axis.add_collection(
        PolyCollection(corners[order, :, :2], facecolors=paint, edgecolors=edges, linewidths=0.3, alpha=alpha)
    )


def skeleton(
    axis: plt.Axes,
    joints: ArrayLike,
    edges: Sequence[tuple[int, int]] | NDArray[np.int64],
    view: Floats,
    colour: str,
    width: float = 1.5,
    alpha: float = 1.0,
    dots: float = 0.0,
) -> Floats:
    """Draw bones between ``joints`` ``[J, 3]``; gives back where these are on the paper, ``[J, 2]``."""
    flat = (np.asarray(joints, float) @ view.T)[:, :2]
    lines = LineCollection(flat[np.asarray(edges)], colors=colour, linewidths=width, alpha=alpha, capstyle="round")
    axis.add_collection(lines)
    if dots:
        axis.scatter(*flat.T, s=dots, color=colour, alpha=alpha, zorder=3, linewidths=0)
    return flat


def frame(axis: plt.Axes, points: ArrayLike, margin: float = 0.05) -> None:
    """Show just the given points ``[..., 2]`` of the paper, to scale, without rulers."""
    flat = np.asarray(points, float).reshape(-1, 2)
    low, high = flat.min(axis=0) - margin, flat.max(axis=0) + margin
    axis.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
    axis.axis("off")
