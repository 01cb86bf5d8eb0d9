"""Which triangle each pixel shows: a depth buffer in numpy, so that a picture needs no display, GPU or OpenGL."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FRAGMENTS = 4_000_000  # tested at once: about 200 MB


@dataclass(frozen=True)
class Hits:
    """The P pixels that show a triangle, row by row; all other pixels show none.

    Attributes:
        pixel: ``[P]`` row * width + column, rising.
        face: ``[P]`` which triangle.
        weights: ``[P, 3]`` of its corners at the middle of the pixel, on the screen; their sum is 1.
        nearness: ``[P]`` of the surface there; the larger, the nearer.
    """

    pixel: NDArray[np.int64]
    face: NDArray[np.int64]
    weights: Floats
    nearness: Floats


def rasterise(points: Floats, faces: NDArray[np.int64], width: int, height: int) -> Hits:
    """The nearest triangle in the middle of each pixel.

    A pixel belongs to a triangle if its middle lies inside; of two that share an edge exactly one has it, so that a
    closed surface has no cracks. Both windings are drawn. Of two that are equally near, the first is shown.

    Args:
        points: ``[V, 3]`` column and row on the screen (pixels, from the upper left corner of the picture), and
            nearness: any number that is linear on the screen and larger for what is nearer.
        faces: ``[F, 3]`` triangles.
        width: of the picture, pixels.
        height: of the picture, pixels.
    """
    nearest = np.full(width * height, -np.inf)
    shown = np.full(width * height, -1, dtype=np.int64)
    corners = points[faces]  # [F, 3, 3]
    first, second, third = corners[:, 0], corners[:, 1], corners[:, 2]
    double = _cross(second - first, third - first)  # [F] twice the area, positive or negative
    # rows whose middle lies in the triangle: from low to high, which itself is not one
    top, bottom = (np.ceil(edge - 0.5) for edge in (corners[..., 1].min(axis=1), corners[..., 1].max(axis=1)))
    low, high = (np.clip(rows, 0, height).astype(np.int64) for rows in (top, bottom))
    seen = np.flatnonzero((double != 0) & (high > low))
    slope = _slopes(first, second, third, double)  # [F, 2] of nearness along a row and down a column
    for some in _blocks(seen, corners, low, high):
        face, row, column, columns = _rows(corners, some, low, high, width)
        x, y = column + 0.5 - first[face, 0], row + 0.5 - first[face, 1]
        near_left = first[face, 2] + x * slope[face, 0] + y * slope[face, 1]
        step = _counted(columns)
        near = np.repeat(near_left, columns) + step * np.repeat(slope[face, 0], columns)
        pixel = np.repeat(row * width + column, columns) + step
        better = np.flatnonzero(near > nearest[pixel])
        pixel, near, face = pixel[better], near[better], np.repeat(face, columns)[better]
        np.maximum.at(nearest, pixel, near)  # a pixel may occur more than once, which plain indexing would miss
        won = np.flatnonzero(near == nearest[pixel])[::-1]
        shown[pixel[won]] = face[won]  # backwards: of equals the first one is written last
    pixel = np.flatnonzero(shown >= 0)
    face = shown[pixel]
    middle = np.stack([pixel % width + 0.5, pixel // width + 0.5], axis=-1)  # [P, 2]
    other = _cross(middle - first[face, :2], third[face] - first[face]) / double[face]
    last = _cross(second[face] - first[face], middle - first[face, :2]) / double[face]
    return Hits(pixel, face, np.stack([1 - other - last, other, last], axis=-1), nearest[pixel])


def _cross(a: Floats, b: Floats) -> Floats:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])


def _slopes(first: Floats, second: Floats, third: Floats, double: Floats) -> Floats:
    """How nearness changes from one column, and from one row, to the next: ``[F, 2]``."""
    a, b = second - first, third - first
    flat = np.where(double == 0, 1, double)  # a triangle seen from its edge has no slope, and is not drawn
    across = (a[:, 2] * b[:, 1] - b[:, 2] * a[:, 1]) / flat
    down = (b[:, 2] * a[:, 0] - a[:, 2] * b[:, 0]) / flat
    return np.stack([across, down], axis=-1)


def _blocks(
    seen: NDArray[np.int64], corners: Floats, low: NDArray[np.int64], high: NDArray[np.int64]
) -> Iterator[NDArray[np.int64]]:
    """The triangles in blocks of bounded memory; counted by their boxes, which hold twice their pixels."""
    wide = np.ceil(np.ptp(corners[seen, :, 0], axis=1)) + 1
    boxes = np.cumsum(wide * (high - low)[seen])
    if len(seen):
        yield from np.split(seen, np.flatnonzero(np.diff(boxes // FRAGMENTS)) + 1)


def _rows(
    corners: Floats, some: NDArray[np.int64], low: NDArray[np.int64], high: NDArray[np.int64], width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """What ``some`` triangles cover, row by row, each ``[R]``: the triangle, its row, its first column, how many."""
    rows = (high - low)[some]
    face = np.repeat(some, rows)
    row = np.repeat(low[some], rows) + _counted(rows)
    middle = row + 0.5
    start: Floats = np.full(len(face), np.inf)
    end: Floats = np.full(len(face), -np.inf)
    for k in range(3):
        one, other = corners[face, k], corners[face, (k + 1) % 3]
        # from the upper end down, so that both triangles at an edge compute the same crossing to the last bit
        falls = (one[:, 1] <= other[:, 1])[:, None]
        upper, lower = np.where(falls, one, other), np.where(falls, other, one)
        crossed = (upper[:, 1] <= middle) & (middle < lower[:, 1])
        tall = np.where(crossed, lower[:, 1] - upper[:, 1], 1)
        at = upper[:, 0] + (middle - upper[:, 1]) * ((lower[:, 0] - upper[:, 0]) / tall)
        start = np.where(crossed, np.minimum(start, at), start)
        end = np.where(crossed, np.maximum(end, at), end)
    first, after = (np.clip(np.ceil(edge - 0.5), 0, width).astype(np.int64) for edge in (start, end))
    return face, row, first, np.maximum(after - first, 0)


def _counted(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, ... up to each count: of 2 and 3 it is 0, 1, 0, 1, 2."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
