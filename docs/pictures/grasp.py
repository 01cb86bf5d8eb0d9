"""The picture at the head of the README: a person and a cup, what a network sees of them, and what it is asked."""

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmark.viewing.captions import DARK_INK, LIGHT_INK, Ink, font
from benchmark.viewing.still import middle_frame
from deepgrasp.view.camera import Camera
from deepgrasp.view.painter import DARK, LIGHT, Studio, paint
from deepgrasp.view.portrait import (
    THING_SHARES,
    camera_of,
    heat_colours,
    surfaces,
    touch_shares,
)
from deepgrasp.view.recorded_scene import Scene, recordings_of
from deepgrasp.view.surfaces import Surface, balls, sticks, together

SEQUENCE, VIEW = "s6/mug_drink_1", "30,12"
WIDE, TALL = 1200, 560
MIDDLE = 235  # column of the person's
CARD = 118  # pixels of the picture of a task
AXES = ((0.84, 0.22, 0.18), (0.20, 0.62, 0.30), (0.16, 0.42, 0.80))  # x, y, z, as everywhere
Pixels = NDArray[np.uint8]


class Question(NamedTuple):
    """A task in few words."""

    name: str
    asks: str
    answer: str


QUESTIONS = (
    Question("object", "What is in the hand?", "a mug"),
    Question("action", "What is it for?", "to use it"),
    Question("body", "Where are the arms?", "every joint, in cm"),
    Question("pose", "How is it held?", "turned so, and there"),
)


def grasp(root: Path, dark: bool) -> Image.Image:
    """The picture, from the stand-in of a workspace.

    Args:
        dark: for pages with dark paper.
    """
    data = root / "data/standin"
    scene = recordings_of(data, data / "models").scene(SEQUENCE)
    frame, studio, ink = middle_frame(scene), DARK if dark else LIGHT, DARK_INK if dark else LIGHT_INK
    heat = touch_shares(scene)
    # one picture, wider than the person: the words stand on its paper
    whole = camera_of(scene, [frame], VIEW, "arms", 1, (0.05, 0.0))
    aside = whole.axes[0] * whole.tall * (WIDE / 2 - MIDDLE) / TALL
    wide = Camera(np.asarray(whole.target) + aside, whole.toward, whole.tall, whole.angle)
    layers = surfaces(scene, frame, ("person", "object", "touch", "graph"), heat)
    image = Image.fromarray(paint(layers, wide, WIDE, TALL, studio))
    closer = camera_of(scene, [frame], VIEW, "grasp", 1, (0.02, 0.06))
    near = paint(layers, closer, 330, 330, studio)
    _lens(image, near, (465, 70), whole, closer, ink)
    _questions(image, scene, frame, studio, ink)
    return image


def _lens(image: Image.Image, near: Pixels, corner: tuple[int, int], whole: Camera, closer: Camera, ink: Ink) -> None:
    """The grasp from near, in a frame whose corners lead to where it is on the person."""
    draw, side = ImageDraw.Draw(image), len(near)
    column, row, _ = whole.on_screen(whole.seen(closer.target), 1, TALL)
    at = (column + MIDDLE, row)
    half = closer.tall / whole.tall * TALL / 2
    x, y = corner
    for sign in (-1, 1):
        start = (at[0] + half, at[1] + sign * half)
        draw.line((*start, x, y + (side if sign > 0 else 0)), fill=ink.line, width=1)
    draw.rectangle((at[0] - half, at[1] - half, at[0] + half, at[1] + half), outline=ink.soft, width=1)
    mask = Image.new("L", (4 * side, 4 * side))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, 4 * side - 1, 4 * side - 1), 72, fill=255)
    image.paste(Image.fromarray(near), corner, mask.resize((side, side)))
    draw.rounded_rectangle((x, y, x + side, y + side), 18, outline=ink.line, width=2)
    draw.text((x, y + side + 34), "what a network sees: joints of arms", ink.soft, font(17), anchor="ls")
    draw.text((x, y + side + 56), "and hands, and where the skin touches", ink.soft, font(17), anchor="ls")
    ramp = np.round(255 * heat_colours(np.linspace(0, 1, 110))).astype(np.uint8)
    top = y + side + 70
    image.paste(Image.fromarray(np.broadcast_to(ramp, (9, 110, 3)).copy()), (x, top))
    draw.text((x + 120, top + 4), "0 to 100 % of the grasp", ink.soft, font(15), anchor="lm")
    draw.text((x, TALL - 14), "made of the synthetic stand-in", ink.soft, font(13), anchor="ls")


