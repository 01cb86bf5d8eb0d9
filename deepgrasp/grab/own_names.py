"""What a lab's own recordings are called: by the form of their files' names, or by a table beside them."""

import csv
import re
import string
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from deepgrasp.errors import InputError, check_machine
from deepgrasp.files import PATH_PART, check_is_file
from deepgrasp.grab.names import SequenceName

NAME_PATTERN = re.compile(r"[A-Za-z0-9][\w.-]{0,59}", re.ASCII)
"""What people and things may be called: a part of a path on any system, which tables and pages show as it is."""
RECORDINGS_TABLE = "recordings.csv"  # what we call one that we write; a lab may call its own as it likes
TABLE_COLUMNS = ("recording", "object", "intent")
_MOST_BYTES = 50_000_000  # a million recordings
_PARTS = ("person", "object", "motion", "take")


@dataclass(frozen=True)
class ByTemplate:
    """Reads names by a form such as ``{object}_{motion}_{take}``; a take is a number, and may be part of no name."""

    form: str
    people: frozenset[str]
    objects: tuple[str, ...]
    intents: Mapping[str, str]  # of each motion

    @staticmethod
    def problem_of(form: str) -> str | None:
        """What is wrong with a form of names such as ``{object}_{motion}_{take}``, in words; None if nothing is."""
        try:
            fields = [name for _, name, spec, how in string.Formatter().parse(form) if name is not None or spec or how]
        except ValueError as error:
            return f"is no form ({error})"
        if odd := [name for name in fields if name not in _PARTS]:
            return f"has {{{odd[0]}}}, which is no part of a name"
        if twice := [name for name in ("person", "take") if fields.count(name) > 1]:
            return f"has {{{twice[0]}}} twice"
        if lacking := [name for name in ("object", "motion") if fields.count(name) != 1]:
            return f"must have {{{lacking[0]}}} once"
        return None

    def __call__(self, person: str, stem: str) -> SequenceName:
        """The parts of ``<person>/<stem>.npz``.

        Raises:
            InputError: the person is unknown, or the name has no, or more than one, reading.
        """
        where = check_place(person, stem, self.people)
        found = []
        # each is looked for before a pattern is made of it: few of them occur in a name
        for thing in (name for name in self.objects if name in stem):
            for motion in (word for word in self.intents if word in stem):
                if match := re.fullmatch(self._pattern(person, thing, motion), stem):
                    take = match.groupdict().get("take")
                    number = None if take is None else int(take)
                    found.append(SequenceName(person, thing, motion, self.intents[motion], number))
        if not found:
            remedy = f"objects: {_few(self.objects)}; motions: {_few(self.intents)}; or list recordings in a table"
            raise InputError(where, f"is not {self.form!r} with names of the catalogue", remedy)
        if len(found) > 1:
            readings = " or ".join(f"{name.motion} of {name.object}" for name in found[:2])
            raise InputError(where, f"may be {readings}", "rename it, or list recordings in a table")
        return found[0]

    def _pattern(self, person: str, thing: str, motion: str) -> str:
        said = {"person": re.escape(person), "object": re.escape(thing), "motion": re.escape(motion)}
        pattern = ""
        for text, name, _, _ in string.Formatter().parse(self.form):
            pattern += re.escape(text)
            if name is not None:
                pattern += r"(?P<take>\d{1,9})" if name == "take" else said[name]
        return pattern


@dataclass(frozen=True)
class ByTable:
    """Looks names up in the rows of a table: ``anna/0001`` -> object and intent."""

    people: frozenset[str]
    rows: Mapping[str, tuple[str, str]]
    file: str

    def __call__(self, person: str, stem: str) -> SequenceName:
        """The parts of ``<person>/<stem>.npz``.

        Raises:
            InputError: the person is unknown, or the table has no such row.
        """
        where = check_place(person, stem, self.people)
        if where not in self.rows:
            raise InputError(where, f"is not in {self.file}", f"add a row: {where},<object>,<intent>")
        thing, intent = self.rows[where]
        # the stem takes the place of a take: two recordings of one person may be of one object and intent
        return SequenceName(person, thing, stem, intent)


def check_stem(where: str, stem: str) -> None:
    """Check that a recording's file, less its ending, has a name that a store can have.

    Raises:
        InputError: it has not.
    """
    # without .npz: its store has it as a part of a path
    if not PATH_PART.fullmatch(stem):
        raise InputError(repr(where), "is no name for a recording", "rename it: letters, digits and _.+- alone")


def check_place(person: str, stem: str, people: Collection[str]) -> str:
    """Check that a folder's name is a person's, and a file's name one that a store can have; returns both.

    Raises:
        InputError: the catalogue has no such person, or the file is called otherwise.
    """
    where = f"{person}/{stem}"
    check_stem(where, stem)
    if person not in people:
        raise InputError(where, f"unknown person {person!r}", f"add to the catalogue's people: {_few(people)}")
    return where


def read_table(path: Path, objects: Collection[str], intents: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Object and intent of every recording that a CSV file names, by ``<person>/<name>``.

    Args:
        intents: of each word that may stand in column ``intent``.

    Raises:
        InputError: the file is missing, is no such table, names a recording twice, or an unknown object or intent.
    """
    check_is_file(path)
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise InputError(path, f"is larger than {_MOST_BYTES:,} bytes", "a row a recording is enough")
        text = content.decode("utf-8-sig")  # with the mark that spreadsheets write
    except OSError as error:
        check_machine(path, error)
        raise InputError(path, "cannot be read", f"write a CSV file with columns {', '.join(TABLE_COLUMNS)}") from error
    except UnicodeDecodeError as error:
        raise InputError(path, "is not text in UTF-8", "save it as CSV in UTF-8") from error
    reader = csv.DictReader(text.splitlines(), skipinitialspace=True)
    try:
        if lacking := [name for name in TABLE_COLUMNS if name not in (reader.fieldnames or ())]:
            raise InputError(
                path, f"has no column {lacking[0]!r}", f"its first line must say {','.join(TABLE_COLUMNS)}"
            )
        if twice := [name for name in TABLE_COLUMNS if list(reader.fieldnames or ()).count(name) > 1]:
            raise InputError(path, f"has two columns {twice[0]!r}", "keep one of the two")
        found: dict[str, tuple[str, str]] = {}
        for row in reader:
            if None in row:
                raise InputError(
                    f"{path}, line {reader.line_num}", "has more cells than the first line", "mend the row"
                )
            name, thing, intent = (str(row[key] or "").strip() for key in TABLE_COLUMNS)
            where = f"{path}, line {reader.line_num}"
            if name in found:
                raise InputError(where, f"names {name} once more", "keep one of the two")
            if thing not in objects:
                raise InputError(where, f"unknown object {thing!r}", f"the catalogue has {_few(objects)}")
            if intent not in intents:
                raise InputError(where, f"unknown intent {intent!r}", f"the catalogue has {_few(intents)}")
            found[name] = thing, intents[intent]
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}", f"is no CSV ({error})", "mend the file") from error
    return found


def _few(names: Collection[str]) -> str:
    """The first of some names, for a message."""
    shown = sorted(names)[:8]
    return ", ".join(shown) + (", ..." if len(names) > len(shown) else "")
