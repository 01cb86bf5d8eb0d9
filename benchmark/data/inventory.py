"""Inventory of a data root: recordings counted by name, files that are missing, and GRAB files that it lacks."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

from deepgrasp.body.hands import table_path
from deepgrasp.body.model_files import hand_model_path, load_hand_model, model_path
from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import GRAB, RECORDED, SUBJECTS
from deepgrasp.grab.data_root import find_recordings, gender_of, mesh_path, template_path
from deepgrasp.grab.names import in_order
from deepgrasp.grab.own_catalogue import catalogue_of
from deepgrasp.skeleton import SIDES

_SHOWN = 6  # files of a kind that are named; of the others the number is


@dataclass(frozen=True)
class Inventory:
    """Numbers of sequences by subject, intent and object, and names of files that are not there.

    Attributes:
        missing: files without which the recordings that are there cannot be used.
        absent: subjects and objects that GRAB, or the catalogue, has and this root does not.
        unneeded: files that GRAB or MANO publish and the benchmark does not read, and that are not there or not whole.
        published: recordings that GRAB has of each subject; of a lab's own data none.
    """

    subjects: dict[str, int]
    actions: dict[str, int]
    objects: dict[str, int]
    missing: tuple[str, ...]
    absent: tuple[str, ...]
    unneeded: tuple[str, ...]
    published: Mapping[str, int]

    def __str__(self) -> str:
        count, more = sum(self.subjects.values()), len(self.unneeded) - _SHOWN
        few = [*self.unneeded[:_SHOWN], *([f"{more} more"] if more > 0 else [])]
        subjects = [
            f"{name} {n}" + (f" of GRAB's {self.published[name]}" if n != self.published.get(name, n) else "")
            for name, n in self.subjects.items()
        ]
        lines = {
            "by subject": subjects,
            "by action": [f"{name} {n}" for name, n in self.actions.items()],
            "by object": [f"{name} {n}" for name, n in self.objects.items()],
            "missing": list(self.missing),
            "not there": list(self.absent),
            "not there, not needed": few,
        }
        shown = [f"{title}: {', '.join(words)}" for title, words in lines.items() if words]
        first = f"{count} sequences of {len(self.subjects)} subjects with {len(self.objects)} objects"
        return "\n".join([first, *(fill(line, 120, subsequent_indent="  ", break_on_hyphens=False) for line in shown)])


def take_stock(root: Path, models: Path) -> Inventory:
    """Inventory of a data root, from file names alone: no recording is read.

    Raises:
        InputError: there are no recordings, or one has a name that the catalogue lacks.
    """
    catalogue = catalogue_of(root)
    names = [recording.name for recording in find_recordings(root, catalogue)]
    subjects, objects = Counter(name.subject for name in names), Counter(name.object for name in names)
    actions, tools = Counter(name.action for name in names), root / "tools"
    needed = [
        *(model_path(models, gender) for gender in sorted({gender_of(root, name, catalogue) for name in subjects})),
        *(table_path(tools, side) for side in SIDES),
        *(template_path(root, name, catalogue) for name in sorted(subjects)),
        *(mesh_path(root, name) for name in sorted(objects)),
    ]
    known = SUBJECTS if catalogue is GRAB else tuple(catalogue.genders)
    # published, and read by nothing here: their absence is told so that nobody takes it for a fault
    of_each = ("betas.npy", "lhand.ply", "rhand.ply", "lhand_betas.npy", "rhand_betas.npy")
    published = [
        mesh_path(root, "table"),
        tools / "object_settings",
        tools / "subject_settings",
        *(template_path(root, name, catalogue).with_name(f"{name}_{part}") for name in subjects for part in of_each),
    ]
    return Inventory(
        subjects={name: subjects[name] for name in in_order(subjects)},
        actions={name: actions[name] for name in catalogue.actions},
        objects=dict(sorted(objects.items())),
        missing=tuple(str(path) for path in needed if not path.is_file()),
        absent=tuple(name for name in (*known, *catalogue.objects) if not subjects[name] and not objects[name]),
        unneeded=(*_hands(models), *(path.name for path in published if not path.exists())),
        published=RECORDED if catalogue is GRAB else {},
    )


def _hands(models: Path) -> list[str]:
    """Names of MANO's models that are missing or damaged."""
    found = []
    for side in SIDES:
        path = hand_model_path(models, side)
        try:
            load_hand_model(models, side)
        except InputError as error:
            found.append(f"{path.name} ({error.problem})" if path.is_file() else path.name)
    return found
