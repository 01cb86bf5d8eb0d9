"""A data root: where its recordings, templates and meshes lie."""

from dataclasses import dataclass
from pathlib import Path

from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import GENDERS, SequenceName, parse_name

STANDIN_MARK = "STANDIN.json"
"""The file by which a data root is known to hold the stand-in, not GRAB."""


@dataclass(frozen=True)
class RecordingFile:
    """A recording by its file: nothing of it is read yet."""

    path: Path
    name: SequenceName

    @property
    def id(self) -> str:
        return f"{self.name.subject}/{self.path.stem}"


def template_path(data_root: Path, subject: str) -> Path:
    """Where GRAB keeps a subject's body at rest."""
    return data_root / "tools" / "subject_meshes" / GENDERS[subject] / f"{subject}.ply"


def mesh_path(data_root: Path, name: str) -> Path:
    """Where GRAB keeps the mesh that contact with an object is counted on."""
    return data_root / "tools" / "object_meshes" / "contact_meshes" / f"{name}.ply"


def find_recordings(data_root: Path) -> list[RecordingFile]:
    """All ``<data_root>/grab/<subject>/*.npz``, by subject's number and name.

    Raises:
        InputError: the folder is missing or holds none, or a name is not GRAB's.
    """
    grab = data_root / "grab"
    if not grab.is_dir():
        raise InputError(grab, "missing data root", "synthesize the stand-in, or unpack GRAB there")
    found = [RecordingFile(path, parse_name(path.parent.name, path.stem)) for path in grab.glob("*/*.npz")]
    if not found:
        raise InputError(grab, "no recordings (<subject>/*.npz)", "synthesize the stand-in, or unpack GRAB there")
    return sorted(found, key=lambda recording: (int(recording.name.subject[1:]), recording.path.stem))
