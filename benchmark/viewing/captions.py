"""What is written on a picture: the recording, the moment, what the colours mean, and whose data it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from deepgrasp.view.portrait import heat_colours

Colour = tuple[int, int, int]
_WIDEST = 1000  # pixels of a picture (more wide than tall) on which words have their usual size; on a smaller one less


@dataclass(frozen=True)
class Ink:
    """Colours of words on light or on dark paper; the paper's own is their rim where they stand on a body."""

    strong: Colour
    soft: Colour
    line: Colour
    paper: Colour


LIGHT_INK = Ink((28, 32, 38), (84, 92, 102), (205, 208, 212), (246, 246, 244))
DARK_INK = Ink((236, 238, 242), (168, 176, 188), (66, 74, 84), (19, 22, 26))


@dataclass(frozen=True)
class Caption:
    """The words of a picture.

    Attributes:
        title: what is seen, such as ``mug, drink``.
        lines: below it.
        heat: what the colours of touch mean, beside their scale; empty: no scale.
        keys: further colours (0 to 1) and their meaning.
        mark: of data that are not people's; empty: none.
    """

    title: str
    lines: Sequence[str] = ()
    heat: str = ""
    keys: Sequence[tuple[Sequence[float], str]] = field(default=())
    mark: str = ""


def written(picture: NDArray[np.uint8], caption: Caption, dark: bool) -> NDArray[np.uint8]:
    """The picture ``[H, W, 3]`` with its words: title above, colours below on the left, mark below on the right."""
    image = Image.fromarray(picture)
    draw, ink = ImageDraw.Draw(image), (DARK_INK if dark else LIGHT_INK)
    width, height = image.size
    # by the area, as the width of a picture of 4 to 3: a tall one has words as large as a wide one
    unit = max(0.62, min(1.0, (width * height * 1.3) ** 0.5 / _WIDEST))
    # words may stand on a body: without a rim of the paper's colour they could not be read there
    rim: dict[str, Any] = {"stroke_width": 2 * unit, "stroke_fill": ink.paper}
    edge, big, small = round(28 * unit), font(34 * unit), font(17 * unit)
    y = float(edge)
    draw.text((edge, y), caption.title, ink.strong, big, **rim)
    y += 44 * unit
    for line in caption.lines:
        draw.text((edge, y), line, ink.soft, small, **rim)
        y += 24 * unit
    bottom = height - edge
    # in a frame and another colour than all words: nobody should take made data for people's
    if caption.mark:
        wide = draw.textlength(caption.mark, small)
        box = (width - edge - wide - 22 * unit, bottom - 27 * unit, width - edge, bottom + 3 * unit)
        draw.rounded_rectangle(box, 15 * unit, outline=(214, 138, 0), width=max(1, round(1.5 * unit)))
        draw.text((box[0] + 11 * unit, (box[1] + box[3]) / 2), caption.mark, (196, 122, 0), small, anchor="lm")
    # from below upwards, so that the first stands on top
    for colour, meaning in reversed(caption.keys):
        dot = tuple(round(255 * part) for part in colour)
        draw.ellipse((edge, bottom - 15 * unit, edge + 12 * unit, bottom - 3 * unit), fill=dot)
        draw.text((edge + 20 * unit, bottom - 9 * unit), meaning, ink.soft, small, anchor="lm", **rim)
        bottom -= round(25 * unit)
    if caption.heat:
        _scale(image, draw, (edge, bottom), unit, caption.heat, ink)
    return np.asarray(image)


def _scale(
    image: Image.Image, draw: ImageDraw.ImageDraw, corner: tuple[float, float], unit: float, meaning: str, ink: Ink
) -> None:
    """The scale of touch with its lower left ``corner``; a name with one value (``touch``) is a patch of the last."""
    small, (left, bottom) = font(17 * unit), corner
    rim: dict[str, Any] = {"stroke_width": 2 * unit, "stroke_fill": ink.paper}
    name, _, ends = meaning.partition(": ")
    if not ends:
        box = (left, bottom - 15 * unit, left + 12 * unit, bottom - 3 * unit)
        draw.rounded_rectangle(box, 3 * unit, fill=tuple(int(255 * part) for part in heat_colours(1.0)))
        draw.text((left + 20 * unit, bottom - 9 * unit), name, ink.soft, small, anchor="lm", **rim)
        return
    low, high = ends.split(" to ")
    wide, tall = round(150 * unit), round(10 * unit)
    ramp = np.round(255 * heat_colours(np.linspace(0, 1, wide))).astype(np.uint8)
    top = round(bottom - 14 * unit)
    draw.text((left, top - 6 * unit), name, ink.soft, small, anchor="lb", **rim)
    at = left + draw.textlength(low, small) + 8 * unit
    draw.text((left, top + tall / 2), low, ink.soft, small, anchor="lm", **rim)
    image.paste(Image.fromarray(np.broadcast_to(ramp, (tall, wide, 3)).copy()), (round(at), top))
    draw.text((at + wide + 8 * unit, top + tall / 2), high, ink.soft, small, anchor="lm", **rim)


def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own face (Aileron): the same on every machine, whatever is installed there."""
    return ImageFont.load_default(max(8.0, size))  # below 8 pixels letters run together


def with_timeline(
    picture: NDArray[np.uint8], at: float, contact: tuple[float, float] | None, dark: bool
) -> NDArray[np.uint8]:
    """The picture ``[H, W, 3]`` with a line along its lower edge: the recording, its touch, and the moment.

    Args:
        at: the moment, as a share of the recording's length.
        contact: first and last touch, as shares of it; None where nothing is touched.
    """
    image = Image.fromarray(picture)
    draw, ink = ImageDraw.Draw(image), (DARK_INK if dark else LIGHT_INK)
    width, height = image.size
    thick = max(3, round(height / 160))  # a thinner one is overlooked
    draw.rectangle((0, height - thick, width, height), fill=ink.line)
    if contact is not None:
        hot = tuple(int(255 * part) for part in heat_colours(0.4))
        draw.rectangle((contact[0] * width, height - thick, contact[1] * width, height), fill=hot)
    # three times as tall as the line, or the moment would be lost on the colour of touch
    x = at * width
    draw.rectangle((x - thick / 2, height - 3 * thick, x + thick / 2, height), fill=ink.strong)
    return np.asarray(image)
