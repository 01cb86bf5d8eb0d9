"""Moving pictures of a recording: GIF and WebP by Pillow, MP4 by ffmpeg, from frames painted on all cores."""

import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark.progress import Advance
from benchmark.viewing.still import Look, camera_for, moment
from benchmark.viewing.webp import save_webp
from deepgrasp.errors import InputError
from deepgrasp.files import replaced_file
from deepgrasp.processes import run_jobs
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.recorded_scene import Recordings, Scene

RATES = {".gif": 20, ".webp": 20, ".mp4": 30}
"""Pictures a second by the ending of the file; a GIF counts in hundredths of a second."""
_MOST = 300  # pictures of a film: what is longer is shown with fewer a second
_COLOURS = 200  # of a GIF, of which all pictures share one set


def check_speed(speed: float) -> None:
    """Check that a film can be shown at a speed.

    Raises:
        InputError: it cannot.
    """
    if not 0.05 <= speed <= 20:
        raise InputError(f"speed {speed:g}", "is too slow or too fast", "give 0.05 to 20; 1 is real time")


def film_scene(
    recordings: Recordings, name: str, rate: float, speed: float = 1.0, most: int = _MOST
) -> tuple[Scene, float]:
    """The scene with the frames of a film, and its pictures a second.

    Args:
        rate: pictures a second, if that are no more than ``most``.
        speed: 1 shows a second of the recording in a second, 0.5 in two.

    Raises:
        InputError: as :meth:`Recordings.scene`, or there is no such speed.
    """
    check_speed(speed)
    whole = recordings.scene(name, frames=2)  # to learn its length; two are the fewest
    seconds = whole.n_frames / whole.framerate / speed
    count = max(2, min(whole.n_frames, most, round(seconds * rate)))
    # not the rate that was asked for: of a long recording fewer pictures are shown in the same time
    return recordings.scene(name, frames=count), count / seconds


def write_film(
    scene: Scene,
    look: Look,
    rate: float,
    out: Path,
    progress: Advance | None = None,
    answers: Sequence[ShownAnswer] = (),
) -> None:
    """Write a scene as ``.gif``, ``.webp`` or ``.mp4``.

    Args:
        rate: pictures a second.
        answers: as :func:`moving` takes them.

    Raises:
        InputError: an MP4, and there is no ffmpeg.
    """
    write = {".gif": _gif, ".webp": _webp, ".mp4": _mp4}[out.suffix]
    encoder = ffmpeg() if out.suffix == ".mp4" else ""  # before the long work
    size = (look.size[0] // 2 * 2, look.size[1] // 2 * 2)  # of the common kind of MP4 both are even
    with replaced_file(out) as scratch:
        write(moving(scene, replace(look, size=size), progress, answers=answers), rate, scratch, encoder)


def moving(
    scene: Scene,
    look: Look,
    progress: Advance | None = None,
    workers: int | None = None,
    answers: Sequence[ShownAnswer] = (),
) -> Iterator[NDArray[np.uint8]]:
    """The pictures ``[H, W, 3]`` of a scene, seen by one camera, each as soon as it is painted.

    Args:
        answers: of models, beside the truth; then only frames about which one was asked are shown.
    """
    from joblib import delayed

    asked = sorted({int(frame) for answer in answers for frame in answer.at})
    frames = asked or [*range(len(scene.frames))]
    # some two dozen moments say where to stand: each costs the whole skin in one frame
    camera = camera_for(scene, frames[:: max(1, len(frames) // 24)], look)
    jobs = [delayed(moment)(scene, frame, look, camera, answers) for frame in frames]
    for done, picture in enumerate(run_jobs(jobs, workers), start=1):
        if progress is not None:
            progress(done, len(jobs))
        yield picture


def _gif(moving: Iterable[NDArray[np.uint8]], rate: float, out: Path, encoder: str) -> None:
    from PIL import Image

    pictures = list(moving)
    images = [Image.fromarray(picture) for picture in pictures]
    # a few of them under each other choose the colours: the first one has no touch yet
    some = np.concatenate(pictures[:: max(1, len(pictures) // 6)])
    shared = Image.fromarray(some).quantize(_COLOURS, dither=Image.Dither.NONE)
    first, *others = [image.quantize(palette=shared, dither=Image.Dither.NONE) for image in images]
    first.save(out, save_all=True, append_images=others, duration=round(1000 / rate), loop=0, optimize=True)


def _webp(moving: Iterable[NDArray[np.uint8]], rate: float, out: Path, encoder: str) -> None:
    save_webp(moving, out, quality=60, milliseconds=round(1000 / rate))


def _mp4(moving: Iterable[NDArray[np.uint8]], rate: float, out: Path, encoder: str) -> None:
    first, *_ = pictures = list(moving)
    height, width, _ = first.shape
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", f"{rate:.4f}", "-i", "-"]
    # one thread and no dates: the same pictures give the same bytes
    same = ["-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1"]
    # yuv420p plays everywhere; faststart: a browser plays before it has all of it
    coded = ["-c:v", "libx264", "-crf", "18", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    call = [encoder, "-y", "-loglevel", "error", *raw, *coded, *same, str(out)]
    done = subprocess.run(call, input=b"".join(picture.tobytes() for picture in pictures), capture_output=True)
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["without a word"]
        raise InputError(encoder, f"wrote no film ({told[0]})", "write a .gif, or install another ffmpeg")


def ffmpeg() -> str:
    """The program that writes an MP4: the machine's own, or that of the package ``imageio-ffmpeg``.

    Raises:
        InputError: there is neither.
    """
    if found := shutil.which("ffmpeg"):
        return found
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    except (ImportError, RuntimeError):  # RuntimeError: the package is there without its program
        remedy = "`pip install imageio-ffmpeg` (extra `film`), or write a .gif"
        raise InputError("ffmpeg", "is not installed; an MP4 needs it", remedy) from None
