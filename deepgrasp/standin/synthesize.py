"""Writes the whole stand-in: body models, people, objects and all takes, in GRAB's layout, complete or not at all."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from joblib import delayed

from deepgrasp.choices import DEFAULT_PEOPLE, DEFAULT_RECORDINGS
from deepgrasp.errors import InputError
from deepgrasp.files import replaced
from deepgrasp.grab.data_root import STANDIN_MARK
from deepgrasp.grab.names import in_order
from deepgrasp.processes import Progress, run_jobs
from deepgrasp.standin.acting.take import act_take
from deepgrasp.standin.file_formats import write_ply
from deepgrasp.standin.people.model_writer import write_models, write_subjects
from deepgrasp.standin.people.subjects import subject
from deepgrasp.standin.plan.scales import SCALES
from deepgrasp.standin.plan.take_list import Take, plan_takes
from deepgrasp.standin.take_file import CONTACT_MESHES, write_take
from deepgrasp.standin.things.objects import object_shape, table_top

_VERSION = 2  # hands hold by intent; more people
_LICENCE = (
    "Procedural stand-in for GRAB, SMPL-X and MANO files, made from scratch by DeepGrasp Bench (Apache-2.0). "
    "It holds no data of theirs; numbers measured on it say nothing about GRAB."
)
_CHUNK = 6  # sequences of one object that a worker makes at a time: it builds the object once
FILE_DATE = 315532800  # 1 January 1980 (s since 1970), the first date that a zip can hold


def synthesize(
    root: Path,
    models: Path,
    *,
    seed: int,
    scale: str,
    people: int = DEFAULT_PEOPLE,
    recordings: int = DEFAULT_RECORDINGS,
    workers: int = 1,
    progress: Progress | None = None,
) -> int:
    """Write a stand-in data root and its body models.

    Args:
        root: data root to be; an earlier stand-in there is replaced.
        models: folder of the body models, inside or outside ``root``.
        seed: the same seed gives the same bytes, whatever the number of workers.
        scale: a key of ``SCALES``.
        people: as many as asked, ``s1``, ``s2``, ...; of scale ``default`` alone, as is the next. Who they are and
            what they do does not depend on how many they are.
        recordings: of each person.
        workers: processes; each uses one thread.
        progress: called with the number of sequences done and of all.

    Returns:
        The number of sequences.

    Raises:
        InputError: unknown scale, or one that has its own people; or ``root`` holds something that is not a stand-in.
    """
    if scale not in SCALES:
        raise InputError(f"scale {scale}", "is not known", f"choose one of {', '.join(SCALES)}")
    if root.exists() and any(root.iterdir()) and not (root / STANDIN_MARK).exists():
        raise InputError(root, "holds data that is not a stand-in", "choose another data root; nothing was changed")
    takes = plan_takes(scale, seed, people, recordings)
    names = in_order(take.subject for take in takes)
    # made beside its place and moved there at the end: a stand-in that broke off is never taken for a whole one
    with ExitStack() as whole:
        place = whole.enter_context(replaced(root))
        inside = models.is_relative_to(root)
        models_place = place / models.relative_to(root) if inside else whole.enter_context(replaced(models))
        jobs = [
            delayed(write_models)(models_place),
            delayed(_write_people)(place, names),
            delayed(_write_objects)(place, sorted({take.object for take in takes})),
            *(delayed(_write_takes)(place, chunk, seed) for chunk in _chunks(takes)),
        ]
        # each take has its own seed: no other take decides its bytes
        done = 0
        for made in run_jobs(jobs, workers):
            done += made or 0  # models, people and objects are no sequences: their jobs give back nothing
            if progress is not None:
                progress(done, len(takes))
        about = {"licence": _LICENCE, "scale": scale, "seed": seed, "people": len(names), "sequences": len(takes)}
        about |= {"version": _VERSION}
        (place / STANDIN_MARK).write_text(json.dumps(about, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        # last, after everything is written: dates in the order of making would tell which takes belong together
        for path in place.rglob("*"):
            os.utime(path, (FILE_DATE, FILE_DATE))
    return len(takes)


def _chunks(takes: list[Take]) -> Iterator[list[Take]]:
    """A few takes of one object at a time; objects with many takes first, so that the processes finish together."""
    names = sorted({take.object for take in takes})
    groups = {name: [take for take in takes if take.object == name] for name in names}
    for name in sorted(names, key=lambda n: (-len(groups[n]), n)):
        for k in range(0, len(groups[name]), _CHUNK):
            yield groups[name][k : k + _CHUNK]


# The jobs are functions of this module, not of `synthesize`: a worker process must find them by name.


def _write_people(root: Path, names: list[str]) -> None:
    write_subjects(root, names)
    for person in map(subject, names):
        about = {"gender": person.gender, "height_m": round(person.height, 3)}
        _write_settings(root, "subject", person.name, about)


def _write_objects(root: Path, names: list[str]) -> None:
    folder = root / CONTACT_MESHES
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        write_ply(folder / f"{name}.ply", object_shape(name).vertices, object_shape(name).faces)
        extent = object_shape(name).vertices.max(axis=0) - object_shape(name).vertices.min(axis=0)
        _write_settings(root, "object", name, {"extent_m": extent.round(4).tolist()})
    write_ply(folder / "table.ply", *table_top())


def _write_takes(root: Path, takes: list[Take], seed: int) -> int:
    for take in takes:
        folder = root / "grab" / take.subject
        folder.mkdir(parents=True, exist_ok=True)
        write_take(folder / f"{take.name}.npz", take, act_take(take, seed))
    return len(takes)


def _write_settings(root: Path, kind: str, name: str, values: dict[str, Any]) -> None:
    """Writes measures of an object or a person as json: GRAB has such a folder, which no published code reads."""
    folder = root / "tools" / f"{kind}_settings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps({"name": name, **values}, sort_keys=True) + "\n", encoding="utf-8")
