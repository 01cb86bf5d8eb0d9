"""The page of all recordings as one HTML file: style, script, places and stills inside, nothing is loaded."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmark.viewing.atlas.embedding import Features, Plane
from benchmark.viewing.webp import address
from deepgrasp.data_source import data_source
from deepgrasp.files import json_in_html
from deepgrasp.store.folds import SequenceRecord
from deepgrasp.store.store import Store

_SOURCES = Path(__file__).parent
SCENES = "scenes"
"""The folder beside the page in which pages of single recordings are looked for."""


def scene_file(name: str) -> str:
    """Where the scene of a recording lies from the page: ``scenes/s3_mug_drink_1.html``."""
    return f"{SCENES}/{name.replace('/', '_')}.html"


def atlas(
    store: Store, features: Features, found: Plane, stills: Mapping[str, bytes], out: Path, rows: Sequence[int]
) -> str:
    """The page; the same recordings, places and stills give the same bytes.

    Args:
        rows: of the store, in the order of the features.
        stills: WebP pictures by recording; one that is missing is not shown.
        out: where it will be written: scenes beside it are linked.
    """
    source = data_source(store.manifest)
    records = [store.sequences[row] for row in rows]
    points = [
        _point(record, place, source.framerate, out)
        # without the key the page offers no colour by it
        | ({"part": features.parts[k]} if features.parts else {})
        | _picture(stills.get(record["id"]))
        for k, (record, place) in enumerate(zip(records, found.places.tolist(), strict=True))
    ]
    # escaped, since names come with the data; strict: a name that is misspelt in the template is an error, not a gap
    environment = Environment(loader=FileSystemLoader(_SOURCES), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("atlas.html").render(
        name=source.name,
        synthetic=source.synthetic,
        told=found.told,
        count=len(points),
        style=(_SOURCES / "atlas.css").read_text(encoding="utf-8"),
        script=(_SOURCES / "atlas.js").read_text(encoding="utf-8"),
        data=json_in_html(points, sort_keys=True),
    )


def _point(record: SequenceRecord, place: Sequence[float], rate: float, out: Path) -> dict[str, Any]:
    name = record["id"]
    point: dict[str, Any] = {"id": name, "person": record["subject"], "object": record["object"]}
    # -1 to 1 in 20000 steps: finer than a screen's pixels
    point |= {"intent": record["action"], "x": round(place[0], 4), "y": round(place[1], 4)}
    point["seconds"] = record["n_frames"] / rate
    # looked up now: a page that is opened from a disk cannot ask what lies beside it
    if (out.parent / scene_file(name)).is_file():
        point["scene"] = scene_file(name)
    else:
        point["command"] = f"python -m benchmark view {name} --html {(out.parent / scene_file(name)).as_posix()}"
    return point


def _picture(still: bytes | None) -> dict[str, str]:
    return {} if still is None else {"still": address(still)}
