"""Writes the whole stand-in: body models, people, objects and all takes, in GRAB's layout, complete or not at all."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from joblib import delayed

from deepgrasp.errors import InputError
from deepgrasp.files import replaced
from deepgrasp.grab.data_root import STANDIN_MARK
from deepgrasp.processes import run_jobs
from deepgrasp.standin.plan.scales import SCALES
from deepgrasp.standin.plan.take_list import Take, plan

VERSION = 1
LICENCE = (
    "Procedural stand-in for GRAB, SMPL-X and MANO files, made from scratch by DeepGrasp Bench (Apache-2.0). "
    "It holds no data of theirs; numbers measured on it say nothing about GRAB."
)
CHUNK = 6  # sequences of one object that a worker makes at a time: it builds the object once


@dataclass(frozen=True)
class Job:
    """A piece of work for one process: body models, people, objects' meshes, or takes."""

    kind: str
    folder: str
    seed: int = 0
    takes: tuple[Take, ...] = ()


Progress = Callable[[int, int], None]


def synthesize(
    root: Path, models: Path, *, seed: int, scale: str, workers: int = 1, progress: Progress | None = None
) -> int:
    """Write a stand-in data root and its body models.

    Args:
        root: data root to be; an earlier stand-in there is replaced.
        models: folder of the body models, inside or outside ``root``.
        seed: the same seed gives the same bytes, whatever the number of workers.
        scale: a key of ``SCALES``.
        workers: processes; each uses one thread.
        progress: called with the number of sequences done and of all.

    Returns:
        The number of sequences.

    Raises:
        InputError: unknown scale, or ``root`` holds something that is not a stand-in.
    """
    if scale not in SCALES:
        raise InputError(f"scale {scale}", "is not known", f"choose one of {', '.join(SCALES)}")
    _refuse_foreign(root)
    takes = plan(scale, seed)
    with ExitStack() as whole:
        place = whole.enter_context(replaced(root))
        inside = models.is_relative_to(root)
        models_place = place / models.relative_to(root) if inside else whole.enter_context(replaced(models))
        jobs = [Job("models", str(models_place)), Job("people", str(place)), *_chunks(place, takes, seed)]
        done = 0
        for made in run_jobs([delayed(_work)(job) for job in jobs], workers, ordered=False):
            done += made
            if progress is not None:
                progress(done, len(takes))
        _seal(place, seed, scale, len(takes))
    return len(takes)


def _refuse_foreign(root: Path) -> None:
    if root.exists() and any(root.iterdir()) and not (root / STANDIN_MARK).exists():
        raise InputError(root, "holds data that is not a stand-in", "choose another data root; nothing was changed")


def _chunks(root: Path, takes: list[Take], seed: int) -> Iterator[Job]:
    """Takes by object; big objects first, so that the processes finish together."""
    names = sorted({take.object for take in takes})
    groups = {name: [take for take in takes if take.object == name] for name in names}
    yield Job("objects", str(root), seed, tuple(groups[name][0] for name in names))
    for name in sorted(names, key=lambda n: (-len(groups[n]), n)):
        for k in range(0, len(groups[name]), CHUNK):
            yield Job("takes", str(root), seed, tuple(groups[name][k : k + CHUNK]))


def _work(job: Job) -> int:
    """Do one job; returns the number of sequences made."""
    root = Path(job.folder)
    if job.kind == "models":
        from deepgrasp.standin.people.model_writer import write_models

        write_models(root)
    elif job.kind == "people":
        from deepgrasp.standin.people.model_writer import SUBJECTS, subject, write_subjects

        write_subjects(root)
        for person in map(subject, SUBJECTS):
            _write_settings(
                root, "subject", person.name, {"gender": person.gender, "height_m": round(person.height, 3)}
            )
    elif job.kind == "objects":
        _write_objects(root, [take.object for take in job.takes])
    else:
        for take in job.takes:
            _write(root, take, job.seed)
        return len(job.takes)
    return 0


def _write(root: Path, take: Take, seed: int) -> None:
    from deepgrasp.standin.acting.take import record
    from deepgrasp.standin.take_file import write_take

    folder = root / "grab" / take.subject
    folder.mkdir(parents=True, exist_ok=True)
    write_take(folder / f"{take.name}.npz", take, record(take, seed))


def _write_objects(root: Path, names: list[str]) -> None:
    from deepgrasp.standin.people.model_writer import write_ply
    from deepgrasp.standin.take_file import MESHES
    from deepgrasp.standin.things.objects import shape, table

    folder = root / MESHES
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        write_ply(folder / f"{name}.ply", shape(name).vertices, shape(name).faces)
        extent = shape(name).vertices.max(axis=0) - shape(name).vertices.min(axis=0)
        _write_settings(root, "object", name, {"extent_m": extent.round(4).tolist()})
    write_ply(folder / "table.ply", *table())


def _write_settings(root: Path, kind: str, name: str, values: dict[str, object]) -> None:
    """What GRAB keeps of its objects and subjects in a folder that no published code reads."""
    folder = root / "tools" / f"{kind}_settings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps({"name": name, **values}, sort_keys=True) + "\n")


def _seal(root: Path, seed: int, scale: str, sequences: int) -> None:
    """Mark the root as a stand-in, and give all files one date: the order of their making tells nothing."""
    about = {"licence": LICENCE, "scale": scale, "seed": seed, "sequences": sequences, "version": VERSION}
    (root / STANDIN_MARK).write_text(json.dumps(about, indent=2, sort_keys=True) + "\n")
    for path in root.rglob("*"):
        os.utime(path, (315532800, 315532800))
