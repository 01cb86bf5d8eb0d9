"""Pictures of moments of a recording, with their legend: one, or several in a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark.progress import Advance
from benchmark.viewing.captions import Caption, font, with_timeline, written
from deepgrasp.errors import InputError
from deepgrasp.store.layout import evenly_spaced
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.camera import Camera
from deepgrasp.view.painter import DARK, LIGHT, paint
from deepgrasp.view.portrait import (
    ANSWER_SHARES,
    AUTO,
    SHOWN_LAYERS,
    THING_SHARES,
    Aim,
    PictureLayer,
    answered,
    camera_of,
    surfaces,
    touch_shares,
)
from deepgrasp.view.recorded_scene import Scene

MARK = "SYNTHETIC DATA"
_LEAST, _MOST = 64, 4096  # pixels of a side


@dataclass(frozen=True)
class Look:
    """How a picture is to look; the defaults are those of the command.

    Attributes:
        size: width and height, pixels; of a strip, of each of its pictures.
        view: of the camera: ``auto``, a name, or degrees, see :func:`deepgrasp.view.camera.direction`.
        aim: what is in the picture.
        parallel: parallel rays in the place of a perspective.
        fineness: points a pixel across and down.
        words: whether title and legend are written on it.
    """

    size: tuple[int, int] = (1200, 900)
    view: str = AUTO
    aim: Aim = "person"
    layers: Sequence[PictureLayer] = SHOWN_LAYERS
    dark: bool = False
    parallel: bool = False
    fineness: int = 3
    words: bool = True


def size_of(text: str) -> tuple[int, int]:
    """Width and height of a text such as ``1200x900``.

    Raises:
        InputError: it is no size, or one that no picture should have.
    """
    try:
        width, height = (int(part) for part in text.lower().split("x"))
    except ValueError:
        raise InputError(f"size {text!r}", "is no size", "give width and height, such as 1200x900") from None
    if not _LEAST <= min(width, height) <= max(width, height) <= _MOST:
        raise InputError(f"size {text!r}", "is too small or too large", f"each side has {_LEAST} to {_MOST} pixels")
    return width, height


def middle_frame(scene: Scene) -> int:
    """The frame of the scene in the middle of its touch, or of the scene where nothing is touched."""
    # there the grasp is whole: at either end the hand comes or goes
    middle = sum(scene.contact) // 2 if scene.contact else scene.n_frames // 2
    return int(np.abs(scene.frames - middle).argmin())


def strip_frames(scene: Scene, count: int) -> list[int]:
    """``count`` frames of the scene, evenly spaced from just before the first touch to just after the last.

    Raises:
        InputError: it has not so many.
    """
    first, last = scene.contact or (0, scene.n_frames - 1)
    # a little more than the touch, so that reaching and letting go are seen
    around = max(1, (last - first) // 8)
    inside = np.flatnonzero((scene.frames >= first - around) & (scene.frames <= last + around))
    if count > len(inside):
        raise InputError(f"strip of {count}", f"{scene.id} has {len(inside)} such frames", "ask for fewer")
    return [int(k) for k in inside[evenly_spaced(len(inside), count)]]


def camera_for(scene: Scene, frames: Sequence[int], look: Look) -> Camera:
    """One camera for all of these frames, so that it does not jump.

    Raises:
        InputError: there is no such view.
    """
    # shares of the height above and below, where words stand
    room = (0.17, 0.13) if look.words else (0.06, 0.06)
    shape = look.size[0] / look.size[1]
    return camera_of(scene, frames, look.view, look.aim, shape, room, 0.0 if look.parallel else 24.0)


def still(scene: Scene, frame: int, look: Look, answers: Sequence[ShownAnswer] = ()) -> NDArray[np.uint8]:
    """The picture ``[height, width, 3]`` of one frame of a scene; touch is over the time of the whole grasp."""
    heat = touch_shares(scene)
    picture = _painted(scene, frame, look, camera_for(scene, [frame], look), heat, answers)
    # the scale takes it apart: its name, and what stands at both ends
    scale = "share of the grasp in touch: 0 to 100 %" if "touch" in look.layers else ""
    return written(picture, caption(scene, frame, scale, answers), look.dark) if look.words else picture


def moment(
    scene: Scene, frame: int, look: Look, camera: Camera, answers: Sequence[ShownAnswer] = ()
) -> NDArray[np.uint8]:
    """The picture ``[H, W, 3]`` of one frame of a film: touch is this frame's, and a line below tells the time."""
    picture = _painted(scene, frame, look, camera, None, answers)  # None: touch of this frame
    if not look.words:
        return picture
    picture = written(picture, caption(scene, frame, "touch" if "touch" in look.layers else "", answers), look.dark)
    length = max(1, scene.n_frames - 1)  # not 0, of a single frame
    contact = None if scene.contact is None else (scene.contact[0] / length, scene.contact[1] / length)
    return with_timeline(picture, scene.frames[frame] / length, contact, look.dark)


