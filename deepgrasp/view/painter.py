"""A picture of surfaces: soft light from above, shadows on everything and on the floor, edges without stairs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepgrasp.geometry.rotations import unit
from deepgrasp.view.camera import Camera, clipped
from deepgrasp.view.rasteriser import Hits, rasterise
from deepgrasp.view.surfaces import Surface, joined, linear, screen

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Studio:
    """Where the surfaces stand, and how they are lit.

    Attributes:
        paper: colour behind everything, as a screen wants it.
        floor: colour of the floor, which fades into the paper.
        floor_height: metres; None: no floor.
        key: brightness of the lamp that throws shadows.
        sky: brightness of the light from all around.
    """

    paper: ArrayLike = (0.965, 0.965, 0.955)
    floor: ArrayLike = (0.915, 0.912, 0.90)
    floor_height: float | None = 0.0
    key: float = 0.62
    sky: float = 0.52


LIGHT = Studio()
DARK = Studio(paper=(0.075, 0.085, 0.10), floor=(0.125, 0.14, 0.16), key=0.58, sky=0.36)
LAMP = (-0.55, 0.85, 0.75)  # towards the lamp: right (negative: from the left), up, towards the viewer
_SPREAD = 0.0055  # of the height of the lamp's own picture: by so much the edge of a shadow is soft
_REACH = 0.10  # metres within which surfaces take each other's light from all around
SUNFLOWER = 2.399963  # radians from each seed to the next (Vogel 1979): places that spread evenly over a disc


def paint(surfaces: Sequence[Surface], camera: Camera, width: int, height: int, studio: Studio = LIGHT,
          fineness: int = 3) -> NDArray[np.uint8]:  # fmt: skip
    """The picture ``[height, width, 3]``; the same surfaces give the same bytes on one machine.

    Args:
        fineness: points a pixel across and down: 1 shows stairs at edges, 2 is fast, 3 is for paper.
    """
    solid = [each for each in surfaces if each.opacity == 1 and not each.through]
    lamp = _Lamp([each for each in solid if each.shade], camera, max(width, height), max(1.0, width / height))
    wide, tall = width * fineness, height * fineness
    scene = _View(solid, camera, wide, tall)
    light = _paper(lamp, camera, width, height, studio).astype(np.float32)
    light = light.repeat(fineness, axis=0).repeat(fineness, axis=1).reshape(-1, 3)
    nearest = np.full(wide * tall, -np.inf)
    nearest[scene.hits.pixel] = scene.hits.nearness
    closeness = _closeness(scene, camera, width, height, fineness)
    light[scene.hits.pixel] = _lit(scene, lamp, studio, closeness)
    # after all that is solid: they are mixed with what stands behind them
    for layer in [each for each in surfaces if each.opacity < 1 or each.through]:
        view = _View([layer], camera, wide, tall)
        before = view.hits.nearness >= nearest[view.hits.pixel]
        share = np.where(before, layer.opacity, layer.through)[:, None]
        own = _lit(view, None, studio, 1.0)
        light[view.hits.pixel] += share * (own - light[view.hits.pixel])
    # in amounts of light: the mean of black and white is not the grey in the middle of a screen's numbers
    mean = light.reshape(height, fineness, width, fineness, 3).mean(axis=(1, 3))
    return np.asarray(np.round(255 * screen(mean)), dtype=np.uint8)


class _View:
    """What each point of a picture shows: place, direction and colour of the surface there."""

    def __init__(self, surfaces: Sequence[Surface], camera: Camera, width: int, height: int) -> None:
        parts = []
        for each in surfaces:
            part = joined([each])  # [F, 3, 9]
            part[..., :3] = camera.seen(part[..., :3])
            part[..., 3:6] = part[..., 3:6] @ camera.axes.T
            part = clipped(part) if camera.angle else part
            parts.append(_turned_to_us(part, camera) if each.closed else part)
        corners = np.concatenate(parts) if parts else np.zeros((0, 3, 9))
        points = camera.on_screen(corners[..., :3], width, height)
        faces = np.arange(3 * len(corners)).reshape(-1, 3)
        self.camera, self.width, self.height = camera, width, height
        self.hits: Hits = rasterise(points.reshape(-1, 3), faces, width, height)
        weights = self.hits.weights
        if camera.angle:  # what is linear on the surface is not on the screen (Blinn 1992, hyperbolic interpolation)
            weights = weights * points[self.hits.face, :, 2]
            weights /= weights.sum(axis=1, keepdims=True)
        found = np.einsum("pk,pkc->pc", weights.astype(np.float32), corners.astype(np.float32)[self.hits.face])
        self.place, self.normal, self.colour = found[:, :3], unit(found[:, 3:6]), found[:, 6:]
        # the inner side of an open surface is lit as if it were the outer one
        to_us = -unit(self.place) if camera.angle else np.array([[0.0, 0.0, 1.0]])
        self.normal = np.where((self.normal * to_us).sum(axis=1, keepdims=True) < -0.2, -self.normal, self.normal)


def _turned_to_us(corners: Floats, camera: Camera) -> Floats:
    at = corners[..., :3]
    normal = np.cross(at[:, 1] - at[:, 0], at[:, 2] - at[:, 0])
    to_us = -at[:, 0] if camera.angle else np.array([[0.0, 0.0, 1.0]])
    return np.asarray(corners[(normal * to_us).sum(axis=1) > 0])


class _Lamp:
    """The lamp that throws shadows: how near to it each of its rays is stopped."""

    def __init__(self, surfaces: Sequence[Surface], camera: Camera, size: int, shape: float) -> None:
        self.toward = unit(np.asarray(LAMP) @ camera.axes)  # from above, whatever the camera does
        points = [np.asarray(each.vertices, float) for each in surfaces]
        self.empty = not points
        if self.empty:
            return
        # pixels of its own picture, across and down: what it shades is seen in a picture of that size
        self.size = side = int(np.clip(1.5 * size, 128, 1600))
        everything = np.concatenate(points)
        middle = (everything.min(axis=0) + everything.max(axis=0)) / 2
        self.middle, self.reach = middle, float(np.linalg.norm(everything - middle, axis=1).max()) or 1.0
        # of a close view only what is near it: the map's pixels would be larger than fingers
        wide = 2.6 * camera.tall * shape
        near = wide < 2.1 * self.reach
        self.camera = Camera(camera.target if near else middle, self.toward, min(wide, 2.1 * self.reach), angle=0)
        corners = joined(surfaces)
        seen = self.camera.on_screen(self.camera.seen(corners[..., :3]), side, side)
        hits = rasterise(seen.reshape(-1, 3), np.arange(3 * len(corners)).reshape(-1, 3), side, side)
        self.map = np.full(side * side, -np.inf, np.float32)
        self.map[hits.pixel] = hits.nearness
        # beyond its picture the lamp is seen
        for edge in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
            self.map.reshape(side, side)[edge] = -np.inf
        self.grain = self.camera.tall / side  # metres a pixel

    def reaches(self, points: Floats, spread: float, samples: int, margin: float) -> Floats:
        """Share of the lamp that is seen from ``points`` ``[P, 3]`` of the world, 0 to 1.

        Args:
            spread: radius of the disc around each that is asked, metres.
            samples: places in it; neighbours ask different ones, so that edges fade and show no steps.
            margin: metres by which something must stand before a point to shade it, else it would shade itself; a
                pixel of the map is added.
        """
        if self.empty:
            return np.ones(len(points))
        side = self.size
        # single precision: these are the most numbers of a picture, and a hair's breadth is enough
        at = self.camera.on_screen(self.camera.seen(points), side, side).astype(np.float32)
        turns = (2 * np.pi * ((np.arange(len(points)) * 0.754877) % 1)).astype(np.float32)  # spread (Roberts 2018)
        radius = spread * side / self.camera.tall
        clear, near = np.zeros(len(points), np.float32), at[:, 2] + np.float32(margin + 1.5 * self.grain)
        for k in range(samples):
            out, angle = np.float32(radius * np.sqrt((k + 0.5) / samples)), turns + np.float32(k * SUNFLOWER)
            # beyond the map its rim is asked, from where the lamp is seen
            column, row = at[:, 0] + out * np.cos(angle), at[:, 1] + out * np.sin(angle)
            pixel = row.clip(0, side - 1).astype(np.int32) * side + column.clip(0, side - 1).astype(np.int32)
            clear += self.map[pixel] <= near
        return clear / samples


def _lit(view: _View, lamp: _Lamp | None, studio: Studio, closeness: Floats | float) -> Floats:
    """Light ``[P, 3]`` that the surfaces send to the lens."""
    normal, axes = view.normal, view.camera.axes
    toward = unit(np.asarray(LAMP))
    faced = normal @ toward
    direct = np.clip(faced, 0, 1)
    if lamp is not None and not lamp.empty:
        world = view.camera.world(view.place)
        # asked a little before the surface, else a slope would shade itself
        soft = _SPREAD * lamp.camera.tall
        direct *= lamp.reaches(world + (soft + lamp.grain) * (normal @ axes), soft, 6, 0.002)
    up = (normal @ axes)[:, 2]
    # from all around: more from above, a little from the floor; and a weak second lamp from the other side
    around = 0.72 + 0.28 * up
    second = 0.16 * np.clip(normal @ unit(np.array([0.9, 0.1, 0.35])), 0, 1)
    to_us = -unit(view.place) if view.camera.angle else np.array([[0.0, 0.0, 1.0]])
    rim = (1 - np.clip((normal * to_us).sum(axis=1), 0, 1)) ** 3
    shine = np.clip((normal * unit(toward + to_us)).sum(axis=1), 0, 1) ** 30 * (direct > 0)
    amount = studio.key * direct * 1.25 + (studio.sky * around + second) * closeness
    return np.asarray(view.colour * amount[:, None] + (0.05 * shine + 0.05 * rim * studio.sky)[:, None])


def _closeness(view: _View, camera: Camera, width: int, height: int, fineness: int) -> Floats:
    """Share of the light from all around that reaches each point: less in folds and where things touch.

    Looks for surfaces in the half space above each pixel (ambient occlusion in the space of the screen, Mittring 2007);
    one value a pixel, also of a finer picture.
    """
    fine_row, fine_column = np.divmod(view.hits.pixel, width * fineness)
    coarse = fine_row // fineness * width + fine_column // fineness
    place, normal = np.full((height, width, 3), np.nan), np.zeros((height, width, 3))
    for values, found in ((place, view.place), (normal, view.normal)):
        values.reshape(-1, 3)[coarse[::-1]] = found[::-1]  # backwards: of a pixel's points the first stays
    blocked = np.zeros((height, width))
    radius = _REACH * height / camera.tall
    samples = 18
    for k in range(samples):
        out, angle = radius * np.sqrt((k + 0.5) / samples), k * SUNFLOWER
        down, right = round(out * np.sin(angle)), round(out * np.cos(angle))
        here = _shift(down, height), _shift(right, width)
        there = _shift(-down, height), _shift(-right, width)
        way = place[there] - place[here]
        far = np.sqrt((way**2).sum(axis=-1)) + 1e-9  # of the pixel itself it is 0
        rises = (way * normal[here]).sum(axis=-1) / far
        with np.errstate(invalid="ignore"):  # the paper has no place
            blocked[here] += np.where(far < 4 * _REACH, np.clip(rises - 0.12, 0, 1) / (1 + (far / _REACH) ** 2), 0)
    return np.asarray(1 - np.clip(1.9 * blocked / samples, 0, 0.85)).reshape(-1)[coarse]


def _shift(by: int, size: int) -> slice:
    return slice(max(0, -by), size - max(0, by))


def _paper(lamp: _Lamp, camera: Camera, width: int, height: int, studio: Studio) -> Floats:
    """What stands behind everything ``[height, width, 3]``: paper, and a floor with shadows that fades into it."""
    from scipy.ndimage import map_coordinates

    paper = np.broadcast_to(linear(np.asarray(studio.paper, float)), (height, width, 3)).copy()
    if studio.floor_height is None or lamp.empty:
        return paper
    # every second pixel: a shadow on the floor is soft
    rows, columns = np.arange(-1, height + 2, 2.0), np.arange(-1, width + 2, 2.0)
    row, column = (each.ravel() for each in np.meshgrid(rows, columns, indexing="ij"))
    # one point of each pixel's ray, and where that ray meets the floor
    ray = camera.from_screen(column + 0.5, row + 0.5, np.full(len(row), 1.0 if camera.angle else -1.0), width, height)
    start = np.broadcast_to(camera.eye, ray.shape) if camera.angle else camera.world(ray * [1, 1, 0])
    way = camera.world(ray) - start
    with np.errstate(divide="ignore", invalid="ignore"):  # a level ray never meets it
        at = start + ((studio.floor_height - start[:, 2]) / way[:, 2])[:, None] * way
    under = np.array([*lamp.middle[:2], studio.floor_height])
    off = np.linalg.norm(at - under, axis=1) / (1.26 * lamp.reach)
    strength = np.where(way[:, 2] < -1e-6, np.exp(-1.2 * off**2), 0)  # only rays that go down meet the floor
    clear = np.ones(len(at))
    seen = strength > 0.003
    clear[seen] = lamp.reaches(at[seen], 0.06, 24, 0.004)
    places = np.meshgrid((np.arange(height) + 1) / 2, (np.arange(width) + 1) / 2, indexing="ij")
    full = [map_coordinates(each.reshape(len(rows), -1), places, order=1) for each in (strength, clear)]
    floor = linear(np.asarray(studio.floor, float)) * (0.62 + 0.38 * full[1])[..., None]
    return np.asarray(paper + full[0][..., None] * (floor - paper))
