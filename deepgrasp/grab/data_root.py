"""Paths of recordings, body templates and object meshes in a data root that is laid out as GRAB is."""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deepgrasp.errors import InputError
from deepgrasp.grab.catalogue import GENDERS, GRAB
from deepgrasp.grab.litter import is_litter, tell_left_out, tell_litter
from deepgrasp.grab.names import Catalogue, SequenceName, in_order
from deepgrasp.grab.npz import Npz

STANDIN_MARK = "STANDIN.json"
"""The file by which a data root is known to hold the stand-in, not GRAB."""


@dataclass(frozen=True)
class RecordingFile:
    """Path and name of a recording; its file is not opened yet."""

    path: Path
    name: SequenceName

    @property
    def id(self) -> str:
        """``s1/mug_drink_1``: how the store, the results and messages name it."""
        return f"{self.name.subject}/{self.path.stem}"


def gender_of(data_root: Path, subject: str, catalogue: Catalogue = GRAB) -> str:
    """Which body model someone has: as the catalogue says, of others by the folder in which their body lies.

    Raises:
        InputError: the body of someone who is not in the catalogue lies in neither folder, or in both.
    """
    if subject in catalogue.genders:
        return catalogue.genders[subject]
    folder = data_root / "tools" / "subject_meshes"
    found = [gender for gender in sorted(set(GENDERS.values())) if (folder / gender / f"{subject}.ply").is_file()]
    if len(found) != 1:
        problem = f"{subject}.ply is in {' and in '.join(found)}" if found else f"no {subject}.ply"
        raise InputError(folder, problem, "put the person's body at rest into one of male/ and female/")
    return found[0]


def template_path(data_root: Path, subject: str, catalogue: Catalogue = GRAB) -> Path:
    """Path of a subject's body at rest.

    Raises:
        InputError: as :func:`gender_of`.
    """
    # every npz names this path too (body.vtemp); it is made from names, so that no path from inside a file is opened
    return data_root / "tools" / "subject_meshes" / gender_of(data_root, subject, catalogue) / f"{subject}.ply"


def mesh_path(data_root: Path, name: str) -> Path:
    """Path of an object's mesh: the one whose vertices the contact arrays count."""
    return data_root / "tools" / "object_meshes" / "contact_meshes" / f"{name}.ply"


def find_recordings(data_root: Path, catalogue: Catalogue = GRAB) -> list[RecordingFile]:
    """All recordings ``<data_root>/grab/<subject>/*.npz``, sorted by number of the subject and by name.

    Raises:
        InputError: the folder is missing or holds none, a name is not the catalogue's, or one recording is there twice.
    """
    grab = data_root / "grab"
    if not grab.is_dir():
        raise InputError(grab, "missing data root", "synthesize the stand-in, or unpack GRAB there")
    # two levels, as the published tools look: the folder is the subject
    paths = list(grab.glob("*/*.npz"))
    litter = [path for path in paths if is_litter(path.relative_to(grab))]
    tell_litter(grab, [path.relative_to(grab).as_posix() for path in litter])
    # a copy that broke off (x.npz.part), or an ending in capitals: nobody would know that the data set is smaller
    others = {path for path in grab.glob("*/*") if path not in paths and not is_litter(path.relative_to(grab))}
    tell_left_out(grab, [path.relative_to(grab).as_posix() for path in others], "that are no recordings (*.npz)")
    found = [RecordingFile(path, catalogue.parse(path.parent.name, path.stem)) for path in paths if path not in litter]
    if not found:
        raise InputError(grab, "no recordings (<subject>/*.npz)", "synthesize the stand-in, or unpack GRAB there")
    # by number, since as text s10 comes before s2; sorted, since a folder's listing has no order of its own
    place = {subject: k for k, subject in enumerate(in_order(recording.name.subject for recording in found))}
    found.sort(key=lambda recording: (place[recording.name.subject], recording.path.stem))
    _check_once(found)
    return found


def _check_once(found: list[RecordingFile]) -> None:
    """Check that no recording is there under two names: it would count twice in training and in the scores.

    What can be told without reading a recording. Preparing, which reads all, compares motions
    (:mod:`deepgrasp.prepare.repeated_motions`).

    Raises:
        InputError: two names are one (``mug_drink_1``, ``mug_drink_01``), or two files of a person hold the same.
    """
    names: dict[SequenceName, RecordingFile] = {}
    sizes: dict[tuple[str, int], list[RecordingFile]] = defaultdict(list)
    for each in found:
        if (first := names.setdefault(each.name, each)) is not each:
            raise InputError(each.path, f"is another name for {first.id}", "remove one of the two")
        with suppress(OSError):  # told by whoever opens it
            sizes[each.name.subject, each.path.stat().st_size].append(each)
    # of the same size are hardly two of a thousand: only then their directories are read
    contents: dict[object, RecordingFile] = {}
    for each in (each for same in sizes.values() if len(same) > 1 for each in same):
        try:
            with Npz(each.path) as npz:
                content = (each.name.subject, *npz.fingerprint())
        except InputError:  # damage, too, is told by whoever reads it
            continue
        if (first := contents.setdefault(content, each)) is not each:
            raise InputError(each.path, f"holds the same recording as {first.id}", "remove one of the two")