def film_strip(scene: Scene, frames: Sequence[int], look: Look, progress: Advance | None = None) -> NDArray[np.uint8]:
    """Several moments beside each other ``[height, n * width, 3]``, seen by one camera."""
    from PIL import Image, ImageDraw

    # one camera: what moves from picture to picture is the person
    camera = camera_for(scene, frames, look)
    painted = []
    for done, frame in enumerate(frames, start=1):
        painted.append(_painted(scene, frame, look, camera, None))
        if progress is not None:
            progress(done, len(frames))
    row = np.concatenate(painted, axis=1)
    if not look.words:
        return row
    said = caption(scene, None, "touch" if "touch" in look.layers else "")
    image = Image.fromarray(written(row, said, look.dark))
    draw, (width, height) = ImageDraw.Draw(image), look.size
    size = max(11.0, min(18.0, width / 22))
    for k, frame in enumerate(frames):
        at = (width * (k + 0.5), 0.84 * height)
        text = f"{scene.frames[frame] / scene.framerate:.2f} s"
        draw.text(at, text, (160, 168, 180) if look.dark else (98, 106, 116), font(size), anchor="mm")
    return np.asarray(image)


def caption(scene: Scene, frame: int | None, heat: str, answers: Sequence[ShownAnswer] = ()) -> Caption:
    """The words of a picture of one frame, or of several."""
    lines = [f"person {scene.person}, intent {scene.action}"]
    if frame is not None:
        number = int(scene.frames[frame])
        lines.append(f"frame {number} of {scene.n_frames}, {number / scene.framerate:.2f} s")
    return Caption(
        title=f"{scene.thing.name}, {scene.motion}",
        lines=lines,
        heat=heat,
        # the truth needs a name only beside answers
        keys=[(THING_SHARES, "true")] * bool(answers)
        + [(colour, _told(answer, frame)) for answer, colour in zip(answers, ANSWER_SHARES, strict=False)],
        mark=MARK if scene.source.synthetic else scene.source.name,
    )


def _told(answer: ShownAnswer, frame: int | None) -> str:
    """A model's answer in a line: by how much it is off in this frame, or which class it names."""
    if answer.chances:
        named, chance = next(iter(answer.chances.items()))  # the likeliest comes first
        wrong = "" if named == answer.truth else f"; it is {answer.truth}"
        return f"{answer.name}: {named}, {chance:.0%} sure{wrong}"
    parts = []
    for k in np.flatnonzero(answer.at == frame):
        for label, values in answer.errors.items():
            name, unit = label.split(", ")  # translation, cm
            parts.append(f"{name} {values[k]:.1f} {unit}")
    return f"{answer.name}: {', '.join(parts)}" if parts else answer.name


def _painted(
    scene: Scene,
    frame: int,
    look: Look,
    camera: Camera,
    heat: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
    answers: Sequence[ShownAnswer] = (),
) -> NDArray[np.uint8]:
    shown = [*surfaces(scene, frame, look.layers, heat), *answered(scene, frame, answers)]
    return paint(shown, camera, *look.size, DARK if look.dark else LIGHT, look.fineness)


def save_png(picture: NDArray[np.uint8], path: Path) -> None:
    """Write a picture ``[H, W, 3]`` as PNG; the same picture gives the same bytes."""
    from PIL import Image

    # no time and no program's name stand in it, so that its bytes say nothing of this machine
    Image.fromarray(picture).save(path, optimize=True)
