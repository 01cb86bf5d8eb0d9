"""The board in a terminal: a table a task with the metric that ranks; the others are in LEADERBOARD.md."""

import math

from benchmark.board.markdown import (
    banner,
    bounds,
    chance,
    facts,
    heading,
    interval_heading,
    label,
    marks,
    notes,
    number,
    ranked,
    ranks_text,
    skill,
)
from benchmark.board.rows import BoardTable
from deepgrasp.tasks import TASKS


def show(table: BoardTable) -> None:
    """Print primary metric, interval, skill, P(best), ranks and size of every row; bold may be the best.

    Into a file, a pipe or a terminal without styles, a star stands for bold and brackets for italics.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.table import Table

    console = Console()
    # some shells without a terminal export a width of 0, with which nothing would be printed
    console.width = console.width or 80
    plain = console.color_system is None
    console.print(Markdown(f"{banner(table)}\n\n{notes(table, intervals=True, plain=plain)}"))
    for task, rows in ranked(table):
        # no lines between the cells, which keeps rows narrow: the default board's fit into 80 columns
        drawn = Table(
            title=f"\n{task}",
            title_justify="left",
            title_style="bold",
            box=SIMPLE_HEAD,
            show_edge=False,
            padding=(0, 1, 0, 0),
        )
        # the one column that may need two lines: a name cut short could be another's
        drawn.add_column("model", overflow="fold")
        for name in (heading(TASKS[task].primary), interval_heading(table), "skill", "P(best)", "ranks", "params"):
            drawn.add_column(name, justify="right", no_wrap=True)
        for row in rows:
            primary, estimate = TASKS[task].primary, row["estimate"]
            score, sure = (
                number(primary, estimate["mean"]),
                [bounds(primary, estimate), skill(row), chance(row), ranks_text(row)],
            )
            # as in Markdown: bold may be the best, italics are oracles
            style = "bold" if row["may_be_best"] else "italic" if row["oracle"] else None
            name = f"({label(row)})" if plain and style == "italic" else label(row)
            score = f"*{score}" if plain and style == "bold" else score
            drawn.add_row(name + marks(row), score, *sure, _size(row["parameters"]), style=style)
        console.print(drawn)
        console.print(Markdown(facts(table, task)))


def _size(parameters: int) -> str:
    """A number of parameters in at most 9 characters, which leaves names their room: ``8,123,456``, ``12.3 G``."""
    if parameters < 10_000_000:
        return f"{parameters:,}"
    thousands = int(math.log10(parameters)) // 3
    return f"{parameters / 1000**thousands:.1f} {'-kMGT'[thousands]}"
