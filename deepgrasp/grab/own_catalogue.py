"""Reads ``catalogue.yaml``, in which a lab says what its own capture calls people, objects, intents and recordings."""

import difflib
import os
import re
import reprlib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from deepgrasp.data_source import GRAB_FRAMERATE, is_plain, is_title
from deepgrasp.errors import InputError
from deepgrasp.geometry.rotations import rotation_matrix
from deepgrasp.geometry.symmetries import NONE, Symmetries
from deepgrasp.grab.catalogue import GRAB
from deepgrasp.grab.names import FASTEST, Catalogue
from deepgrasp.grab.own_names import NAME_PATTERN, ByTable, ByTemplate, read_table
from deepgrasp.yaml_file import read_yaml

CATALOGUE_FILE = "catalogue.yaml"
BODIES = ("female", "male", "neutral")  # SMPL-X has a model for each
_MOST_TURNS = 60  # of a symmetry about an axis; more is a body of revolution
SPHERE = Symmetries(np.zeros(3), np.eye(3)[None], np.zeros(3), 3)
_LARGEST = 1e6  # of a number
RESERVED = ("meshes",)  # the store has a file of that name beside those of people
_MOST_BYTES = 1_000_000  # it holds names alone
_REMEDIES = {"absent": "a catalogue is a text file", "keys": "write name, people, objects, intents, and names or table"}
_KEYS = ("name", "people", "objects", "intents", "motions", "names", "table", "framerate", "licence", "cite")


def catalogue_of(data_root: Path) -> Catalogue:
    """The names of a data root: those of its ``catalogue.yaml``, or GRAB's where there is none.

    Raises:
        InputError: the file cannot be read, lacks a key, or one of its keys is not what it must be.
    """
    path = data_root / CATALOGUE_FILE
    if os.path.lexists(path):  # a link to nothing is meant to be a catalogue
        return _Reader(path, read_yaml(path, largest=_MOST_BYTES, **_REMEDIES)).catalogue()
    if os.path.lexists(other := path.with_suffix(".yml")):
        raise InputError(other, "is not read", f"call it {CATALOGUE_FILE}")
    return GRAB


