"""The boards' files: JSON, Markdown, summary, page, pictures from the results; the README's table from the JSON."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmark.board import more_recordings
from benchmark.board.board_file import BOARD_FILE, BOARD_VERSION, load_boards
from benchmark.board.markdown import board_markdown, compact, label, ranked, title
from benchmark.board.probes_file import PROBES_FOLDER, ProbeTable, is_of, load_probes
from benchmark.board.probes_in_short import probes_told
from benchmark.board.results import by_board, load_results
from benchmark.board.rows import BoardTable, board
from benchmark.pipeline.schema import to_json
from deepgrasp.errors import InputError
from deepgrasp.files import replaced, write_text

__all__ = [
    "BEGIN",
    "BOARD_FILE",
    "END",
    "board",
    "board_markdown",
    "compact",
    "load_boards",
    "load_results",
    "summary",
    "write_leaderboard",
]

BEGIN, END = "<!-- leaderboard: written by `python -m benchmark board` -->", "<!-- /leaderboard -->"


def write_leaderboard(results: Path, out: Path, others: Path | None = None) -> None:
    """Write the boards' files into ``out``: JSON, Markdown, summary, page, plots; the same bytes each time.

    Results of other data, another split or other inputs stand side by side, a board each; the first is that of the
    cells trained here. Pictures of the others lie in ``plots/2``, ``plots/3`` and so on.

    Args:
        others: a folder of boards of other profiles, whose pages this one shows too, of curves over recordings, and of
            the board of probes.

    Raises:
        InputError: results or curves that are damaged.
    """
    # here, not above: the board in the terminal needs neither jinja2 nor matplotlib
    from benchmark.board.page.render import PAGE_FILE, board_page
    from benchmark.board.plots import draw_plots

    found = [(board(group), group) for group in by_board(load_results(results))]
    tables = [table for table, _ in found]
    curves = more_recordings.load_curves(others) if others is not None else None
    probes = load_probes(others / PROBES_FOLDER) if others is not None else None
    if probes is not None and not is_of(probes, tables[0]):
        print(f"{PROBES_FOLDER}: its data, split or inputs are not the board's, which does not show it")
        probes = None
    # all files at once: a crash in the middle leaves the old board, not half of a new one
    with replaced(out) as scratch:
        (scratch / BOARD_FILE).write_text(
            to_json({"schema_version": BOARD_VERSION, "boards": tables}), encoding="utf-8"
        )
        (scratch / "LEADERBOARD.md").write_text(leaderboard_text(tables, probes), encoding="utf-8")
        (scratch / "summary.json").write_text(to_json(summary(tables)), encoding="utf-8")
        pages = sorted(others.glob(f"*/{PAGE_FILE}")) if others is not None else []
        (scratch / PAGE_FILE).write_text(board_page(found, pages, curves, probes), encoding="utf-8")
        for number, (table, group) in enumerate(found, 1):
            draw_plots(table, group, scratch / "plots" / ("" if number == 1 else str(number)))


def leaderboard_text(tables: Sequence[BoardTable], probes: ProbeTable | None = None) -> str:
    """``LEADERBOARD.md``: the boards one below the other, and the probes of the first in short."""
    texts = [board_markdown(tables[0])]
    if len(tables) > 1:  # a heading each only where there are several
        texts = [f"## {title(table)}\n\n{board_markdown(table, level=3)}" for table in tables]
    if probes is not None:
        texts.append(f"## Probes\n\n{probes_told(probes, tables[0])}\n")
    return "# Leaderboard\n\n" + "\n".join(texts)


def update_readme(folder: Path, readme: Path) -> None:
    """Replace what stands between the README's two markers by the compact table.

    Raises:
        InputError: the README cannot be read or lacks the markers, or the folder holds no board.
    """
    try:
        text = readme.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(readme, "cannot be read", "run from the root of the repository") from error
    # a file that is not written keeps its time, and editors and `make` see no change
    if (new := _with_table(text, folder, readme)) != text:
        write_text(readme, new)


def shown_in(readme: Path, folder: Path) -> bool:
    """Whether the README's table is of this board; also where there is no README, or none with a table."""
    try:
        text = readme.read_text(encoding="utf-8")
        return _with_table(text, folder, readme) == text
    except (OSError, InputError):
        return True


def _with_table(text: str, folder: Path, readme: Path) -> str:
    # between markers, so that the README around the table stays a text that people write
    head, found, rest = text.partition(BEGIN)
    _, closed, tail = rest.partition(END)
    if BEGIN in rest or END in tail:
        raise InputError(readme, f"has {BEGIN} or {END} more than once", "leave both where the table belongs")
    if not (found and closed):
        raise InputError(readme, f"lacks the markers {BEGIN} and {END}", "put them where the table belongs")
    first, *others = load_boards(folder)
    titles = "; ".join(map(title, others))
    more = f"\nIn [LEADERBOARD.md]({folder.name}/LEADERBOARD.md) too: {titles}.\n" if others else ""
    return f"{head}{BEGIN}\n{compact(first)}{more}{END}{tail}"


def summary(tables: Sequence[BoardTable]) -> dict[str, Any]:
    """The board's means of the primary metric by task and row, for `dvc exp show`, and how many replicates and people.

    Those of the first board stand at the top; of others below their titles in ``boards``.
    """
    first, *others = tables
    found: dict[str, Any] = {
        "replicates": len(first["replicates"]),
        "people": len(first["subjects"]),
        # four digits: more than the board shows, and the columns of `dvc exp show` stay narrow
        **{task: {label(row): round(row["estimate"]["mean"], 4) for row in rows} for task, rows in ranked(first)},
    }
    return found | ({"boards": {title(table): summary([table]) for table in others}} if others else {})
