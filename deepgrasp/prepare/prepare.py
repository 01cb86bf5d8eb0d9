"""Prepares a graph store from GRAB-format files: read in parallel, cut into windows, written in bounded shards."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from joblib import delayed

from deepgrasp.choices import Damaged, Extra, Frame, Sizes, Window
from deepgrasp.data_source import CATALOGUE
from deepgrasp.errors import InputError
from deepgrasp.files import replaced
from deepgrasp.grab.catalogue import GRAB
from deepgrasp.grab.data_root import STANDIN_MARK, RecordingFile, find_recordings
from deepgrasp.grab.own_catalogue import catalogue_of
from deepgrasp.prepare.data_set import load_shared_data, source_hash
from deepgrasp.prepare.extras import ExtrasOptions
from deepgrasp.prepare.recordings import FrameCount, PrepareOptions, Sample, SampleMaker
from deepgrasp.prepare.repeated_motions import Once
from deepgrasp.prepare.selection import SELECTION_AXES, ChosenNames, select
from deepgrasp.processes import Progress, run_jobs
from deepgrasp.skeleton import arms
from deepgrasp.store.store import EXTRAS
from deepgrasp.store.writer import Shard, fill_store

SHARD_BYTES = 2**27
"""Of a shard, at least; the last of a subject may be smaller. All of GRAB at 80 frames a window stays below it."""


def prepare(
    data_root: Path,
    models: Path,
    out: Path,
    *,
    window: Window = "contact",
    frames: FrameCount = 80,
    frame: Frame = "body",
    sizes: Sizes = "apart",
    damaged: Damaged = "error",
    keep: ChosenNames | None = None,
    drop: ChosenNames | None = None,
    extras: Sequence[Extra] = (),
    workers: int | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write the graph store of all recordings under ``<data_root>/grab``, and return its folder.

    Names are GRAB's, or those of ``<data_root>/catalogue.yaml``, see :mod:`deepgrasp.grab.own_catalogue`.

    Args:
        models: the folder that holds ``smplx/``.
        out: the store's folder: replaced as a whole at the end, left alone by a run that fails.
        window: ``contact``; ``prehension``: what comes before the first contact; or ``all`` of the recording; each also
            ``...-as-published``.
        frames: frames of a window, evenly spaced, or ``full``: all that it has.
        frame: frame of reference of the targets: ``body``, ``neck`` or ``world``.
        sizes: whether small, medium and large shapes are classes of their own (``apart``) or one (``merged``).
        damaged: stop at a recording that cannot be used, or ``skip`` it and say so in the manifest.
        keep: names of ``subjects``, ``objects``, ``actions``: only recordings with these are used, if there are any.
        drop: recordings with any of these are not.
        extras: what else is stored of every window, see :data:`deepgrasp.choices.Extra`.
        workers: processes (default: one a core; 1 stays in this process).
        progress: called with (recordings done, recordings in all).

    Raises:
        InputError: anything about the data that is missing, damaged or not in GRAB's format; a motion that is there
            twice.
    """
    # first of all: a misspelt option is told before a file is opened
    options = PrepareOptions(window, frames, frame, sizes, damaged, _all_axes(keep), _all_axes(drop), tuple(extras))
    catalogue = catalogue_of(data_root)
    recordings = select(find_recordings(data_root, catalogue), options.keep, options.drop, catalogue)
    shared = load_shared_data(data_root, models, recordings, catalogue)
    classes = sorted({catalogue.object_class(name, sizes) for name in shared.objects})
    header = {
        # by a mark: in its format the stand-in is like GRAB on purpose, and boards of the two must never mix
        "kind": "synthetic" if (data_root / STANDIN_MARK).is_file() else "grab",
        "source_hash": source_hash(shared, recordings),
        "prepare": asdict(options) | ({CATALOGUE: dict(catalogue.told)} if catalogue.told else {}),
        "joints": list(arms("both")),
        "objects": classes,
        "actions": list(catalogue.actions),
        # names in the order of the mesh shard: with sizes merged they are more than the classes
        "meshes": shared.objects,
    }
    with replaced(out) as scratch:
        # in the scratch folder too, where workers write them: they appear with the store or not at all
        wanted = ExtrasOptions(data_root, models, scratch / EXTRAS, options.extras, shared.hands)
        small = replace(shared, meshes={}, files={})  # what a worker needs: sent with every few recordings
        # and names without the way to read them: a table of them is as long as the data set, and all are read
        names = replace(catalogue, parse=GRAB.parse)
        make = SampleMaker(small, options, classes, wanted if options.extras else None, names)
        # In order, and made as they are asked for: a shard is written while later recordings are read, and memory
        # never holds more than a shard and what the workers are ahead.
        samples = run_jobs([delayed(make)(recording) for recording in recordings], workers)
        once = _once(recordings, _counted(samples, len(recordings), progress), Once(names))
        shards = _shards(recordings, once)
        fill_store(scratch, shards, meshes=shared.meshes, header=header)
    return out


def _all_axes(choice: ChosenNames | None) -> ChosenNames:
    """Chosen names by axis, sorted: no choice and an empty one are the same, and are written alike."""
    return {axis: [] for axis in SELECTION_AXES} | {axis: sorted(names) for axis, names in (choice or {}).items()}


def _counted(samples: Iterable[Any], total: int, progress: Progress | None) -> Iterator[Any]:
    for done, sample in enumerate(samples, start=1):
        if progress is not None:
            progress(done, total)
        yield sample


def _once(
    recordings: Sequence[RecordingFile], samples: Iterable[Sample | InputError], seen: Once
) -> Iterator[Sample | InputError]:
    """The samples as they come; a motion that comes twice ends the run, also where damaged ones are skipped."""
    for recording, sample in zip(recordings, samples, strict=True):
        if isinstance(sample, Sample) and sample.motion is not None:
            seen.check(recording, sample.motion)
        yield sample


def _shards(recordings: Sequence[RecordingFile], samples: Iterable[Sample | InputError]) -> Iterator[Shard]:
    """A shard a subject, in several files of about :data:`SHARD_BYTES` where one would be larger."""
    # groupby joins neighbours only: find_recordings sorts by subject
    pairs = zip(recordings, samples, strict=True)
    for subject, group in groupby(pairs, key=lambda pair: pair[0].name.subject):
        names = itertools.chain([subject], (f"{subject}-{number}" for number in itertools.count(2)))
        kept: list[Sample] = []
        skipped = []
        size = 0
        for recording, sample in group:
            if isinstance(sample, InputError):
                skipped.append({"id": recording.id, "problem": sample.problem})
                continue
            kept.append(sample)
            size += sum(array.nbytes for array in (*sample.arrays.values(), *sample.framewise.values()))
            if size >= SHARD_BYTES:
                yield _shard(next(names), kept, skipped)
                kept, skipped, size = [], [], 0
        if kept or skipped:
            yield _shard(next(names), kept, skipped)


def _shard(name: str, kept: Sequence[Sample], skipped: Sequence[dict[str, str]]) -> Shard:
    arrays = {key: np.stack([sample.arrays[key] for sample in kept]) for key in (kept[0].arrays if kept else ())}
    # [frames of all windows, ...]: whole windows differ in length and cannot be stacked
    framewise = {
        key: np.concatenate([sample.framewise[key] for sample in kept]) for key in (kept[0].framewise if kept else ())
    }
    return Shard(name, [sample.record for sample in kept], skipped, arrays, framewise)
