"""What lies in a folder of ARCTIC's download: recordings, people and their bodies, objects; none is opened here."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepgrasp.errors import InputError, check_machine, in_a_line
from deepgrasp.files import check_is_file, parse_json
from deepgrasp.grab.litter import is_litter
from deepgrasp.grab.own_catalogue import BODIES

ARCTIC_INTENTS = ("grab", "use")
LARGEST_TEXT = 1 << 28  # of a text file; ARCTIC's largest, a mesh, has a few megabytes
_INSIDE = ("", "data", "arctic_data/data", "unpack/arctic_data/data")  # where ARCTIC's own scripts unpack
_PARTS = ("smplx", "object")  # of each recording; .mano and .egocam.dist say nothing more that is read here
_PERSON = re.compile(r"s\d{2}")
_STEM = re.compile(r"(?P<object>[a-z]{1,40})_(?P<intent>grab|use)_\d{1,4}(?:_retake\d{0,2})?")


@dataclass(frozen=True)
class TakeFiles:
    """Name of a recording, such as ``s01/box_use_01``, and the folder of its files.

    Attributes:
        object: the object's name, which is that of the folder of its meshes.
        intent: ``grab`` or ``use``.
    """

    folder: Path
    person: str
    stem: str
    object: str
    intent: str

    @property
    def id(self) -> str:
        """Name of the recording: ``s01/box_use_01``."""
        return f"{self.person}/{self.stem}"

    def path(self, part: str) -> Path:
        """Path of one of its files: ``smplx`` (the body) or ``object``."""
        return self.folder / f"{self.stem}.{part}.npy"


@dataclass(frozen=True)
class Download:
    """A folder with ``raw_seqs/`` and ``meta/``.

    Attributes:
        takes: its recordings, by person and name.
        genders: the body model of each person who was recorded.
    """

    root: Path
    takes: tuple[TakeFiles, ...]
    genders: dict[str, str]

    @property
    def objects(self) -> list[str]:
        """Names of the objects that were recorded, sorted."""
        return sorted({take.object for take in self.takes})

    def template(self, person: str) -> Path:
        """Path of a person's own body at rest."""
        return self.root / "meta" / "subject_vtemplates" / f"{person}.obj"

    def object_folder(self, name: str) -> Path:
        """Folder of an object's mesh and parts."""
        return self.root / "meta" / "object_vtemplates" / name


def find_download(folder: Path) -> Download:
    """The recordings in a folder of ARCTIC's download, or below it where ARCTIC's own scripts unpack.

    Raises:
        InputError: there are none, one is called otherwise or lacks a file, or a person's gender is not told.
    """
    root = next((folder / inside for inside in _INSIDE if (folder / inside / "raw_seqs").is_dir()), None)
    if root is None:
        remedy = "give the folder that holds ARCTIC's raw_seqs/ and meta/ (raw_seqs.zip and meta.zip, unpacked)"
        raise InputError(folder, "no raw_seqs/ there", remedy)
    raw = root / "raw_seqs"
    # of either kind of file: where the other is missing, it is told, and the recording not left out
    names = {
        (path.parent.name, path.name.removesuffix(f".{part}.npy"))
        for part in _PARTS
        for path in raw.glob(f"*/*.{part}.npy")
        if not is_litter(path.relative_to(raw))
    }
    takes = tuple(_take(raw, *name) for name in sorted(names))
    if not takes:
        raise InputError(raw, "no recordings (<person>/*.smplx.npy)", "unpack ARCTIC's raw_seqs.zip there")
    return Download(root, takes, _genders(root / "meta" / "misc.json", sorted({take.person for take in takes})))


def read_json(path: Path) -> Any:
    """The content of one of ARCTIC's JSON files.

    Raises:
        InputError: it is missing, too large, or no JSON.
    """
    check_is_file(path)
    try:
        if path.stat().st_size > LARGEST_TEXT:
            raise InputError(path, f"has {path.stat().st_size} bytes", "unpack it again")
        return parse_json(path.read_bytes())
    except FileNotFoundError:
        raise InputError(path, "is missing", "unpack ARCTIC's meta.zip beside raw_seqs/") from None
    except (OSError, ValueError) as error:
        check_machine(path, error)
        raise InputError(path, f"is no JSON ({in_a_line(error)})", "unpack it again") from None


def _take(raw: Path, person: str, stem: str) -> TakeFiles:
    where = f"{raw / person / stem}"  # told in quotes: a file's name may hold a line break
    if not _PERSON.fullmatch(person):
        raise InputError(repr(where), f"{person[:40]!r} is no person of ARCTIC", "people's folders are s01, s02, ...")
    match = _STEM.fullmatch(stem)
    if match is None:
        remedy = "expected <object>_<grab or use>_<take>[_retake]: leave other files out"
        raise InputError(repr(where), "is not called as ARCTIC's recordings are", remedy)
    take = TakeFiles(raw / person, person, stem, match["object"], match["intent"])
    for part in _PARTS:
        if not take.path(part).is_file():
            raise InputError(take.path(part), "is missing", "unpack ARCTIC's raw_seqs.zip again")
    return take


def _genders(path: Path, people: list[str]) -> dict[str, str]:
    said = read_json(path)
    found = {}
    for person in people:
        # anything may stand in a file of JSON
        about = said.get(person) if isinstance(said, dict) else None
        gender = about.get("gender") if isinstance(about, dict) else None
        if gender not in BODIES:
            problem = f"does not say the gender of {person}"
            raise InputError(path, problem, f"its key {person}.gender must be one of {', '.join(BODIES)}")
        found[person] = str(gender)
    return found
