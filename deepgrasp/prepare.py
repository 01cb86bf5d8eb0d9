"""GRAB-format files to the graph store: recordings are read in parallel, windowed, and written a shard a subject."""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from deepgrasp.errors import InputError
from deepgrasp.features import Frame, pose_features, targets, touch_features
from deepgrasp.grab.catalogue import ACTIONS, Sizes, object_class
from deepgrasp.grab.reader import Sequence, read_sequence
from deepgrasp.processes import one_thread_each
from deepgrasp.selection import KNOWN, Choice, select
from deepgrasp.skeleton import arms
from deepgrasp.sources import Recording, Sources, find_recordings, load_sources, source_hash
from deepgrasp.store import Shard, write_store
from deepgrasp.windows import Window, window_frames

Damaged = Literal["error", "skip"]
Progress = Callable[[int, int], None]
Graphs = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Options:
    """What a sample is; see :func:`prepare`."""

    window: Window
    frames: int
    frame: Frame
    sizes: Sizes
    damaged: Damaged
    keep: Choice
    drop: Choice

    def __post_init__(self) -> None:
        choices = {"window": Window, "frame": Frame, "sizes": Sizes, "damaged": Damaged}
        for name, kind in choices.items():
            value = getattr(self, name)
            if value not in get_args(kind):
                raise InputError(f"prepare.{name}", f"{value!r} is unknown", f"choose {' or '.join(get_args(kind))}")
        if self.frames < 2:
            raise InputError("prepare.frames", f"{self.frames} frames", "a window has a first and a last: at least 2")


def prepare(
    data_root: Path,
    models: Path,
    out: Path,
    *,
    window: Window = "contact",
    frames: int = 80,
    frame: Frame = "body",
    sizes: Sizes = "apart",
    damaged: Damaged = "error",
    keep: Choice | None = None,
    drop: Choice | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write the graph store of all recordings under ``<data_root>/grab``.

    Args:
        models: the folder that holds ``smplx/``.
        out: the store's folder: replaced as a whole at the end, left alone by a run that fails.
        window: ``contact``; ``prehension``: what comes before the first contact; or ``all`` of the recording.
        frames: frames of a window, evenly spaced.
        frame: frame of reference of the targets: ``body``, ``neck`` or ``world``.
        sizes: whether small, medium and large shapes are classes of their own (``apart``) or one (``merged``).
        damaged: stop at a recording that cannot be used, or ``skip`` it and say so in the manifest.
        keep: names of ``subjects``, ``objects``, ``actions``: only recordings with these are used, if there are any.
        drop: recordings with any of these are not.
        workers: processes (default: one a core; 1 stays in this process).
        progress: called with (recordings done, recordings in all).

    Raises:
        InputError: anything about the data that is missing, damaged or not GRAB's.
    """
    options = Options(window, frames, frame, sizes, damaged, _all_axes(keep), _all_axes(drop))
    recordings = select(find_recordings(data_root), options.keep, options.drop)
    sources = load_sources(data_root, models, recordings)
    classes = sorted({object_class(name, sizes) for name in sources.objects})
    header = {
        "kind": "synthetic" if (data_root / "STANDIN.json").is_file() else "grab",
        "source_hash": source_hash(sources, recordings),
        "prepare": asdict(options),
        "joints": list(arms("both")),
        "objects": classes,
        "actions": list(ACTIONS),
        "meshes": sources.objects,
    }
    shared = replace(sources, meshes={}, files={})  # what a worker needs: sent with every few recordings
    samples = _run(partial(_sample, sources=shared, options=options, classes=classes), recordings, workers)
    shards = _shards(recordings, _counted(samples, len(recordings), progress))
    return write_store(out, shards, meshes=sources.meshes, header=header)


def _all_axes(choice: Choice | None) -> Choice:
    """No choice and an empty one are the same, and are written down alike."""
    return {axis: [] for axis in KNOWN} | {axis: sorted(names) for axis, names in (choice or {}).items()}


@dataclass(frozen=True)
class _Sample:
    record: dict[str, Any]
    arrays: Graphs


def _sample(recording: Recording, *, sources: Sources, options: Options, classes: list[str]) -> _Sample | InputError:
    try:
        sequence = read_sequence(recording.path)
        window = _window(recording, sequence, sources, options)
    except InputError as error:
        if options.damaged == "error":
            raise
        return error
    name, rest = recording.name, sources.rest[recording.name.subject]
    label = object_class(name.object, options.sizes)
    arrays = {
        "pose": pose_features(sequence.fullpose[window], rest),
        "touch": touch_features(sequence.contact_body[window], sources.hands),
        **targets(sequence, window, rest, options.frame),
        "object": np.int64(classes.index(label)),
        "mesh": np.int64(sources.objects.index(name.object)),
        "action": np.int64(ACTIONS.index(name.action)),
    }
    record = {"id": recording.id, "subject": name.subject, "object": label, "action": name.action}
    span = {"first": int(window[0]), "last": int(window[-1]), "n_frames": sequence.n_frames}
    return _Sample(record | span, {key: np.asarray(array) for key, array in arrays.items()})


def _window(recording: Recording, sequence: Sequence, sources: Sources, options: Options) -> NDArray[np.int64]:
    expected = sources.vertices[recording.name.object]
    if sequence.object_vertices != expected:
        problem = f"contact of {sequence.object_vertices} object vertices, the mesh has {expected}"
        raise InputError(recording.path, problem, "sequence and tools/object_meshes must be of one release")
    try:
        return window_frames(sequence, options.window, options.frames)
    except ValueError as error:
        remedy = "lower prepare.frames, or leave it out with prepare.damaged=skip"
        raise InputError(recording.path, f"too short: {error}", remedy) from None


def _run(
    task: Callable[[Recording], _Sample | InputError], recordings: list[Recording], workers: int | None
) -> Iterator[_Sample | InputError]:
    """Results in order. Spawned, because a process that holds threads must not be forked; workers import numpy only."""
    workers = min(workers or os.cpu_count() or 1, len(recordings))
    if workers == 1:
        yield from map(task, recordings)
        return
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    try:
        with one_thread_each():
            samples = pool.map(task, recordings, chunksize=4)  # starts every process
        yield from samples
    except BrokenProcessPool:
        raise InputError("prepare", "a worker process was killed (out of memory?)", "use fewer workers") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _counted(samples: Iterable[Any], total: int, progress: Progress | None) -> Iterator[Any]:
    for done, sample in enumerate(samples, start=1):
        if progress is not None:
            progress(done, total)
        yield sample


def _shards(recordings: list[Recording], samples: Iterable[_Sample | InputError]) -> Iterator[Shard]:
    pairs = zip(recordings, samples, strict=True)
    for subject, group in groupby(pairs, key=lambda pair: pair[0].name.subject):
        kept: list[_Sample] = []
        skipped = []
        for recording, sample in group:
            if isinstance(sample, InputError):
                skipped.append({"id": recording.id, "problem": sample.problem})
            else:
                kept.append(sample)
        names = kept[0].arrays if kept else ()
        arrays = {name: np.stack([sample.arrays[name] for sample in kept]) for name in names}
        yield Shard(subject, [sample.record for sample in kept], skipped, arrays)
