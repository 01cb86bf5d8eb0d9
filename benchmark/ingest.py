"""From GRAB's downloads to a data root that the pipeline runs on: unpack, say what is there, set the parameters."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deepgrasp.errors import InputError
from deepgrasp.grab.archive import unpack_all
from deepgrasp.grab.catalogue import ACTIONS, GENDERS, OBJECTS, SUBJECTS
from deepgrasp.models import model_path
from deepgrasp.sources import Recording, find_recordings

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Inventory:
    """What a data root holds and what of GRAB it lacks.

    Attributes:
        missing: files without which the recordings that are there cannot be used.
        absent: what GRAB has besides, and this root does not.
    """

    subjects: dict[str, int]
    actions: dict[str, int]
    objects: int
    missing: tuple[str, ...]
    absent: tuple[str, ...]

    def __str__(self) -> str:
        count = sum(self.subjects.values())
        lines = [
            f"{count} sequences of {len(self.subjects)} subjects with {self.objects} objects",
            "by subject: " + ", ".join(f"{name} {n}" for name, n in self.subjects.items()),
            "by action: " + ", ".join(f"{name} {n}" for name, n in self.actions.items()),
        ]
        return "\n".join([*lines, f"not there: {', '.join(self.absent)}"] if self.absent else lines)


def ingest(zips: Path, models: Path, root: Path, parameters: Path, progress: Progress | None = None) -> Inventory:
    """Unpack the archives into ``root``, check the tree, and point ``data.root`` and ``data.models`` at it.

    Raises:
        InputError: an archive is unsafe or damaged, or a file that the recordings need is missing. What was unpacked
            stays, so that the next call goes on from there; the parameters are set only when all is well.
    """
    unpack_all(zips, root, progress)
    found = take_stock(root, models)
    if found.missing:
        more = f" and {len(found.missing) - 3} more" if len(found.missing) > 3 else ""
        remedy = "add its archive to the folder, or the model to --models, and ingest again"
        raise InputError(", ".join(found.missing[:3]) + more, "missing", remedy)
    set_parameters(parameters, root, models)
    return found


def take_stock(root: Path, models: Path) -> Inventory:
    """Count the recordings by name, without reading one, and look for the files that they need."""
    recordings = find_recordings(root)
    objects = {recording.name.object for recording in recordings}
    subjects = Counter(recording.name.subject for recording in recordings)
    actions = Counter(recording.name.action for recording in recordings)
    needed = _needed(root, models, recordings)
    return Inventory(
        subjects={name: subjects[name] for name in SUBJECTS if subjects[name]},
        actions={name: actions[name] for name in ACTIONS},
        objects=len(objects),
        missing=tuple(str(path) for path in needed if not path.is_file()),
        absent=tuple(name for name in (*SUBJECTS, *OBJECTS) if not subjects[name] and name not in objects),
    )


def _needed(root: Path, models: Path, recordings: list[Recording]) -> list[Path]:
    tools = root / "tools"
    subjects = sorted({recording.name.subject for recording in recordings})
    objects = sorted({recording.name.object for recording in recordings})
    return [
        *(model_path(models, gender) for gender in sorted({GENDERS[name] for name in subjects})),
        *(tools / "smplx_correspondence" / f"{side}hand_smplx_ids.npy" for side in "rl"),
        *(tools / "subject_meshes" / GENDERS[name] / f"{name}.ply" for name in subjects),
        *(tools / "object_meshes" / "contact_meshes" / f"{name}.ply" for name in objects),
    ]


def set_parameters(path: Path, root: Path, models: Path) -> None:
    """Change ``data.root`` and ``data.models`` in the parameter file; comments and order stay."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 1000
    values = yaml.load(path.read_text())
    values["data"]["root"], values["data"]["models"] = str(root), str(models)
    scratch = path.with_name(f".{path.name}.partial")
    with scratch.open("w") as file:
        yaml.dump(values, file)
    scratch.replace(path)
