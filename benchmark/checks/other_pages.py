"""Whether the page of another board shows the numbers of that board: the deployed page takes its data over."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmark.board.board_file import load_boards
from benchmark.board.markdown import ranked
from benchmark.board.page.model import comparisons, row_numbers, terms
from benchmark.board.page.render import held, page_of
from benchmark.board.rows import BoardTable


def unlike_page(file: Path) -> Iterator[str]:
    """What the page ``index.html`` of a board says otherwise than ``leaderboard.json`` beside it, a line each.

    Confusion, curves, recipe and origin of its rows come from results, which are not beside it.

    Raises:
        InputError: one of both is damaged, or no file.
    """
    shown, tables = held(file), load_boards(file.parent)
    if len(shown) != len(tables):
        yield f"shows {len(shown)} boards, the JSON beside it has {len(tables)}"
        return
    for board, table in zip(shown, tables, strict=True):
        try:
            yield from _unlike_board(board, table)
        except (AttributeError, KeyError, TypeError) as error:  # of a form that no board has
            yield f"has not the form of a board ({type(error).__name__}: {error})"
            return
    # scripts, style and template too: a page is deployed, and a script of its own could show any numbers
    if page_of(shown) != file.read_text(encoding="utf-8", errors="replace"):
        yield "has other scripts, styles or texts than benchmark/board/page gives its numbers"


def _unlike_board(board: Mapping[str, Any], table: BoardTable) -> Iterator[str]:
    yield from _differing("", board, terms(table))
    expected = list(ranked(table))
    if [task["name"] for task in board["tasks"]] != [name for name, _ in expected]:
        yield "has other tasks"
        return
    for task, (name, rows) in zip(board["tasks"], expected, strict=True):
        yield from _differing(f"{name}: ", task, comparisons(table, name, rows))
        if len(task["rows"]) != len(rows):
            yield f"{name}: has {len(task['rows'])} rows, not {len(rows)}"
            continue
        for row, wanted in zip(task["rows"], rows, strict=True):
            yield from _differing(f"{name}, {wanted['model']}: ", row, row_numbers(name, wanted))


def _differing(where: str, said: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{where}{key} is another" for key in wanted if said.get(key) != wanted[key])
