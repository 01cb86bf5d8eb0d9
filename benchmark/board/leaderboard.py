"""The board's files: JSON, Markdown, summary, page, pictures from the results; the README's table from the JSON."""

import json
from pathlib import Path
from typing import Any

from benchmark.board.markdown import compact, label, markdown, ranked
from benchmark.board.results import load_results
from benchmark.board.rows import board
from benchmark.pipeline.schema import SCHEMA, to_json
from deepgrasp.errors import InputError
from deepgrasp.files import replaced, write_text
from deepgrasp.tasks import TASKS

__all__ = ["BEGIN", "END", "FILE", "board", "compact", "load_board", "load_results", "markdown", "summary", "write"]

FILE = "leaderboard.json"
BEGIN, END = "<!-- leaderboard: written by `python -m benchmark board` -->", "<!-- /leaderboard -->"


def write(results: Path, out: Path) -> None:
    """Write the board's files into ``out``: JSON, Markdown, summary, page, plots; the same bytes each time."""
    # here, not above: the board in the terminal needs neither jinja2 nor matplotlib
    from benchmark.board.page.render import FILE as PAGE
    from benchmark.board.page.render import page
    from benchmark.board.plots import draw

    found = load_results(results)
    table = board(found)
    # all files at once: a crash in the middle leaves the old board, not half of a new one
    with replaced(out) as scratch:
        (scratch / FILE).write_text(to_json(table), encoding="utf-8")
        (scratch / "LEADERBOARD.md").write_text(f"# Leaderboard\n\n{markdown(table)}", encoding="utf-8")
        (scratch / "summary.json").write_text(to_json(summary(table)), encoding="utf-8")
        (scratch / PAGE).write_text(page([(table, found)]), encoding="utf-8")
        draw(table, found, scratch / "plots")


def load_board(folder: Path) -> dict[str, Any]:
    """The board as it was written to ``leaderboard/leaderboard.json``.

    Raises:
        InputError: there is none, or one of another schema.
    """
    try:
        table = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(folder / FILE, "is no leaderboard", "run `dvc repro`") from error
    if not isinstance(table, dict) or table.get("schema_version") != SCHEMA:
        raise InputError(folder / FILE, f"is no leaderboard of schema {SCHEMA}", "run `dvc repro`")
    return table


def update_readme(folder: Path, readme: Path) -> None:
    """Replace what stands between the README's two markers by the compact table."""
    try:
        text = readme.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(readme, "cannot be read", "run from the root of the repository") from error
    # between markers, so that the README around the table stays a text that people write
    head, found, rest = text.partition(BEGIN)
    _, closed, tail = rest.partition(END)
    if not (found and closed):
        raise InputError(readme, f"lacks the markers {BEGIN} and {END}", "put them where the table belongs")
    new = f"{head}{BEGIN}\n{compact(load_board(folder))}{END}{tail}"
    # a file that is not written keeps its time, and editors and `make` see no change
    if new != text:
        write_text(readme, new)


def summary(table: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Means of the primary metric by task and row, for `dvc exp show`."""
    return {
        # four digits: more than the board shows, and the columns of `dvc exp show` stay narrow
        task: {label(row): round(row["metrics"][TASKS[task].primary]["mean"], 4) for row in rows}
        for task, rows in ranked(table)
    }