class _Reader:
    """The values of a catalogue's file; every one is checked when it is taken."""

    def __init__(self, path: Path, values: Mapping[Any, Any]) -> None:
        self._path, self._values = path, values
        for key in values:
            if key not in _KEYS:
                close = difflib.get_close_matches(str(key), _KEYS, 1)
                self._refuse(str(key), "is no key", f"did you mean {close[0]}?" if close else f"{', '.join(_KEYS)} are")

    def catalogue(self) -> Catalogue:
        intents = self._names("intents", self._list("intents"))
        people = self._people()
        things = self._things()
        motions = dict.fromkeys(intents) | self._motions(intents)
        intent_of = {word: intent or word for word, intent in motions.items()}
        framerate = self._framerate()
        title = self._title()
        told = {"name": title, "framerate": framerate or GRAB_FRAMERATE}
        return Catalogue(
            name=title,
            actions=tuple(intents),
            objects=tuple(sorted(things)),
            families={name: str(said["family"]) for name, said in things.items() if "family" in said},
            genders=people,
            parse=self._naming(people, tuple(sorted(things)), intent_of),
            is_person=partial(_is_in, frozenset(people)),
            other_intents=partial(_others, intent_of),
            symmetries={name: said["symmetries"] for name, said in things.items() if "symmetries" in said},
            framerate=framerate,
            files=(CATALOGUE_FILE, *([self._text("table")] if "table" in self._values else [])),
            told=told | {key: self._line(key) for key in ("licence", "cite") if key in self._values},
        )

    def _title(self) -> str:
        title = self._given("name", "what boards are to call the data")
        if not is_title(title):
            remedy = "letters, digits, spaces and .,+()- , 60 at most, and not GRAB's or the stand-in's name in it"
            self._refuse("name", f"is {_told(title)}", remedy)
        return str(title)

    def _people(self) -> dict[str, str]:
        given = self._mapping("people", "each person's body model: {anna: female, ben: male}")
        self._names("people", given)
        for name, gender in given.items():
            if gender not in BODIES:
                self._refuse(f"people.{name}", f"is {_told(gender)}", f"choose {', '.join(BODIES)}")
            # a person's windows lie in files <person>, <person>-2, <person>-3 ... of the store
            first = re.sub(r"-\d+$", "", name)
            if name.lower() in RESERVED or (first != name and first in given):
                self._refuse(f"people.{name}", "is the name of a file of the store", "call the person otherwise")
        return dict(given)

    def _things(self) -> dict[str, dict[str, Any]]:
        given = self._given("objects", "the names of the objects, as their meshes are called")
        if isinstance(given, list):
            return {name: {} for name in self._names("objects", given)}
        things: dict[str, dict[str, Any]] = {}
        for name in self._names("objects", self._mapping("objects", "a list of names, or what is known of each")):
            key, said = f"objects.{name}", given[name] or {}
            if not isinstance(said, dict) or (odd := [word for word in said if word not in ("family", "symmetries")]):
                problem = f"is {_told(said)}" if not isinstance(said, dict) else f"has {_told(odd[0])}"
                self._refuse(key, problem, "give family, symmetries, or nothing")
            things[name] = dict(said)
            if "family" in said:
                self._names(f"{key}.family", [said["family"]])
            if "symmetries" in said:
                things[name]["symmetries"] = self._symmetries(f"{key}.symmetries", said["symmetries"])
        return things

    def _symmetries(self, key: str, said: Any) -> Symmetries:
        if said in ("none", "sphere"):
            return NONE if said == "none" else SPHERE
        axis = said.get("axis") if isinstance(said, dict) else None
        turns = said.get("turns") if isinstance(said, dict) else None
        if (
            not isinstance(axis, list)
            or len(axis) != 3
            or not all(map(_is_number, axis))
            or set(said) - {"axis", "turns"}
        ):
            self._refuse(key, f"is {_told(said)}", "none, sphere, {axis: [0, 0, 1]}, or {axis: [0, 0, 1], turns: 4}")
        direction = np.array(axis, float)
        if not (length := float(np.linalg.norm(direction))) > 1e-6:
            self._refuse(f"{key}.axis", f"is {_told(axis)}", "a direction in the mesh's own axes, such as [0, 0, 1]")
        direction /= length
        if turns is None:
            return Symmetries(np.zeros(3), np.eye(3)[None], direction, 1)
        if type(turns) is not int or not 2 <= turns <= _MOST_TURNS:
            self._refuse(f"{key}.turns", f"is {_told(turns)}", f"2 to {_MOST_TURNS}; leave it out if any turn is right")
        angles = 2 * np.pi / turns * np.arange(turns)
        return Symmetries(np.zeros(3), rotation_matrix(direction * angles[:, None]), np.zeros(3), 0)

    def _motions(self, intents: Iterable[str]) -> dict[str, str]:
        if "motions" not in self._values:
            return {}
        given = self._mapping("motions", "words of names, and the intent of each: {drink: use}")
        for word in self._names("motions", given):
            same = [intent for intent in intents if intent.lower() == word.lower()]
            if same and given[word] != word:
                self._refuse(f"motions.{word}", f"is {_told(given[word])}", f"{same[0]} is an intent: leave it out")
            if given[word] not in intents:
                self._refuse(f"motions.{word}", f"is {_told(given[word])}", f"choose {', '.join(intents)}")
        return dict(given)

    def _naming(
        self, people: Mapping[str, str], things: tuple[str, ...], intents: Mapping[str, str]
    ) -> Callable[..., Any]:
        """How the parts of a recording's name are found: by the form of its file's name, or by a table."""
        if ("names" in self._values) == ("table" in self._values):
            remedy = 'names: "{object}_{motion}_{take}" as files are called, or table: recordings.csv'
            self._refuse("names, table", "are both given" if "names" in self._values else "are missing", remedy)
        if "table" in self._values:
            table = self._text("table")
            if not NAME_PATTERN.fullmatch(table):
                self._refuse("table", f"is {_told(table)}", f"name a CSV file beside {CATALOGUE_FILE}")
            return ByTable(frozenset(people), read_table(self._path.with_name(table), things, intents), table)
        form = self._text("names")
        if problem := ByTemplate.problem_of(form):
            self._refuse("names", problem, 'as in "{object}_{motion}_{take}"; {person} and {take} may be left out')
        return ByTemplate(form, frozenset(people), things, dict(intents))

    def _framerate(self) -> float | None:
        rate = self._values.get("framerate")
        if rate is not None and (not _is_number(rate) or not 1 <= rate <= FASTEST):
            self._refuse("framerate", f"is {_told(rate)}", f"frames a second, 1 to {FASTEST}")
        return None if rate is None else float(rate)

    def _given(self, key: str, remedy: str) -> Any:
        if self._values.get(key) is None:
            self._refuse(key, "is missing", f"add {remedy}")
        return self._values[key]

    def _list(self, key: str) -> list[Any]:
        given = self._given(key, "a list of them")
        if not isinstance(given, list):
            self._refuse(key, f"is {_told(given)}", "write a list: [one, another]")
        return given

    def _mapping(self, key: str, remedy: str) -> dict[Any, Any]:
        given = self._given(key, remedy)
        if not isinstance(given, dict):
            self._refuse(key, f"is {_told(given)}", f"write {remedy}")
        return given

    def _text(self, key: str) -> str:
        given = self._values[key]
        if not isinstance(given, str) or not given.strip() or len(given) > 2000:
            self._refuse(key, f"is {_told(given)}", "write text")
        return " ".join(given.split())

    def _line(self, key: str) -> str:
        text = self._text(key)
        if not is_plain(text):
            self._refuse(key, f"is {_told(text)}", "a line of text without <>|`[], 500 characters at most")
        return text

    def _names(self, key: str, given: Iterable[Any]) -> list[str]:
        names = list(given)
        if not names:
            self._refuse(key, "are none", "name at least one")
        for name in names:
            if not isinstance(name, str) or not NAME_PATTERN.fullmatch(name):
                remedy = "names are letters, digits and _.- , 60 at most; write numbers in quotes"
                self._refuse(key, f"has {_told(name)}", remedy)
        if len({name.lower() for name in names}) < len(names):  # in folders, some systems take two such names for one
            twice = next(name for k, name in enumerate(names) if name.lower() in (other.lower() for other in names[:k]))
            self._refuse(key, f"has {twice!r} twice", "name each once; upper and lower case are one")
        return names

    def _refuse(self, key: str, problem: str, remedy: str) -> NoReturn:
        raise InputError(f"{self._path}, {key}", problem, remedy)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -_LARGEST <= value <= _LARGEST


def _is_in(known: frozenset[str], name: str) -> bool:
    return name in known


def _others(intent_of: Mapping[str, str], action: str) -> frozenset[str]:
    return frozenset(word for word, intent in intent_of.items() if intent != action)


def _told(value: Any) -> str:
    """A value in a message: whatever the file holds, one short line."""
    return " ".join(reprlib.repr(value).split())
