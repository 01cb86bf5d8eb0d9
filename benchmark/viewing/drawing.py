"""A recording drawn into a file: the ending of its name says whether as a still or as a film."""

from pathlib import Path

from benchmark.progress import Advance
from benchmark.viewing.film import RATES, film_scene, write_film
from benchmark.viewing.still import Look, middle_frame, save_png, still, strip, strip_frames
from deepgrasp.errors import InputError
from deepgrasp.files import replaced_file
from deepgrasp.view.recorded_scene import Recordings

ENDINGS = (".png", *RATES)


def draw(
    recordings: Recordings,
    name: str,
    out: Path,
    look: Look,
    *,
    frame: int | None = None,
    moments: int | None = None,
    speed: float = 1.0,
    progress: Advance | None = None,
) -> None:
    """Write a picture of a recording.

    Args:
        out: ``.png``, ``.gif`` or ``.mp4``.
        frame: of a still: which of the recording's; default: in the middle of the touch.
        moments: of a still: so many beside each other, from before the first touch to after the last.
        speed: of a film: 1 is real time.

    Raises:
        InputError: there is no such recording or frame; it or its models are damaged; options that do not fit each
            other; an MP4, and there is no ffmpeg.
    """
    if out.suffix not in ENDINGS:
        raise InputError(out, "is no kind of picture that is known here", f"let it end in {', '.join(ENDINGS)}")
    if frame is not None and moments is not None:
        raise InputError("frame and strip", "are two kinds of a still", "give one of them")
    if out.suffix in RATES:
        if frame is not None or moments is not None:
            raise InputError(out, "is a film, which has all moments", "leave out frame and strip, or write a .png")
        scene, rate = film_scene(recordings, name, out.suffix, speed)
        write_film(scene, look, rate, out, progress)
        return
    scene = recordings.scene(name, also=() if frame is None else (frame,))
    if moments is not None:
        picture = strip(scene, strip_frames(scene, moments), look)
    else:
        chosen = middle_frame(scene) if frame is None else scene.frames.tolist().index(frame)
        picture = still(scene, chosen, look)
    with replaced_file(out) as scratch:
        save_png(picture, scratch)