def _questions(image: Image.Image, scene: Scene, frame: int, studio: Studio, ink: Ink) -> None:
    draw, left, step = ImageDraw.Draw(image), 832, 127
    air = replace(studio, floor_height=None)
    pictures = (_object(scene, air), *(picture(scene, frame, air) for picture in (_action, _body, _pose)))
    for k, (question, own) in enumerate(zip(QUESTIONS, pictures, strict=True)):
        y = 30 + k * step
        mask = Image.new("L", (4 * CARD, 4 * CARD))
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, 4 * CARD - 1, 4 * CARD - 1), 56, fill=255)
        image.paste(Image.fromarray(own), (left, y), mask.resize((CARD, CARD)))
        draw.rounded_rectangle((left, y, left + CARD, y + CARD), 14, outline=ink.line, width=1)
        middle, text = y + CARD / 2, left + CARD + 18
        draw.text((text, middle - 30), question.name, ink.soft, font(16), anchor="lm")
        draw.text((text, middle - 3), question.asks, ink.strong, font(21), anchor="lm")
        draw.text((text, middle + 25), question.answer, (208, 112, 20), font(18), anchor="lm")


def _thing_camera(scene: Scene, frames: list[int], tall: float) -> Camera:
    middle = np.mean([scene.thing.placed(frame).mean(axis=0) for frame in frames], axis=0)
    return Camera(middle, camera_of(scene, [frames[-1]], VIEW).toward, tall)


def _object(scene: Scene, studio: Studio) -> Pixels:
    upright = replace(scene.thing, rotation=np.eye(3)[None], translation=np.zeros((1, 3)))
    at = upright.placed(0)
    camera = Camera(at.mean(axis=0), [1, 0.9, 0.55], 0.19)
    return paint([Surface(at, scene.thing.faces, THING_SHARES)], camera, CARD, CARD, studio)


def _action(scene: Scene, frame: int, studio: Studio) -> Pixels:
    start = int(np.flatnonzero(scene.frames >= (scene.contact or (0, 0))[0])[0])
    frames = [round(each) for each in np.linspace(start, frame, 4)]
    mug = Surface(scene.thing.vertices, scene.thing.faces, THING_SHARES, shade=False)
    shown = [
        replace(mug, vertices=scene.thing.placed(each), opacity=strength, through=strength)
        for each, strength in zip(frames[:-1], (0.35, 0.5, 0.7), strict=True)
    ]
    last = Surface(scene.thing.placed(frame), scene.thing.faces, THING_SHARES)
    way = np.stack([scene.thing.placed(each).mean(axis=0) for each in range(start, frame + 1)])
    path = sticks(way[:-1], way[1:], 0.006, (0.85, 0.44, 0.08), shade=False, through=1.0)
    return paint([last, *shown, path], _thing_camera(scene, frames, 0.62), CARD, CARD, studio)


def _body(scene: Scene, frame: int, studio: Studio) -> Pixels:
    nodes, ends = scene.nodes[frame], scene.edges
    blue = (0.20, 0.47, 0.72)  # on light and on dark paper
    bones, joints = sticks(nodes[ends[:, 0]], nodes[ends[:, 1]], 0.009, blue), balls(nodes, 0.013, blue)
    camera = camera_of(scene, [frame], VIEW, "arms", 1, (0.02, 0.02))
    middle = (nodes.min(axis=0) + nodes.max(axis=0)) / 2
    return paint([bones, joints], replace(camera, target=middle, tall=0.98 * camera.tall), CARD, CARD, studio)


def _pose(scene: Scene, frame: int, studio: Studio) -> Pixels:
    at = scene.thing.placed(frame)
    origin = at.mean(axis=0)
    ends = origin + 0.125 * scene.thing.rotation[frame].T
    axes = together([sticks([origin], [end], 0.0045, colour) for end, colour in zip(ends, AXES, strict=True)])
    mug = Surface(at, scene.thing.faces, THING_SHARES)
    return paint([mug, replace(axes, through=0.8, shade=False)], _thing_camera(scene, [frame], 0.3), CARD, CARD, studio)
