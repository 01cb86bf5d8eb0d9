"""Drafts ``catalogue.yaml`` and its table of recordings from what a lab's own files say inside."""

import csv
import io
import os
import re
import reprlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmark.progress import Advance
from deepgrasp.data_source import GRAB_FRAMERATE, is_title
from deepgrasp.errors import InputError
from deepgrasp.files import write_text
from deepgrasp.grab.litter import is_litter
from deepgrasp.grab.names import FASTEST
from deepgrasp.grab.npz import Npz
from deepgrasp.grab.own_catalogue import BODIES, CATALOGUE_FILE
from deepgrasp.grab.own_names import NAME_PATTERN, RECORDINGS_TABLE, TABLE_COLUMNS, check_stem

_PAGE = """\
# Whose data these are, and what they call things; docs/own-data.md explains each key.
name: {name}                # what boards call the data: put your own here
# licence: CC-BY-4.0
# cite: Doe et al. (2027), Hands at Work.
framerate: {framerate!r}

people:                     # and their body models: female, male or neutral
{people}
objects:                    # symmetries are found from the meshes, unless you give them
{objects}
intents: [{intents}]

table: {table}       # object and intent of each recording
"""


def draft(root: Path, progress: Advance | None = None) -> tuple[Path, Path]:
    """Write ``<root>/catalogue.yaml`` and ``<root>/recordings.csv``; returns their paths.

    Raises:
        InputError: one of them is there already; there are no recordings; or one does not say its person's gender, its
            object or its intent, or another framerate than the others.
    """
    page, table = root / CATALOGUE_FILE, root / RECORDINGS_TABLE
    for path in (page, table):
        if os.path.lexists(path):  # a link to nothing, too: what it names may lie anywhere
            raise InputError(path, "is there already", "edit it, or remove it to draft it anew")
    grab = root / "grab"
    paths = sorted(path for path in grab.glob("*/*.npz") if not is_litter(path.relative_to(grab)))
    if not paths:
        raise InputError(grab, "no recordings (<person>/*.npz)", "put a folder of recordings for each person there")
    rows = []
    for number, path in enumerate(paths, 1):
        rows.append(_told(path))
        if progress is not None:
            progress(number, len(paths))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([TABLE_COLUMNS, *(row[:3] for row in rows)])
    # both texts before the first file: a mistake leaves neither
    filled = _page(root, rows)
    write_text(table, text.getvalue())
    write_text(page, filled)
    return page, table


def _told(path: Path) -> tuple[str, str, str, str, float]:
    """Name, object and intent of a recording, its person's gender and its framerate."""
    with Npz(path) as npz:
        said: dict[str, Any] = {
            key: npz.read(key) if key in npz.keys else None for key in ("obj_name", "motion_intent", "gender")
        }
        rate: Any = npz.read("framerate") if "framerate" in npz.keys else GRAB_FRAMERATE
    for name in (path.parent.name, *said.values()):
        if name is not None and not (isinstance(name, str) and NAME_PATTERN.fullmatch(name)):
            remedy = "names are letters, digits and _.- , begin with a letter or digit, and have 60 at most: rename it"
            raise InputError(repr(str(path)), f"{reprlib.repr(name)} is no name", remedy)
    for key, value in said.items():
        if value is None:
            raise InputError(path, f"does not say its {key}", f"write the key {key!r}, or {CATALOGUE_FILE} by hand")
    if said["gender"] not in BODIES:
        raise InputError(path, f"key 'gender' is {said['gender']!r}", f"choose {', '.join(BODIES)}")
    check_stem(str(path), path.stem)
    try:
        framerate = float(rate)
    except (TypeError, ValueError):
        raise InputError(path, "key 'framerate' is no number", "mend the key") from None
    if not 1 <= framerate <= FASTEST:
        raise InputError(path, f"key 'framerate' is {framerate}", f"expected frames a second, 1 to {FASTEST}")
    return f"{path.parent.name}/{path.stem}", said["obj_name"], said["motion_intent"], said["gender"], framerate


def _page(root: Path, rows: Sequence[tuple[str, str, str, str, float]]) -> str:
    bodies: dict[str, dict[str, str]] = defaultdict(dict)  # of each person: gender -> the first recording that says so
    rates: dict[float, str] = {}
    for name, _, _, gender, rate in rows:
        bodies[name.partition("/")[0]].setdefault(gender, name)
        rates.setdefault(rate, name)
    for person, genders in bodies.items():
        if len(genders) > 1:
            told = " and ".join(f"{gender} in {name}" for gender, name in genders.items())
            raise InputError(root / "grab" / person, f"is {told}", "a person has one body model: mend key 'gender'")
    if len(rates) > 1:
        told = " and ".join(f"{rate:g} in {name}" for rate, name in list(rates.items())[:2])
        raise InputError(root / "grab", f"frames a second are {told}", "resample them to one rate")
    title = " ".join(re.sub(r"[^A-Za-z0-9.-]", " ", root.resolve().name).split())
    return _PAGE.format(
        name=_quoted(title if is_title(title) else "My capture"),
        framerate=next(iter(rates)),
        people="".join(f"  {_quoted(person)}: {next(iter(genders))}\n" for person, genders in bodies.items()),
        objects="".join(f"  {_quoted(name)}:\n" for name in sorted({row[1] for row in rows})),
        intents=", ".join(_quoted(name) for name in dict.fromkeys(row[2] for row in rows)),
        table=RECORDINGS_TABLE,
    )


def _quoted(name: str) -> str:
    """A name as YAML takes it for text, whatever it looks like."""
    return name if name.isidentifier() and name.lower() not in ("true", "false", "null") else f"'{name}'"
