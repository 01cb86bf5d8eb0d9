"""The board's page as one HTML file: style, scripts and data stand inside, so nothing is loaded."""

import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmark.board.board_file import BOARD_FILE, BOARD_VERSION, load_boards
from benchmark.board.more_recordings import LEARNING_FILE, Curves, curves_on_page
from benchmark.board.page.model import boards, renewed
from benchmark.board.probes_file import ProbeTable
from benchmark.board.probes_file import probes_on_page as on_page_of
from benchmark.pipeline.schema import Result
from deepgrasp.files import check_is_file, json_in_html, parse_json, write_text

PAGE_FILE = "index.html"
PAGE_SOURCES = Path(__file__).parent
_SCRIPTS = (
    *("dom", "figure", "columns", "interval", "table", "pairs", "confusion", "curves", "body", "origin", "details"),
    *("costs", "recordings", "probes", "probe_views", "about", "state", "tabs", "controls", "theme", "main"),
)
"""In this order: each file's constants stand before what uses them at once."""


def board_page(
    found: Sequence[tuple[dict[str, Any], Sequence[Result]]],
    others: Sequence[Path] = (),
    curves: Curves | None = None,
    probes: ProbeTable | None = None,
) -> str:
    """The page of one or more boards with the results that each was made from; the same ones give the same bytes.

    Args:
        others: pages of other boards, which this one shows too; one of another version is left out, and told. Only
            a page's own boards are taken, and marked with its folder: what it shows of others may be old.
        curves: over the number of recordings, for the boards that they are of; told if that is none.
        probes: of the first board's trainings; where they are of others, the page says so.
    """
    shown = boards(found)
    if probes is not None:
        shown[0] |= {"probes": on_page_of(probes, found[0][0])}
    own = shown
    for file in others:
        # curves are of the study that is here, for all boards
        plain = [{key: board[key] for key in board if key != "recordings"} for board in own_boards(file)]
        theirs = [board for board in plain if board not in own]
        shown = shown + [{**board, "from": file.parent.name} for board in theirs]
    if curves is not None:
        more = [curves_on_page(curves, board) for board in shown]
        if not any(more):
            print(f"{LEARNING_FILE}: its data, split or inputs are of none of the boards; the page does not show it")
        shown = [board | ({"recordings": each} if each else {}) for board, each in zip(shown, more, strict=True)]
    return page_of(shown)


def page_of(shown: Sequence[dict[str, Any]]) -> str:
    """The page that shows boards as :func:`held` reads them: a page is whole when this gives its own text."""
    # StrictUndefined: a misspelt name in the template is an error, not an empty place on the page
    environment = Environment(loader=FileSystemLoader(PAGE_SOURCES), autoescape=True, undefined=StrictUndefined)
    script = "\n".join((PAGE_SOURCES / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)
    return environment.get_template("template.html").render(
        synthetic=any(board["kind"] == "synthetic" for board in shown),
        style=(PAGE_SOURCES / "style.css").read_text(encoding="utf-8"),
        script=script,
        data=json_in_html(shown, sort_keys=True),
    )


def own_boards(file: Path) -> list[dict[str, Any]]:
    """The boards in a page that it does not take over from another page; raises as :func:`held`."""
    return [board for board in held(file) if "from" not in board]


def redraw(file: Path) -> None:
    """Draw a page of `boards/` anew from its own boards, by the style and the scripts that are here.

    What the JSON beside it says is taken from there, if it is of the same rows. A file that is no page, or a link,
    stays as it is.

    Raises:
        InputError: as :func:`held`, or the JSON beside it is no board's.
    """
    if file.exists() and not file.is_symlink() and (shown := own_boards(file)):
        tables = load_boards(file.parent) if file.with_name(BOARD_FILE).exists() else []
        with suppress(KeyError, TypeError, ValueError):  # of other rows, or of a form that no board has
            shown = [renewed(board, table) for board, table in zip(shown, tables, strict=True)]
        text = page_of(shown)
        if text != file.read_text(encoding="utf-8", errors="replace"):
            write_text(file, text)


def held(file: Path) -> list[dict[str, Any]]:
    """The boards in a page that was written earlier; none, and a line on standard error, if it is no such page.

    Raises:
        InputError: a folder, a pipe or a device has its name.
    """
    check_is_file(file)
    try:
        found = parse_json(data_of(file.read_bytes()))
    except ValueError:
        found = None
    # the scripts read what boards of their own version hold
    if isinstance(found, list) and all(
        isinstance(each, dict) and each.get("version") == BOARD_VERSION for each in found
    ):
        return found
    print(f"{file}: is no page of version {BOARD_VERSION}, and is left out; make that board again", file=sys.stderr)
    return []


def data_of(page: bytes) -> bytes:
    """The JSON in a page; empty if there is none."""
    found = re.search(rb'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    return found[1] if found else b""
