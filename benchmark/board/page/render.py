"""The board's page as one HTML file: style, scripts and data stand inside, so nothing is loaded."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmark.board.page.model import boards
from benchmark.pipeline.schema import Result

FILE = "index.html"
SOURCES = Path(__file__).parent
SCRIPTS = (
    *("dom", "figure", "columns", "interval", "table", "pairs", "confusion", "curves", "body", "origin", "details"),
    *("costs", "state", "controls", "theme", "main"),
)
"""In this order: each file's constants stand before what uses them at once."""


def page(found: Sequence[tuple[dict[str, Any], Sequence[Result]]]) -> str:
    """The page of one or more boards with the results that each was made from; the same ones give the same bytes."""
    shown = boards(found)
    # StrictUndefined: a misspelt name in the template is an error, not an empty place on the page
    environment = Environment(loader=FileSystemLoader(SOURCES), autoescape=True, undefined=StrictUndefined)
    script = "\n".join((SOURCES / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    return environment.get_template("template.html").render(
        synthetic=any(board["kind"] == "synthetic" for board in shown),
        style=(SOURCES / "style.css").read_text(encoding="utf-8"),
        script=script,
        data=embedded(shown),
    )


def embedded(value: object) -> str:
    """JSON that HTML cannot end or take for markup, whatever the strings in it: ``</script>``, ``<!--``."""
    # allow_nan: NaN is no JSON, and a browser would show an empty page
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
