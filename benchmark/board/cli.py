"""The commands that show the board and ask it a question: board, compare."""

import math
from pathlib import Path
from typing import Annotated

import typer

from benchmark.outputs import check_file
from benchmark.paths import BOARDS, LEADERBOARD, README
from deepgrasp.errors import InputError

app = typer.Typer()


@app.command()
def board(csv: Annotated[bool, typer.Option("--csv", help="print it as CSV, and change nothing")] = False) -> None:
    """Print the board, bring the README's table up to date, and draw the pages of other boards by today's scripts."""
    from benchmark.board.leaderboard import load_boards, update_readme
    from benchmark.board.terminal import show

    if csv:
        from benchmark.board.as_csv import as_csv

        print(as_csv(load_boards(LEADERBOARD)), end="")
        return

    from benchmark.board.page.render import (
        PAGE_FILE,
        redraw,  # here: it needs jinja2
    )

    # two commands: a stage of DVC writes the files, and no stage may change the README
    boards = load_boards(LEADERBOARD)
    update_readme(LEADERBOARD, README)  # before it prints: `board | head` ends this process meanwhile
    for page in sorted(BOARDS.glob(f"*/{PAGE_FILE}")):
        redraw(page)
    for table in boards:
        show(table)


@app.command()
def compare(
    one: Annotated[str, typer.Argument(help="a row of the board, such as best or lstm+joint")],
    other: Annotated[str, typer.Argument(help="the row that it is compared with")],
    task: Annotated[str | None, typer.Option(help="one task; default: all that have both rows")] = None,
    margin: Annotated[
        float | None,
        typer.Option(help="difference that does not matter; default: 2 points, 0.25 cm or 2 degrees", min=0),
    ] = None,
    picture: Annotated[Path | None, typer.Option(help="also draw it, into this PNG")] = None,
    board: Annotated[Path, typer.Option(help="the folder of the board, such as boards/decisive")] = LEADERBOARD,
) -> None:
    """Say whether one row of the board is better than another, by how much, and how sure that is."""
    from benchmark.board.board_file import load_boards
    from benchmark.board.compare_rows import comparison_report, versus

    if margin is not None and not math.isfinite(margin):
        raise InputError(f"--margin {margin}", "is no size of a difference", "give points, cm or degrees")
    if picture is not None and picture.suffix != ".png":
        raise InputError(f"--picture {picture}", "is no PNG", "name a file that ends in .png")
    if picture is not None and not picture.parent.is_dir():  # a slip of the keyboard must not make folders
        raise InputError(f"--picture {picture}", f"there is no folder {picture.parent}", "make it, or name another")
    if picture is not None:
        check_file(picture)
    found = versus(load_boards(board), (one, other), task, margin)
    print(comparison_report((one, other), found))
    if picture is not None:
        from benchmark.board.compare_rows_plot import draw_comparison
        from deepgrasp.files import replaced_file

        with replaced_file(picture) as scratch:
            draw_comparison((one, other), found, scratch)
        print(f"\n{picture}")
