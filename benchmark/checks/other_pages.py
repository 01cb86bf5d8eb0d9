"""Whether the page of another board shows the numbers of that board: the deployed page takes its data over."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmark.board.board_file import load_boards
from benchmark.board.markdown import ranked
from benchmark.board.page.model import renewed, row_numbers, task_terms, terms
from benchmark.board.page.render import held, page_of
from benchmark.board.rows import BoardRow, BoardTable
from deepgrasp.tasks import TASKS


def unlike_page(file: Path) -> Iterator[str]:
    """What the page ``index.html`` of a board says otherwise than ``leaderboard.json`` beside it, a line each.

    Curves, recipe, origin and description of its rows, and which wrong answers were given, are not beside it.

    Raises:
        InputError: one of both is damaged, or no file.
    """
    shown, tables = held(file), load_boards(file.parent)
    if len(shown) != len(tables):
        yield f"shows {len(shown)} boards, the JSON beside it has {len(tables)}"
        return
    found = []
    try:
        for board, table in zip(shown, tables, strict=True):
            found += list(_unlike_board(board, table))
        made = [renewed(board, table) for board, table in zip(shown, tables, strict=True)] if not found else shown
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:  # of a form that no board has
        yield f"has not the form of a board ({type(error).__name__}: {error})"
        return
    yield from found
    # scripts, style and template too: a page is deployed, and a script of its own could show any numbers
    text = file.read_bytes()
    if page_of(shown).encode() != text:
        yield "has other scripts, styles or texts than benchmark/board/page gives its numbers"
    elif page_of(made).encode() != text:
        yield "holds data that no page of this board has"


def _unlike_board(board: Mapping[str, Any], table: BoardTable) -> Iterator[str]:
    yield from _differing("", board, terms(table))
    expected = list(ranked(table))
    if [task["name"] for task in board["tasks"]] != [name for name, _ in expected]:
        yield "has other tasks"
        return
    for task, (name, rows) in zip(board["tasks"], expected, strict=True):
        yield from _differing(f"{name}: ", task, task_terms(table, name, rows))
        if len(task["rows"]) != len(rows):
            yield f"{name}: has {len(task['rows'])} rows, not {len(rows)}"
            continue
        problems = []
        for row, wanted in zip(task["rows"], rows, strict=True):
            where = f"{name}, {wanted['model']}: "
            yield from _differing(where, row, row_numbers(name, wanted))
            problems += [f"{where}{each}" for each in _uncounted(task["classes"], row["confusion"], name, wanted)]
        yield from problems
        # all that were tested on everything were asked the same
        whole = [row["confusion"] or [] for row, wanted in zip(task["rows"], rows, strict=True) if wanted["complete"]]
        if not problems and any(_by_class(counts) != _by_class(whole[0]) for counts in whole):
            yield f"{name}: its rows were asked other classes"


def _uncounted(classes: Any, counts: Any, task: str, row: BoardRow) -> Iterator[str]:
    """What a row's confusion, ``[true, predicted, count]`` each, says otherwise than its scores by replicate."""
    if TASKS[task].classifies is None:
        if counts is not None or classes is not None:
            yield "has a confusion, and answers no class"
        return
    numbers = row["test_sequences"]
    shares = row["metrics"][TASKS[task].primary]["values"]  # of right answers, by replicate
    right = sum(round(share * n) for share, n in zip(shares, numbers, strict=True))
    cells = [(true, said) for true, said, _ in counts]
    if len({*cells}) < len(cells) or not all(0 <= place < len(classes) for cell in cells for place in cell):
        yield "its confusion has places that no class has"
    elif any(n < 1 for *_, n in counts) or sum(n for *_, n in counts) != sum(numbers):
        yield f"its confusion counts {sum(n for *_, n in counts)} sequences, not {sum(numbers)}"
    elif (counted := sum(n for true, said, n in counts if true == said)) != right:
        yield f"its confusion has {counted} right answers, its scores {right}"


def _by_class(counts: Any) -> Counter[int]:
    """How many sequences of each true class a confusion counts."""
    asked = Counter[int]()
    for true, _, n in counts:
        asked[true] += n
    return asked


def _differing(where: str, said: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{where}{key} is another" for key in wanted if said.get(key) != wanted[key])
