"""Writes ``catalogue.yaml`` and its table of recordings: whose data these are, and what ARCTIC calls things."""

import csv
from pathlib import Path

from deepgrasp.arctic.download import INTENTS, Download
from deepgrasp.arctic.recorded import FRAMERATE
from deepgrasp.grab.own_catalogue import FILE
from deepgrasp.grab.own_names import COLUMNS

TABLE = "recordings.csv"
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
    with (root / TABLE).open("w", encoding="utf-8", newline="") as file:
        rows = ((take.id, take.object, take.intent) for take in found.takes)
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    seen = {take.intent for take in found.takes}
    page = _PAGE.format(
        framerate=FRAMERATE,
        people="\n".join(f"  {person}: {gender}" for person, gender in found.genders.items()),
        objects="\n".join(f"  {name}: {{symmetries: none}}" for name in found.objects),
        intents=", ".join(intent for intent in INTENTS if intent in seen),
        table=TABLE,
    )
    (root / FILE).write_text(page, encoding="utf-8", newline="\n")
