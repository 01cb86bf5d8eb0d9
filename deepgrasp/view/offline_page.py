"""Scenes as one HTML file that turns, plays and compares them: style, scripts and arrays inside, nothing is loaded."""

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from deepgrasp.files import json_in_html
from deepgrasp.view import palette
from deepgrasp.view.answers import ShownAnswer
from deepgrasp.view.loss_on_skin import Silenced
from deepgrasp.view.packing import PackedArrays, packed_scene
from deepgrasp.view.recorded_scene import Scene

_SCRIPTS = (
    "arrays", "linear", "recording", "drawing", "cameras", "colours", "gates", "timeline", "early", "panel", "main",
)  # fmt: skip
"""In this order: each file's constants stand before what uses them at once."""


def page(
    scenes: Sequence[tuple[Scene, Sequence[ShownAnswer]]],
    title: str = "",
    opened: Mapping[str, Any] | None = None,
    silenced: Sequence[Silenced] = (),
) -> str:
    """The page of one or more scenes, each with answers about it; the same ones give the same bytes.

    Args:
        title: of the page; by default the first recording's name.
        opened: how it opens: ``{"conventions": True}`` shows axes, the transposed rotation and contact by part.
        silenced: what models look at, to be shown as colours on every body.
    """
    arrays = PackedArrays()
    shown = [packed_scene(scene, arrays, answers, silenced) for scene, answers in scenes]
    folder = files("deepgrasp.view") / "page"
    scripts = [(folder / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS]
    inside = {
        "title": _escaped(title or shown[0]["id"]),
        "style": (folder / "style.css").read_text(encoding="utf-8"),
        "script": "\n".join([f"const PALETTE = {json.dumps(palette.OF_THE_PAGE)};", *scripts]),
        "data": json_in_html({"scenes": shown, "arrays": arrays.packed, "opened": dict(opened or {})}),
    }
    # in one pass: what is put in is not searched for places again
    first, *parts = (folder / "template.html").read_text(encoding="utf-8").split("{{ ")
    return first + "".join(inside[name] + rest for name, _, rest in (part.partition(" }}") for part in parts))


def _escaped(text: str) -> str:
    return "".join(f"&#{ord(each)};" if each in "<>&" else each for each in text)
