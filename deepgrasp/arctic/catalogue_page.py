"""Writes ``catalogue.yaml`` and its table of recordings: whose data these are, and what ARCTIC calls things."""

import csv
from pathlib import Path

from deepgrasp.arctic.download import ARCTIC_INTENTS, Download
from deepgrasp.arctic.recorded import ARCTIC_FRAMERATE
from deepgrasp.grab.own_catalogue import CATALOGUE_FILE
from deepgrasp.grab.own_names import RECORDINGS_TABLE, TABLE_COLUMNS

_PAGE = """\
# Made of ARCTIC's files by `python -m benchmark import`; docs/own-data.md explains each key.
name: ARCTIC
licence: "ARCTIC's own: for non-commercial scientific research alone, not to be passed on; see arctic.is.tue.mpg.de"
cite: "Fan, Taheri, Tzionas, Kocabas, Kaufmann, Black, Hilliges (2023), ARCTIC: A Dataset for Dexterous Bimanual \\
  Hand-Object Manipulation, CVPR"
framerate: {framerate:g}

people:
{people}
objects:                    # none: the hinge tells the sides of each apart, and ARCTIC's own metrics know no symmetry
{objects}
intents: [{intents}]

table: {table}       # retakes have names of their own
"""


def write_catalogue(found: Download, root: Path) -> None:
    """Write both files below a data root; what does not occur among the recordings is left out."""
    # newline: the same bytes on every machine
    with (root / RECORDINGS_TABLE).open("w", encoding="utf-8", newline="") as file:
        rows = ((take.id, take.object, take.intent) for take in found.takes)
        csv.writer(file, lineterminator="\n").writerows([TABLE_COLUMNS, *rows])
    seen = {take.intent for take in found.takes}
    page = _PAGE.format(
        framerate=ARCTIC_FRAMERATE,
        people="\n".join(f"  {person}: {gender}" for person, gender in found.genders.items()),
        objects="\n".join(f"  {name}: {{symmetries: none}}" for name in found.objects),
        intents=", ".join(intent for intent in ARCTIC_INTENTS if intent in seen),
        table=RECORDINGS_TABLE,
    )
    (root / CATALOGUE_FILE).write_text(page, encoding="utf-8", newline="\n")
