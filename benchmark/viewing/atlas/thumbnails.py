"""Small stills of many recordings, painted on all cores."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from benchmark.progress import Advance
from benchmark.viewing.still import Look, middle_frame, still
from benchmark.viewing.webp import webp
from deepgrasp.processes import run_jobs
from deepgrasp.view.recorded_scene import Recordings, recordings_of

_SIDE = 112  # pixels
# the arms alone and no words: on so few pixels neither hands of a whole body nor letters could be seen
_LOOK = Look(size=(_SIDE, _SIDE), aim="arms", fineness=2, words=False)


def thumbnails(
    recordings: Recordings, names: Sequence[str], progress: Advance | None = None, workers: int | None = None
) -> Iterator[bytes]:
    """A WebP picture of each recording, in the middle of its touch; less than a kilobyte each.

    Raises:
        InputError: a recording, its mesh or its model is missing or damaged.
    """
    from joblib import delayed

    # paths alone are sent: a worker opens the data root itself, once
    jobs = [delayed(thumbnail)(recordings.data_root, recordings.models, name) for name in names]
    for done, picture in enumerate(run_jobs(jobs, workers), start=1):
        if progress is not None:
            progress(done, len(jobs))
        yield picture


def thumbnail(data_root: Path, models: Path, name: str) -> bytes:
    """The WebP picture of one recording."""
    scene = _opened(data_root, models).scene(name, frames=8)  # enough for one near the middle of touch
    return webp([still(scene, middle_frame(scene), _LOOK)], quality=70)  # hundreds lie in one file


@lru_cache(maxsize=1)  # a worker makes many pictures of one data root
def _opened(data_root: Path, models: Path) -> Recordings:
    return recordings_of(data_root, models)
