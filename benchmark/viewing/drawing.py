"""A recording drawn into a file: the ending of its name says whether as a still or as a film."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmark.outputs import check_file
from benchmark.progress import Advance
from benchmark.viewing.cells import AnsweredCell, answers_about, asked_of
from benchmark.viewing.film import RATES, check_speed, film_scene, write_film
from benchmark.viewing.still import Look, film_strip, middle_frame, save_png, still, strip_frames
from deepgrasp.errors import InputError
from deepgrasp.files import replaced_file
from deepgrasp.view.recorded_scene import SCENE_FRAMES, Recordings

ENDINGS = (".png", *RATES)


def draw_recording(
    recordings: Recordings,
    name: str,
    out: Path,
    look: Look,
    *,
    frame: int | None = None,
    moments: int | None = None,
    speed: float = 1.0,
    cells: Sequence[AnsweredCell] = (),
    progress: Advance | None = None,
) -> None:
    """Write a picture of a recording.

    Args:
        out: ``.png``, ``.gif``, ``.webp`` or ``.mp4``.
        frame: of a still: which of the recording's; default: in the middle of the touch.
        moments: of a still: so many beside each other, from before the first touch to after the last.
        speed: of a film: 1 is real time.
        cells: whose answers stand beside the truth; then only frames are shown about which the first was asked.

    Raises:
        InputError: there is no such recording or frame; it or its models are damaged; options that do not fit each
            other; an MP4, and there is no ffmpeg; a cell that does not test this recording.
    """
    _check(out, frame, moments, cells)  # before anything is read
    asked = asked_of(cells, name)
    if out.suffix in RATES:
        check_speed(speed)
        if asked:
            # 2, not all: beside the frames that were asked no others are shown
            scene, rate = recordings.scene(name, 2, asked), _rate(asked, recordings.source.framerate, speed)
        else:
            scene, rate = film_scene(recordings, name, RATES[out.suffix], speed)
        write_film(scene, look, rate, out, progress, answers_about(cells, scene))
        return
    if frame is not None and asked and frame not in asked:
        nearest = np.argsort(np.abs(np.array(asked) - frame), kind="stable")[:3]
        told = ", ".join(str(asked[k]) for k in sorted(nearest))
        raise InputError(cells[0].name, f"was not asked about frame {frame} of {name}", f"choose one of {told}")
    # the one that is asked for, too: it need not be among the evenly spaced ones
    scene = recordings.scene(name, SCENE_FRAMES, asked if frame is None else [*asked, frame])
    if moments is not None:
        picture = film_strip(scene, strip_frames(scene, moments), look, progress)
    else:
        # with answers the frame in the middle of those that were asked
        frame = asked[len(asked) // 2] if frame is None and asked else frame
        chosen = middle_frame(scene) if frame is None else int(np.searchsorted(scene.frames, frame))
        answers = answers_about(cells, scene)
        if progress is not None:
            progress(1, 3)  # what is shown is read; then it is painted, and written
        picture = still(scene, chosen, look, answers)
        if progress is not None:
            progress(2, 3)
    with replaced_file(out) as scratch:
        save_png(picture, scratch)
    if progress is not None and moments is None:  # a strip tells its own
        progress(3, 3)


def _check(out: Path, frame: int | None, moments: int | None, cells: Sequence[AnsweredCell]) -> None:
    if out.suffix not in ENDINGS:
        raise InputError(out, "is no kind of picture that is known here", f"let it end in {', '.join(ENDINGS)}")
    if frame is not None and moments is not None:
        raise InputError("frame and strip", "are two kinds of a still", "give one of them")
    if out.suffix in RATES and (frame is not None or moments is not None):
        raise InputError(out, "is a film, which has all moments", "leave out frame and strip, or write a .png")
    if moments is not None and cells:
        raise InputError("strip", "shows no answers of models", "leave out strip: one moment, or a film")
    check_file(out)


def _rate(asked: Sequence[int], framerate: float, speed: float) -> float:
    """Pictures a second that show these frames in their own time, as far as that can be looked at."""
    return float(np.clip(speed * framerate * (len(asked) - 1) / max(1, asked[-1] - asked[0]), 1, 20))
